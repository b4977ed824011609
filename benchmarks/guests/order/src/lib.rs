//! Adds up an order: JSON on standard input, JSON on standard output, with serde.
//!
//! A library with a `_start` of its own and not a program, because the start of Rust's runtime traps
//! when it runs for a second time, and one of the peers calls the same instance again and again.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Order {
    customer: String,
    lines: Vec<Line>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sku: String,
    quantity: i64,
    unit_price_cents: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    customer: String,
    lines: Vec<Line>,
    pieces: i64,
    total_cents: i64,
}

#[no_mangle]
pub extern "C" fn _start() {
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input).expect("an input");
    let order: Order = serde_json::from_slice(&input).expect("an order");
    let total = Total {
        pieces: order.lines.iter().map(|line| line.quantity).sum(),
        total_cents: order.lines.iter().map(|line| line.quantity * line.unit_price_cents).sum(),
        customer: order.customer,
        lines: order.lines,
    };
    let output = serde_json::to_vec(&total).expect("JSON");
    let mut stdout = io::stdout();
    stdout.write_all(&output).expect("open standard output");
    stdout.flush().expect("open standard output");
}
