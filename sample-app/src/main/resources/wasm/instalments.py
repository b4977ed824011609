"""Splits what an order costs, as 'discount' answers it: gold pays in three parts, silver in two."""
from decimal import Decimal

PARTS = {"gold": 3, "silver": 2}


def handle(order):
    if not isinstance(order, dict) or "totalCents" not in order:
        raise TypeError("not an order: it has no total")
    parts = PARTS.get(order.get("customer"), 1)
    cents, rest = divmod(order["totalCents"], parts)
    print(f"{parts} part(s) of {cents} cents, {rest} left")
    return {"instalments": [Decimal(cents + (part < rest)) / 100 for part in range(parts)]}
