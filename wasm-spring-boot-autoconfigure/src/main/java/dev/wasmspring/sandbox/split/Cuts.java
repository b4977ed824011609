package dev.wasmspring.sandbox.split;

/**
 * The places of a list where a region may begin or end, and what is alive there. Confined
 * to one thread; lives for one look at a function.
 */
final class Cuts {

	final int count;

	/** How many nodes of the list come before each cut. */
	final int[] positions;

	/** How many operands of the list lie there. */
	final int[] heights;

	/** How many nodes of the function come before each cut. */
	final int[] numbers;

	final long[][] live;

	/** What is alive where exceptions that are thrown in the list lead. */
	long[] pinned = {};

	Cuts(int count, int[] positions, int[] heights, int[] numbers) {
		this.count = count;
		this.positions = positions;
		this.heights = heights;
		this.numbers = numbers;
		this.live = new long[count][];
	}

}
