//! Turns a priced order (the JSON that `discount` answers) into an invoice in Markdown.
//!
//! The host writes the JSON into memory it got from `alloc` and calls `invoice`. Bad JSON is a
//! panic: its message goes to standard error, and the call ends with a trap.

use std::fmt::Write;
use std::slice;

use serde::Deserialize;

/// Only what the invoice shows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PricedOrder {
    customer: String,
    currency: String,
    lines: Vec<PricedLine>,
    subtotal_cents: i64,
    discount_cents: i64,
    shipping_cents: i64,
    total_cents: i64,
    /// `discount` knows no taxes; whoever adds them here gets two more lines of totals.
    vat_cents: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PricedLine {
    sku: String,
    name: String,
    quantity: i64,
    unit_price_cents: i64,
    discount_cents: i64,
    total_cents: i64,
}

/// Reserves memory for the host to write its input to.
///
/// Nothing is ever freed: a sandbox serves one call, and its memory goes with it.
#[no_mangle]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    Box::leak(vec![0; size].into_boxed_slice()).as_mut_ptr()
}

/// Answers where the invoice lies, as `pointer << 32 | length`.
///
/// # Safety
///
/// `input` must point to `length` bytes that came from [`alloc`].
#[no_mangle]
pub unsafe extern "C" fn invoice(input: *const u8, length: usize) -> u64 {
    let json = slice::from_raw_parts(input, length);
    let order = match serde_json::from_slice(json) {
        Ok(order) => order,
        Err(error) => panic!("not a priced order: {error}"),
    };
    let markdown: &[u8] = Box::leak(render(&order).into_boxed_str()).as_bytes();
    (markdown.as_ptr() as u64) << 32 | markdown.len() as u64
}

fn render(order: &PricedOrder) -> String {
    let currency = escape(&order.currency);
    let money = |cents| format!("{} {currency}", decimal(cents));
    let mut out = String::new();

    out += "# Invoice\n\n";
    out += &format!("Customer tier: {}\n\n", escape(&order.customer));

    out += "| Item | Name | Quantity | Unit price | Discount | Total |\n";
    out += "|:-----|:-----|---------:|-----------:|---------:|------:|\n";
    for line in &order.lines {
        out += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            escape(&line.sku),
            escape(&line.name),
            line.quantity,
            money(line.unit_price_cents),
            money(line.discount_cents),
            money(line.total_cents),
        );
    }

    out += "\n| Totals | Amount |\n|:-------|-------:|\n";
    let mut total = |label: &str, cents| writeln!(out, "| {label} | {} |", money(cents)).unwrap();
    total("Subtotal", order.subtotal_cents);
    total("Discount", order.discount_cents);
    total("Shipping", order.shipping_cents);
    total("**Total (net)**", order.total_cents);
    if let Some(vat) = order.vat_cents {
        let gross = order
            .total_cents
            .checked_add(vat)
            .expect("the total with VAT is too large");
        total("VAT", vat);
        total("**Total (gross)**", gross);
    }
    out
}

/// 14970 becomes `149.70`. Negative amounts occur on credit notes.
fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// Makes text from outside mean itself: it must neither leave its table cell nor become markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Markdown takes the backslash off again.
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' => out.extend(['\\', c]),
            // Entities, as these are harmless even where Markdown is passed on as HTML.
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            // A line break would end the row.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
