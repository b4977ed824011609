<?php
// Prices an order: discounts, tax, rounding, sorting, a regular expression for each line, a date.
const SKU = '/^([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?$/D';
const CUSTOMERS = ["gold" => 10, "silver" => 5, "bronze" => 2];
const TAXES = ["KB" => 19, "CB" => 19, "BK" => 7, "FD" => 7];

function of_quantity(int $quantity): int {
    return $quantity >= 50 ? 10 : ($quantity >= 10 ? 5 : 0);
}

function percent(int $cents, int $rate): int {
    return intdiv($cents * $rate * 2 + 100, 200);
}

function handle(array $order): array {
    $day = new DateTimeImmutable($order["date"]);
    $weekend = $day->format("N") >= 6;
    $due = $day->modify("+14 days");
    $categories = [];
    $lines = [];
    foreach ($order["lines"] as $line) {
        if (!preg_match(SKU, $line["sku"], $sku, PREG_UNMATCHED_AS_NULL)) {
            throw new InvalidArgumentException("{$line["sku"]} is no SKU");
        }
        $gross = $line["quantity"] * $line["cents"];
        $discount = percent($gross, of_quantity($line["quantity"]));
        $net = $gross - $discount;
        $tax = percent($net, TAXES[$sku[1]] ?? 19);
        $categories[$sku[1]] = ($categories[$sku[1]] ?? 0) + $net;
        $lines[] = ["sku" => $line["sku"], "name" => preg_replace('/\s+/', " ", trim($line["name"])), "variant" => $sku[3] ?? null,
            "quantity" => $line["quantity"], "discount" => $discount, "net" => $net, "tax" => $tax];
    }
    usort($lines, fn ($a, $b) => $b["net"] <=> $a["net"] ?: $a["sku"] <=> $b["sku"]);
    $subtotal = array_sum(array_column($lines, "net"));
    $discount = percent($subtotal, CUSTOMERS[$order["customer"]] ?? 0);
    $tax = array_sum(array_column($lines, "tax"));
    $shipping = $subtotal > 50_000 ? 0 : ($weekend ? 990 : 490);
    ksort($categories);
    return ["customer" => $order["customer"], "due" => $due->format("Y-m-d"), "weekend" => $weekend, "lines" => $lines,
        "categories" => array_map(fn ($name, $cents) => ["name" => $name, "cents" => $cents], array_keys($categories), $categories),
        "subtotal" => $subtotal, "discount" => $discount, "tax" => $tax, "shipping" => $shipping, "total" => $subtotal - $discount + $tax + $shipping];
}
