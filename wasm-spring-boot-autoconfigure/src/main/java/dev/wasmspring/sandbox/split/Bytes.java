package dev.wasmspring.sandbox.split;

import java.util.Arrays;

/**
 * Bytes of a module that are being written. Confined to one thread.
 */
final class Bytes {

	private byte[] bytes = new byte[256];

	private int size;

	Bytes add(int value) {
		grow(1);
		this.bytes[this.size++] = (byte) value;
		return this;
	}

	Bytes add(byte[] source, int from, int to) {
		grow(to - from);
		System.arraycopy(source, from, this.bytes, this.size, to - from);
		this.size += to - from;
		return this;
	}

	Bytes add(Bytes other) {
		return add(other.bytes, 0, other.size);
	}

	/**
	 * Adds the length of some bytes, and the bytes.
	 */
	Bytes addSized(Bytes other) {
		return unsigned(other.size).add(other);
	}

	Bytes unsigned(int value) {
		int rest = value;
		while ((rest & ~0x7f) != 0) {
			add(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		return add(rest);
	}

	Bytes signed(long value) {
		long rest = value;
		while (rest < -64 || rest > 63) {
			add((int) (rest & 0x7f) | 0x80);
			rest >>= 7;
		}
		return add((int) rest & 0x7f);
	}

	int size() {
		return this.size;
	}

	byte[] toArray() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	private void grow(int more) {
		if (this.size + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + more));
		}
	}

}
