//! Prices an order: JSON on standard input, the priced order as JSON on standard output.
//!
//! Bad input ends with a message on standard error and exit code 2, never with half an answer.

use std::io::{self, Read, Write};
use std::process;

use serde::{Deserialize, Serialize};

/// Everything the shop may want to change, in one place.
const RULES: Rules = Rules {
    // Customer tier, percent off every line.
    tiers: &[("standard", 0), ("silver", 3), ("gold", 5)],
    // Pieces on one line, percent off that line. The largest break comes first.
    quantity_breaks: &[(50, 10), (10, 5)],
    shipping_cents: 490,
    // Compared with the total after discounts.
    free_shipping_from_cents: 100_000,
};

struct Rules {
    tiers: &'static [(&'static str, i64)],
    quantity_breaks: &'static [(i64, i64)],
    shipping_cents: i64,
    free_shipping_from_cents: i64,
}

/// Unknown fields are ignored, so that callers may send more than this version knows.
#[derive(Deserialize)]
struct Order {
    customer: String,
    currency: String,
    lines: Vec<Line>,
}

/// Money is a whole number of cents throughout: floating point cannot hold 0.10 exactly.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sku: String,
    name: String,
    quantity: i64,
    unit_price_cents: i64,
}

/// All amounts are net: what is owed in tax is for another function to say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PricedOrder {
    customer: String,
    currency: String,
    lines: Vec<PricedLine>,
    subtotal_cents: i64,
    discount_cents: i64,
    shipping_cents: i64,
    total_cents: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PricedLine {
    #[serde(flatten)]
    line: Line,
    discount_cents: i64,
    total_cents: i64,
}

fn main() {
    if let Err(message) = run() {
        eprintln!("discount: {message}");
        // Not by returning an ExitCode: under WASI, Rust 1.63 turns every failure into a 1.
        process::exit(2);
    }
}

fn run() -> Result<(), String> {
    let mut input = Vec::new();
    io::stdin()
        .read_to_end(&mut input)
        .map_err(|e| format!("cannot read the order: {e}"))?;
    let order: Order = serde_json::from_slice(&input).map_err(|e| format!("not an order: {e}"))?;
    let priced = price(order)?;
    // Serialized as a whole first: an answer is written completely or not at all.
    let output = serde_json::to_vec(&priced).map_err(|e| e.to_string())?;
    let mut stdout = io::stdout();
    stdout
        .write_all(&output)
        .and_then(|()| stdout.flush())
        .map_err(|e| format!("cannot write the answer: {e}"))
}

fn price(order: Order) -> Result<PricedOrder, String> {
    let tier_percent = tier_percent(&order.customer)?;
    if order.currency.len() != 3 || !order.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(format!(
            "currency {:?} is not a code such as EUR",
            order.currency
        ));
    }
    if order.lines.is_empty() {
        return Err("the order has no lines".into());
    }

    let mut lines = Vec::with_capacity(order.lines.len());
    let mut subtotal_cents: i64 = 0;
    let mut discount_cents: i64 = 0;
    for (index, line) in order.lines.into_iter().enumerate() {
        let priced =
            price_line(line, tier_percent).map_err(|e| format!("line {}: {e}", index + 1))?;
        // Cannot be negative, as no discount exceeds 100 percent: so the sum of the
        // discounts stays below the subtotal, and one check covers both.
        subtotal_cents = subtotal_cents
            .checked_add(priced.total_cents + priced.discount_cents)
            .ok_or("the total of the order is too large")?;
        discount_cents += priced.discount_cents;
        lines.push(priced);
    }

    let discounted = subtotal_cents - discount_cents;
    let free_shipping = discounted >= RULES.free_shipping_from_cents;
    let shipping_cents = if free_shipping {
        0
    } else {
        RULES.shipping_cents
    };
    Ok(PricedOrder {
        customer: order.customer,
        currency: order.currency,
        lines,
        subtotal_cents,
        discount_cents,
        shipping_cents,
        // Shipping is charged on small totals only, so this cannot overflow.
        total_cents: discounted + shipping_cents,
    })
}

fn price_line(line: Line, tier_percent: i64) -> Result<PricedLine, String> {
    if line.quantity < 1 {
        return Err(format!(
            "quantity must be at least 1, not {}",
            line.quantity
        ));
    }
    if line.unit_price_cents < 0 {
        return Err(format!(
            "unitPriceCents must not be negative, but is {}",
            line.unit_price_cents
        ));
    }
    // Discounts do not stack: the better one wins.
    let percent = tier_percent.max(quantity_percent(line.quantity));
    let (full, discount_cents) = line
        .quantity
        .checked_mul(line.unit_price_cents)
        .and_then(|full| Some((full, percent_of(full, percent)?)))
        .ok_or("quantity times unitPriceCents is too large")?;
    Ok(PricedLine {
        line,
        discount_cents,
        total_cents: full - discount_cents,
    })
}

fn tier_percent(customer: &str) -> Result<i64, String> {
    match RULES.tiers.iter().find(|(tier, _)| *tier == customer) {
        Some((_, percent)) => Ok(*percent),
        None => {
            let known: Vec<&str> = RULES.tiers.iter().map(|(tier, _)| *tier).collect();
            Err(format!(
                "unknown customer tier {customer:?}, expected one of {}",
                known.join(", ")
            ))
        }
    }
}

fn quantity_percent(quantity: i64) -> i64 {
    let reached = RULES
        .quantity_breaks
        .iter()
        .find(|(pieces, _)| quantity >= *pieces);
    reached.map_or(0, |(_, percent)| *percent)
}

/// Rounds half a cent up; `None` when the numbers are too large.
fn percent_of(cents: i64, percent: i64) -> Option<i64> {
    Some(cents.checked_mul(percent)?.checked_add(50)? / 100)
}
