package dev.wasmspring.sandbox.memory;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The arrays that memories which were closed had for their granules, where the next ones
 * find them. Lives as long as its {@code Engine} and is shared by all threads.
 * <p>
 * What a call copies is most of what it allocates, and an array that was in use a moment
 * ago is in the processor's caches, where a new one is not. A memory takes a set of
 * arrays at its first write, and gives it back, with those that it added, when it is
 * closed; in between no other has it. Arrays are never cleared: whoever takes one
 * overwrites all of it with the granule that it copies.
 */
public final class SpareGranules {

	/**
	 * How many arrays a set holds; a memory that owns more granules leaves the others to
	 * the garbage collector. 256 KiB.
	 */
	static final int SET = 64;

	/** References in a cache line, so that threads do not write to each other's. */
	private static final int LINE = 16;

	/**
	 * A set in every {@value #LINE}th element, or {@code null} while a memory has it. Two
	 * threads may hash to the same one: then one of them begins with an empty set, and
	 * the set that is given back first is forgotten.
	 */
	private final AtomicReferenceArray<byte[][]> sets;

	private final int mask;

	/**
	 * Creates them for as many threads as there are processors, and some more.
	 */
	public SpareGranules() {
		int count = Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors());
		this.sets = new AtomicReferenceArray<>(count * LINE);
		this.mask = count - 1;
	}

	/**
	 * Takes a set of arrays, each of {@link MemoryImage#GRANULE_SIZE} bytes that mean
	 * nothing; behind the last there is {@code null}.
	 */
	byte[][] take() {
		byte[][] set = this.sets.getAndSet(index(), null);
		return (set != null) ? set : new byte[SET][];
	}

	/**
	 * Gives a set back, which nobody writes to any more.
	 */
	void give(byte[][] set) {
		this.sets.set(index(), set);
	}

	private int index() {
		return (Thread.currentThread().hashCode() & this.mask) * LINE;
	}

}
