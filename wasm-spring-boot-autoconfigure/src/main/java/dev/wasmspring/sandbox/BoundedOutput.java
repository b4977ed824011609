package dev.wasmspring.sandbox;

import java.util.Arrays;

/**
 * Where a guest's standard output or standard error goes: a buffer that never grows
 * beyond its limit. Lives for one call and is confined to its thread.
 */
final class BoundedOutput {

	private static final int FIRST_CAPACITY = 256;

	/**
	 * How much garbage it makes to log something, as a multiple of it: bytes become text,
	 * lines, lines without control characters, and bytes again.
	 */
	private static final int GARBAGE_OF_LOG = 12;

	private final int limit;

	private final boolean failing;

	private final Checkpoint checkpoint;

	private byte[] bytes = {};

	private int count;

	private BoundedOutput(long limit, boolean failing, Checkpoint checkpoint) {
		this.limit = Math.toIntExact(limit);
		this.failing = failing;
		this.checkpoint = checkpoint;
	}

	/**
	 * Ends the call when more than the limit is written.
	 */
	static BoundedOutput failing(long limit, Checkpoint checkpoint) {
		return new BoundedOutput(limit, true, checkpoint);
	}

	/**
	 * Keeps the first bytes up to the limit and drops the rest. What is kept will be
	 * logged.
	 */
	static BoundedOutput dropping(long limit, Checkpoint checkpoint) {
		return new BoundedOutput(limit, false, checkpoint);
	}

	/**
	 * Writes what lies in a guest's memory, without a copy in between: what is dropped
	 * should cost nothing.
	 */
	void write(LinearMemory memory, int address, int length) {
		memory.requireWithin(address, length);
		int accepted = room(length);
		memory.read(address, this.bytes, this.count, accepted);
		this.count += accepted;
	}

	/**
	 * Makes room.
	 * @return for how many bytes
	 */
	private int room(int wanted) {
		int room = this.limit - this.count;
		if (wanted > room && this.failing) {
			throw new LimitExceeded();
		}
		int accepted = Math.min(wanted, room);
		if (!this.failing) {
			this.checkpoint.discard((long) GARBAGE_OF_LOG * accepted);
		}
		if (accepted > this.bytes.length - this.count) {
			long doubled = Math.max(FIRST_CAPACITY, 2L * this.bytes.length);
			int capacity = (int) Math.min(this.limit, Math.max(this.count + accepted, doubled));
			// All of it, also what was there before: the result is a copy once more
			this.checkpoint.allocate(capacity);
			this.bytes = Arrays.copyOf(this.bytes, capacity);
		}
		return accepted;
	}

	/**
	 * What was written so far.
	 * @return a copy
	 */
	byte[] toByteArray() {
		return Arrays.copyOf(this.bytes, this.count);
	}

	/**
	 * Unwinds the guest. Not an {@link java.io.IOException}, which WASI would turn into
	 * an errno that the guest may ignore.
	 */
	static final class LimitExceeded extends RuntimeException {

		LimitExceeded() {
			super("the output is larger than allowed", null, false, false);
		}

	}

}
