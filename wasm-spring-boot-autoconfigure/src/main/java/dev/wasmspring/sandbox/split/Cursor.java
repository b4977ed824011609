package dev.wasmspring.sandbox.split;

import java.util.function.ToLongFunction;

import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.binary.MalformedException;

/**
 * A place in the bytes of a module, which moves on as it reads; what is malformed there
 * is not understood. Confined to one thread; lives as long as what is read.
 */
final class Cursor {

	private final byte[] bytes;

	private final int end;

	private final BinaryReader reader;

	Cursor(byte[] bytes, int start, int end) {
		this.bytes = bytes;
		this.end = end;
		this.reader = new BinaryReader(bytes, start, end);
	}

	int position() {
		return this.reader.position();
	}

	int end() {
		return this.end;
	}

	byte[] bytes() {
		return this.bytes;
	}

	boolean hasMore() {
		return this.reader.hasMore();
	}

	int next() {
		return (int) read(BinaryReader::next);
	}

	int peek() {
		return (int) read(BinaryReader::peek);
	}

	void skip(int count) {
		read((bytes) -> {
			bytes.skip(count);
			return count;
		});
	}

	/**
	 * Reads an unsigned number that is below 2^31.
	 */
	int count() {
		long value = unsigned();
		if (value > Integer.MAX_VALUE) {
			throw new NotUnderstood("it has a number that is too large");
		}
		return (int) value;
	}

	/**
	 * Reads an unsigned number of 32 bits.
	 */
	long unsigned() {
		return read(BinaryReader::unsigned);
	}

	/**
	 * Reads a signed number of up to 64 bits.
	 */
	long signed() {
		return read(BinaryReader::signed64);
	}

	/**
	 * What follows, as a cursor of its own; this one moves behind it.
	 */
	Cursor slice(int length) {
		int start = position();
		skip(length);
		return new Cursor(this.bytes, start, start + length);
	}

	private long read(ToLongFunction<BinaryReader> what) {
		try {
			return what.applyAsLong(this.reader);
		}
		catch (MalformedException ex) {
			throw new NotUnderstood("it " + ex.defect());
		}
	}

}
