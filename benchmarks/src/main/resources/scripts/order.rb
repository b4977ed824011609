# Prices an order: discounts, tax, rounding, sorting, a regular expression for each line, a date.
require "time"

SKU = /\A([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?\z/
CUSTOMERS = { "gold" => 10, "silver" => 5, "bronze" => 2 }
TAXES = { "KB" => 19, "CB" => 19, "BK" => 7, "FD" => 7 }

def of_quantity(quantity) = quantity >= 50 ? 10 : quantity >= 10 ? 5 : 0
def percent(cents, rate) = (cents * rate * 2 + 100).div(200)

def handle(order)
  day = Time.iso8601(order["date"])
  weekend = day.saturday? || day.sunday?
  due = day + 14 * 86_400
  categories = Hash.new(0)
  lines = order["lines"].map do |line|
    sku = SKU.match(line["sku"]) or raise ArgumentError, "#{line["sku"]} is no SKU"
    gross = line["quantity"] * line["cents"]
    discount = percent(gross, of_quantity(line["quantity"]))
    net = gross - discount
    tax = percent(net, TAXES.fetch(sku[1], 19))
    categories[sku[1]] += net
    { sku: line["sku"], name: line["name"].strip.gsub(/\s+/, " "), variant: sku[3], quantity: line["quantity"], discount: discount, net: net, tax: tax }
  end
  lines.sort! { |a, b| a[:net] == b[:net] ? a[:sku] <=> b[:sku] : b[:net] <=> a[:net] }
  subtotal = lines.sum { |line| line[:net] }
  discount = percent(subtotal, CUSTOMERS.fetch(order["customer"], 0))
  tax = lines.sum { |line| line[:tax] }
  shipping = subtotal > 50_000 ? 0 : weekend ? 990 : 490
  { customer: order["customer"], due: due.strftime("%Y-%m-%d"), weekend: weekend, lines: lines,
    categories: categories.sort.map { |name, cents| { name: name, cents: cents } },
    subtotal: subtotal, discount: discount, tax: tax, shipping: shipping, total: subtotal - discount + tax + shipping }
end
