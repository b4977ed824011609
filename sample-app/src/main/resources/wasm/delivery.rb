# The day on which an order arrives: within three days, within two for gold, and on no Sunday.
require "date"

DAYS = { "gold" => 2 }

def handle(order)
  raise TypeError, "not an order: it has no date" unless order.is_a?(Hash) && order["date"]
  day = Date.parse(order["date"]) + DAYS.fetch(order["customer"], 3)
  day += 1 if day.sunday?
  puts "ordered on #{order["date"]}, there on #{day.strftime("%A")}"
  { arrives: day, weekday: day.strftime("%A") }
end
