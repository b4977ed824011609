package dev.wasmspring.sandbox.wasi;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.LinearMemory;

/**
 * The places in a guest's memory that one read or write names. Lives for one call, which
 * uses it again and again, and is confined to its thread.
 * <p>
 * They are copied before anything is written: what is read, or the answer, may lie where
 * they lay.
 */
final class Vectors {

	/**
	 * Most vectors in one read or write. Real guests use one or two; POSIX allows 1024.
	 */
	static final int MAX_COUNT = 1024;

	private static final int SIZE = 8;

	private int[] values = new int[8];

	private int count;

	/**
	 * Reads what a guest wants to read or write.
	 * @throws Errno.ErrnoException if there are too many, or if together they name more
	 * than the whole memory: they overlap then, or lie outside of it
	 */
	Vectors read(LinearMemory memory, int address, int count) {
		if (count < 0 || count > MAX_COUNT) {
			throw Errno.INVAL.failure();
		}
		if (count > 0) {
			memory.requireWithin(address, count * SIZE);
		}
		if (this.values.length < 2 * count) {
			this.values = new int[Math.max(2 * count, 2 * this.values.length)];
		}
		long total = 0;
		int kept = 0;
		for (int i = 0; i < count; i++) {
			int length = memory.readInt(address + i * SIZE + Integer.BYTES);
			// Where nothing lies matters to nobody
			if (length != 0) {
				this.values[2 * kept] = memory.readInt(address + i * SIZE);
				this.values[2 * kept + 1] = length;
				kept++;
			}
			total += Integer.toUnsignedLong(length);
		}
		if (total > (long) memory.pages() * Memory.PAGE_SIZE) {
			throw Errno.INVAL.failure();
		}
		this.count = kept;
		return this;
	}

	/**
	 * Traps unless all that is named lies within the memory, and the number that will
	 * tell how much was read or written as well.
	 */
	void requireWithin(LinearMemory memory, int resultAt) {
		for (int i = 0; i < this.count; i++) {
			memory.requireWithin(address(i), length(i));
		}
		memory.requireWithin(resultAt, Integer.BYTES);
	}

	/**
	 * How many of them are not empty.
	 */
	int count() {
		return this.count;
	}

	int address(int index) {
		return this.values[2 * index];
	}

	int length(int index) {
		return this.values[2 * index + 1];
	}

}
