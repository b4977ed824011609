package dev.wasmspring.sandbox.split;

/**
 * A place in the bytes of a module, which moves on as it reads. Confined to one thread;
 * lives as long as what is read.
 */
final class Cursor {

	private final byte[] bytes;

	private final int end;

	private int position;

	Cursor(byte[] bytes, int start, int end) {
		this.bytes = bytes;
		this.position = start;
		this.end = end;
	}

	int position() {
		return this.position;
	}

	int end() {
		return this.end;
	}

	byte[] bytes() {
		return this.bytes;
	}

	boolean hasMore() {
		return this.position < this.end;
	}

	int next() {
		if (this.position >= this.end) {
			throw new NotUnderstood("it ends too early");
		}
		return this.bytes[this.position++] & 0xff;
	}

	int peek() {
		if (this.position >= this.end) {
			throw new NotUnderstood("it ends too early");
		}
		return this.bytes[this.position] & 0xff;
	}

	void skip(int count) {
		if (count < 0 || count > this.end - this.position) {
			throw new NotUnderstood("it ends too early");
		}
		this.position += count;
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
		long value = 0;
		for (int shift = 0; shift < 35; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				return value;
			}
		}
		throw new NotUnderstood("it has a number that is too long");
	}

	/**
	 * Reads a signed number of up to 64 bits.
	 */
	long signed() {
		long value = 0;
		for (int shift = 0; shift < 70; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				return ((part & 0x40) != 0 && shift < 57) ? value | (-1L << (shift + 7)) : value;
			}
		}
		throw new NotUnderstood("it has a number that is too long");
	}

	/**
	 * What follows, as a cursor of its own; this one moves behind it.
	 */
	Cursor slice(int length) {
		int start = this.position;
		skip(length);
		return new Cursor(this.bytes, start, start + length);
	}

}
