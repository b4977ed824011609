package dev.wasmspring.sandbox.binary;

import java.nio.charset.StandardCharsets;

/**
 * A place in the bytes of a module, which moves on as it reads bytes, numbers and texts,
 * and never leaves what it was made for. Lives as long as what is read and is confined to
 * its thread; the bytes are not copied.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/values.html">Values</a>
 */
public final class BinaryReader {

	private final byte[] bytes;

	private int position;

	/** Where the innermost thing ends that announced its length. */
	private int end;

	/**
	 * Creates a reader for a part of some bytes.
	 * @param bytes the bytes
	 * @param start where it begins to read
	 * @param end where it stops
	 */
	public BinaryReader(byte[] bytes, int start, int end) {
		this.bytes = bytes;
		this.position = start;
		this.end = end;
	}

	/**
	 * A reader for the sections of a module.
	 * @param module the module, whose header was checked already
	 */
	public static BinaryReader ofSections(byte[] module) {
		return new BinaryReader(module, BinaryFormat.HEADER_SIZE, module.length);
	}

	/**
	 * Where it is.
	 * @return an index in the bytes that it was made for
	 */
	public int position() {
		return this.position;
	}

	/**
	 * How many bytes can be read before the end.
	 */
	public int left() {
		return this.end - this.position;
	}

	/**
	 * Whether there is another byte before the end.
	 */
	public boolean hasMore() {
		return this.position < this.end;
	}

	/**
	 * Reads a byte.
	 * @return the byte, as an unsigned number
	 */
	public int next() {
		if (this.position >= this.end) {
			throw tooEarly();
		}
		return this.bytes[this.position++] & 0xff;
	}

	/**
	 * Looks at the next byte.
	 * @return what {@link #next} would return
	 */
	public int peek() {
		if (this.position >= this.end) {
			throw tooEarly();
		}
		return this.bytes[this.position] & 0xff;
	}

	/**
	 * Moves on.
	 * @param count how many bytes to leave out
	 */
	public void skip(int count) {
		if (count < 0 || count > this.end - this.position) {
			throw tooEarly();
		}
		this.position += count;
	}

	/**
	 * Reads an unsigned number of 32 bits, which takes at most five bytes of seven bits.
	 */
	public long unsigned() {
		// Most numbers are of one byte
		if (this.position < this.end && this.bytes[this.position] >= 0) {
			return this.bytes[this.position++];
		}
		long value = unsigned(35);
		if (value > 0xffff_ffffL) {
			throw tooLong();
		}
		return value;
	}

	/**
	 * Reads an unsigned number of 64 bits, which takes at most ten bytes of seven bits.
	 */
	public long unsigned64() {
		return unsigned(70);
	}

	private long unsigned(int maxBits) {
		long value = 0;
		for (int shift = 0; shift < maxBits; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				return value;
			}
		}
		throw tooLong();
	}

	/**
	 * Reads a signed number of 32 bits.
	 */
	public long signed() {
		if (this.position < this.end && this.bytes[this.position] >= 0) {
			int part = this.bytes[this.position++];
			return ((part & 0x40) != 0) ? part - 0x80 : part;
		}
		return signed(35);
	}

	/**
	 * Reads a signed number of 64 bits.
	 */
	public long signed64() {
		return signed(70);
	}

	private long signed(int maxBits) {
		long value = 0;
		for (int shift = 0; shift < maxBits; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				// The seventh bit is the sign; the tenth byte has no room for more
				return ((part & 0x40) != 0 && shift < 57) ? value | (-1L << (shift + 7)) : value;
			}
		}
		throw tooLong();
	}

	/**
	 * Reads how many bytes or entries follow. An entry takes a byte at least.
	 * @return a number that is not greater than that of the bytes left
	 */
	public int count() {
		long count = unsigned();
		int left = this.end - this.position;
		if (count > left) {
			throw new MalformedException("announces " + count + " bytes or entries, with " + left + " bytes left");
		}
		return (int) count;
	}

	/**
	 * Reads an unsigned number of a fixed size, whose least significant byte comes first.
	 * @param size bytes, at most eight
	 */
	public long fixed(int size) {
		long value = 0;
		for (int i = 0; i < size; i++) {
			value |= (long) next() << (Byte.SIZE * i);
		}
		return value;
	}

	/**
	 * Reads a text of a known length.
	 * @param length bytes
	 * @return the text, with a replacement for what is not in UTF-8
	 */
	public String text(int length) {
		int start = this.position;
		skip(length);
		return new String(this.bytes, start, length, StandardCharsets.UTF_8);
	}

	/**
	 * Enters something of a known length, which must not be more than is left.
	 * @return what {@link #leave} wants
	 */
	public int enter(int length) {
		int outer = this.end;
		this.end = this.position + length;
		return outer;
	}

	/**
	 * Goes on behind what was entered.
	 * @param outer what {@link #enter} returned
	 */
	public void leave(int outer) {
		this.position = this.end;
		this.end = outer;
	}

	/**
	 * What follows, for a reader of its own; this one moves behind it.
	 * @param length bytes
	 */
	public BinaryReader slice(int length) {
		int start = this.position;
		skip(length);
		return new BinaryReader(this.bytes, start, start + length);
	}

	/**
	 * All that is left, for a reader of its own; this one stays where it is.
	 */
	public BinaryReader rest() {
		return new BinaryReader(this.bytes, this.position, this.end);
	}

	private static MalformedException tooEarly() {
		return new MalformedException("ends too early");
	}

	private static MalformedException tooLong() {
		return new MalformedException("has a number that is too long");
	}

}
