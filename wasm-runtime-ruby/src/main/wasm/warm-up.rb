# What first uses change is changed before the snapshot
WarmUpLine = Struct.new(:sku, :cents)

def handle(input)
  day = Time.gm(2026, 1, 2, 3, 4, 5) + 14 * 86400
  m = /\A([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?\z/.match("KB-100-b")
  lines = input["lines"].map { |l| { "sku" => l["sku"].strip.upcase, "cents" => (l["quantity"] * l["price"]).div(2) } }
  lines.sort! { |a, b| (c = b["cents"] <=> a["cents"]) != 0 ? c : a["sku"] <=> b["sku"] }
  begin
    raise ArgumentError, "none"
  rescue => e
    text = "#{e.message} #{sprintf('%.2f', 3.14159)}"
  end
  { "day" => day.strftime("%Y-%m-%d"), "match" => m[1], "lines" => lines, "text" => text.gsub(/\s+/, " "), "name" => input["name"].upcase,
    "total" => (BigDecimal("1.10") * 3).to_s("F"), "sum" => lines.sum { |l| l["cents"] }, "words" => "a b".split(/ /).join(","), "at" => lines[0]&.dig("sku") }
end
