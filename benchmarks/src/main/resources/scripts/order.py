"""Prices an order: discounts, tax, rounding, sorting, a regular expression for each line, a date."""
import re
from datetime import datetime, timedelta

SKU = re.compile(r"([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?")
SPACES = re.compile(r"\s+")
CUSTOMERS = {"gold": 10, "silver": 5, "bronze": 2}
TAXES = {"KB": 19, "CB": 19, "BK": 7, "FD": 7}


def of_quantity(quantity):
    return 10 if quantity >= 50 else 5 if quantity >= 10 else 0


def percent(cents, rate):
    return (cents * rate * 2 + 100) // 200


def handle(order):
    day = datetime.fromisoformat(order["date"])
    weekend = day.weekday() >= 5
    due = day + timedelta(days=14)
    categories = {}
    lines = []
    for line in order["lines"]:
        sku = SKU.fullmatch(line["sku"])
        if not sku:
            raise ValueError(f"{line['sku']} is no SKU")
        gross = line["quantity"] * line["cents"]
        discount = percent(gross, of_quantity(line["quantity"]))
        net = gross - discount
        tax = percent(net, TAXES.get(sku[1], 19))
        categories[sku[1]] = categories.get(sku[1], 0) + net
        lines.append({"sku": line["sku"], "name": SPACES.sub(" ", line["name"].strip()), "variant": sku[3], "quantity": line["quantity"],
                      "discount": discount, "net": net, "tax": tax})
    lines.sort(key=lambda line: (-line["net"], line["sku"]))
    subtotal = sum(line["net"] for line in lines)
    discount = percent(subtotal, CUSTOMERS.get(order["customer"], 0))
    tax = sum(line["tax"] for line in lines)
    shipping = 0 if subtotal > 50_000 else 990 if weekend else 490
    return {"customer": order["customer"], "due": due.strftime("%Y-%m-%d"), "weekend": weekend, "lines": lines,
            "categories": [{"name": name, "cents": cents} for name, cents in sorted(categories.items())],
            "subtotal": subtotal, "discount": discount, "tax": tax, "shipping": shipping, "total": subtotal - discount + tax + shipping}
