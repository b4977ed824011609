package dev.wasmspring.sandbox.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Memory;

/**
 * How compiled code reads and writes its linear memory and its globals, and asks whether
 * it has to end. Stateless; called by the classes of modules, under the names and with
 * the arguments that the engine's own methods have, which these take the place of.
 * <p>
 * This is the hot path of the whole engine, and counts in bytes of bytecode: HotSpot
 * inlines into a method until all of it has 8,000, and what comes then stays a call. So
 * each method does at once what the engine does in three, and has its slow path
 * elsewhere.
 * <p>
 * A base that is negative, which is one of 2 GiB or more, lies behind every memory, and
 * the sum with it must, whatever it is. So the sign of the base is spread over the
 * address, whose granule is behind every table then.
 */
public final class GuestAccess {

	private static final VarHandle SHORTS = view(short[].class);

	private static final VarHandle INTS = view(int[].class);

	private static final VarHandle LONGS = view(long[].class);

	private static final VarHandle FLOATS = view(float[].class);

	private static final VarHandle DOUBLES = view(double[].class);

	private static final int SHIFT = MemoryImage.GRANULE_SHIFT;

	private static final int SIZE = MemoryImage.GRANULE_SIZE;

	private static final int MASK = SIZE - 1;

	private GuestAccess() {
	}

	private static VarHandle view(Class<?> type) {
		return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Ends a call whose thread was interrupted, which is how it learns of its deadline.
	 */
	public static void checkInterruption() {
		if (Thread.currentThread().isInterrupted()) {
			throwInterrupted();
		}
	}

	private static void throwInterrupted() {
		throw new ChicoryInterruptedException("Thread interrupted");
	}

	/**
	 * Reads a global of the instance that this is the first memory of.
	 */
	public static long readGlobal(int index, Memory memory) {
		return ((LinearMemory) memory).globals[index].getValue();
	}

	/**
	 * Writes a global of the instance that this is the first memory of.
	 */
	public static void writeGlobal(long value, int index, Memory memory) {
		((LinearMemory) memory).globals[index].setValue(value);
	}

	/**
	 * Reads a byte.
	 */
	public static byte memoryReadByte(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length) {
			return granules[address >>> SHIFT][address & MASK];
		}
		return (byte) readSlowly(base, offset, 1, memory);
	}

	/**
	 * Reads two bytes.
	 */
	public static short memoryReadShort(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Short.BYTES) {
			return (short) SHORTS.get(granules[address >>> SHIFT], address & MASK);
		}
		return (short) readSlowly(base, offset, Short.BYTES, memory);
	}

	/**
	 * Reads four bytes.
	 */
	public static int memoryReadInt(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Integer.BYTES) {
			return (int) INTS.get(granules[address >>> SHIFT], address & MASK);
		}
		return (int) readSlowly(base, offset, Integer.BYTES, memory);
	}

	/**
	 * Reads eight bytes.
	 */
	public static long memoryReadLong(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Long.BYTES) {
			return (long) LONGS.get(granules[address >>> SHIFT], address & MASK);
		}
		return readSlowly(base, offset, Long.BYTES, memory);
	}

	/**
	 * Reads four bytes that are a number.
	 */
	public static float memoryReadFloat(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Float.BYTES) {
			return (float) FLOATS.get(granules[address >>> SHIFT], address & MASK);
		}
		return Float.intBitsToFloat((int) readSlowly(base, offset, Float.BYTES, memory));
	}

	/**
	 * Reads eight bytes that are a number.
	 */
	public static double memoryReadDouble(int base, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Double.BYTES) {
			return (double) DOUBLES.get(granules[address >>> SHIFT], address & MASK);
		}
		return Double.longBitsToDouble(readSlowly(base, offset, Double.BYTES, memory));
	}

	/**
	 * Writes a byte.
	 */
	public static void memoryWriteByte(int base, byte value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				granule[address & MASK] = value;
				return;
			}
		}
		writeSlowly(base, value, offset, 1, memory);
	}

	/**
	 * Writes two bytes.
	 */
	public static void memoryWriteShort(int base, short value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Short.BYTES) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				SHORTS.set(granule, address & MASK, value);
				return;
			}
		}
		writeSlowly(base, value, offset, Short.BYTES, memory);
	}

	/**
	 * Writes four bytes.
	 */
	public static void memoryWriteInt(int base, int value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Integer.BYTES) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				INTS.set(granule, address & MASK, value);
				return;
			}
		}
		writeSlowly(base, value, offset, Integer.BYTES, memory);
	}

	/**
	 * Writes eight bytes.
	 */
	public static void memoryWriteLong(int base, long value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Long.BYTES) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				LONGS.set(granule, address & MASK, value);
				return;
			}
		}
		writeSlowly(base, value, offset, Long.BYTES, memory);
	}

	/**
	 * Writes four bytes that are a number.
	 */
	public static void memoryWriteFloat(int base, float value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Float.BYTES) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				FLOATS.set(granule, address & MASK, value);
				return;
			}
		}
		writeSlowly(base, Float.floatToRawIntBits(value), offset, Float.BYTES, memory);
	}

	/**
	 * Writes eight bytes that are a number.
	 */
	public static void memoryWriteDouble(int base, double value, int offset, Memory memory) {
		int address = base + offset | base >> 31;
		byte[][] granules = ((LinearMemory) memory).granules;
		if (address >>> SHIFT < granules.length && (address & MASK) <= SIZE - Double.BYTES) {
			byte[] granule = granules[address >>> SHIFT];
			if (granule.length == SIZE) {
				DOUBLES.set(granule, address & MASK, value);
				return;
			}
		}
		writeSlowly(base, Double.doubleToRawLongBits(value), offset, Double.BYTES, memory);
	}

	private static long readSlowly(int base, int offset, int size, Memory memory) {
		return ((LinearMemory) memory).readSlowly(address(base, offset), size);
	}

	private static void writeSlowly(int base, long value, int offset, int size, Memory memory) {
		((LinearMemory) memory).writeSlowly(address(base, offset), value, size);
	}

	/** The address that a trap names. */
	private static int address(int base, int offset) {
		return (base < 0) ? base : base + offset;
	}

}
