package dev.wasmspring.benchmarks.web;

import java.util.List;

/**
 * What the guest in Rust reads, and what it makes of it. Immutable.
 *
 * @param customer who ordered
 * @param lines what was ordered
 */
public record Order(String customer, List<Line> lines) {

	/**
	 * Adds up the order.
	 * @return the order with its sums
	 */
	public Total total() {
		return new Total(this.customer, this.lines, this.lines.stream().mapToLong(Line::quantity).sum(),
				this.lines.stream().mapToLong((line) -> line.quantity() * line.unitPriceCents()).sum());
	}

	/**
	 * A line of an order.
	 *
	 * @param sku what it is
	 * @param quantity how many
	 * @param unitPriceCents what one of them costs
	 */
	public record Line(String sku, long quantity, long unitPriceCents) {

	}

	/**
	 * An order with its sums.
	 *
	 * @param customer who ordered
	 * @param lines what was ordered
	 * @param pieces how many pieces
	 * @param totalCents what they cost
	 */
	public record Total(String customer, List<Line> lines, long pieces, long totalCents) {

	}

}
