<?php
// What a receipt says of an order, as 'discount' answers it: amounts as people write them.
function money(int $cents, string $currency): string {
    return number_format($cents / 100, 2, ",", ".") . " " . ($currency === "EUR" ? "€" : $currency);
}

function handle($order) {
    if (!isset($order["totalCents"])) {
        throw new InvalidArgumentException("not an order: it has no total");
    }
    $total = money($order["totalCents"], $order["currency"] ?? "EUR");
    printf("%s for %s\n", $total, $order["customer"] ?? "somebody");
    return ["receipt" => sprintf("%s: %s", ucfirst($order["customer"] ?? "customer"), $total)];
}
