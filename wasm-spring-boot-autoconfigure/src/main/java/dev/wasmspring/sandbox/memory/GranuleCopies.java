package dev.wasmspring.sandbox.memory;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Makes the copies of granules that one memory owns, in arrays that memories which were
 * closed had, as long as there are some. Lives as its memory and is confined to its
 * thread.
 */
final class GranuleCopies {

	private static final int SIZE = MemoryImage.GRANULE_SIZE;

	private static final byte[][] NO_ARRAYS = {};

	private @Nullable SpareGranules spares;

	/**
	 * The arrays of the first copies, in the order in which they were made, and behind
	 * them arrays for the next ones.
	 */
	private byte[][] arrays = NO_ARRAYS;

	/** The thread that took the arrays, {@code null} as long as none has. */
	private @Nullable Thread taker;

	private int count;

	/**
	 * Begins with none.
	 * @param spares where arrays are found, and go to, or {@code null} for new ones
	 */
	GranuleCopies(@Nullable SpareGranules spares) {
		this.spares = spares;
	}

	/**
	 * Copies a granule. The copy is counted before it is used, so that an error on the
	 * way, such as the end of the stack, cannot make two copies of one array.
	 */
	byte[] of(byte[] granule) {
		if (this.spares != null && this.taker == null) {
			this.arrays = this.spares.take();
			this.taker = Thread.currentThread();
		}
		int next = this.count++;
		if (next < this.arrays.length && this.arrays[next] != null) {
			System.arraycopy(granule, 0, this.arrays[next], 0, SIZE);
			return this.arrays[next];
		}
		byte[] copy = (granule == MemoryImage.ZERO) ? new byte[SIZE] : Arrays.copyOf(granule, SIZE);
		if (next < this.arrays.length) {
			this.arrays[next] = copy;
		}
		return copy;
	}

	/**
	 * Returns how many copies were made.
	 */
	int count() {
		return this.count;
	}

	/**
	 * Leaves the arrays to others. The memory must not have them any more; copies that it
	 * makes from now on are in new arrays.
	 * <p>
	 * What another thread closes may still be in use. Its arrays are left to the garbage
	 * collector, which knows.
	 */
	void close() {
		SpareGranules giveTo = this.spares;
		byte[][] taken = this.arrays;
		this.spares = null;
		this.arrays = NO_ARRAYS;
		if (giveTo != null && this.taker == Thread.currentThread()) {
			giveTo.give(taken);
		}
	}

}
