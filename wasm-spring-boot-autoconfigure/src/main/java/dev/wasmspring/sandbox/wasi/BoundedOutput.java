package dev.wasmspring.sandbox.wasi;

import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;

/**
 * Where a guest's standard output or standard error goes: a buffer that never grows
 * beyond its limit. Lives for one call and is confined to its thread.
 * <p>
 * It grows block by block. One array that doubles would make more garbage, and large
 * arrays make garbage collectors work at once.
 */
public final class BoundedOutput {

	private static final int FIRST_BLOCK = 256;

	/** Each block is twice as large as the one before, up to this: 64 KiB. */
	private static final int LARGEST_BLOCK = 1 << 16;

	/**
	 * How much garbage it makes to log something, as a multiple of it: bytes become text,
	 * lines, lines without control characters, and bytes again.
	 */
	private static final int GARBAGE_OF_LOG = 12;

	private static final byte[] NOTHING = {};

	private final int limit;

	private final boolean failing;

	private final Checkpoint checkpoint;

	/** All full, but the last. */
	private final List<byte[]> blocks = new ArrayList<>();

	private byte[] last = NOTHING;

	/** How much of the last block is used. */
	private int used;

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
		int accepted = accept(length);
		for (int done = 0; done < accepted;) {
			if (this.used == this.last.length) {
				addBlock(accepted - done);
			}
			int part = Math.min(accepted - done, this.last.length - this.used);
			memory.read(address + done, this.last, this.used, part);
			this.used += part;
			this.count += part;
			done += part;
		}
	}

	/**
	 * How many bytes are kept, of those that a guest wants to write.
	 */
	private int accept(int wanted) {
		int room = this.limit - this.count;
		if (wanted > room && this.failing) {
			throw new LimitExceededException();
		}
		int accepted = Math.min(wanted, room);
		if (!this.failing) {
			this.checkpoint.discard((long) GARBAGE_OF_LOG * accepted);
		}
		return accepted;
	}

	private void addBlock(int wanted) {
		int size = Math.max(FIRST_BLOCK, Math.max(2 * this.last.length, wanted));
		size = Math.min(size, Math.min(LARGEST_BLOCK, this.limit - this.count));
		// Twice: the result is a copy of it
		this.checkpoint.allocate(2L * size);
		this.last = new byte[size];
		this.blocks.add(this.last);
		this.used = 0;
	}

	/**
	 * What was written so far.
	 * @return a copy
	 */
	public byte[] toByteArray() {
		byte[] all = new byte[this.count];
		int copied = 0;
		for (byte[] block : this.blocks) {
			int part = Math.min(block.length, this.count - copied);
			System.arraycopy(block, 0, all, copied, part);
			copied += part;
		}
		return all;
	}

	/**
	 * Unwinds the guest. Not an {@link java.io.IOException}, which WASI would turn into
	 * an errno that the guest may ignore.
	 */
	public static final class LimitExceededException extends RuntimeException {

		public LimitExceededException() {
			super("the output is larger than allowed", null, false, false);
		}

	}

}
