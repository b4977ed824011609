package dev.wasmspring.sandbox.memory;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.InvalidException;

/**
 * The part of a linear memory that follows from there being no second thread: atomic
 * operations are ordinary reads and writes, nobody can be woken, and there is nothing to
 * lock. Lives for one sandbox and is confined to its thread.
 */
abstract class ConfinedMemory implements Memory {

	static int aligned(int addr, int size) {
		if ((addr & (size - 1)) != 0) {
			throw new InvalidException("unaligned atomic");
		}
		return addr;
	}

	@Override
	@SuppressWarnings("removal")
	public final Object lock(int address) {
		throw new UnsupportedOperationException("A memory that is confined to one thread has no locks");
	}

	@Override
	@SuppressWarnings("removal")
	public final int notify(int address, int maxThreads) {
		return atomicNotify(address, maxThreads);
	}

	@Override
	@SuppressWarnings("removal")
	public final int waitOn(int address, int expected, long timeout) {
		return atomicWait(address, expected, timeout);
	}

	@Override
	@SuppressWarnings("removal")
	public final int waitOn(int address, long expected, long timeout) {
		return atomicWait(address, expected, timeout);
	}

	@Override
	public abstract int atomicWait(int addr, int expected, long timeout);

	@Override
	public abstract int atomicWait(int addr, long expected, long timeout);

	@Override
	public abstract int atomicNotify(int addr, int maxThreads);

	@Override
	public final void atomicFence() {
		// one thread sees its own writes in order
	}

	@Override
	public final byte atomicReadByte(int addr) {
		return read(addr);
	}

	@Override
	public final void atomicWriteByte(int addr, byte value) {
		writeByte(addr, value);
	}

	@Override
	public final byte atomicAddByte(int addr, byte delta) {
		byte previous = atomicReadByte(addr);
		writeByte(addr, (byte) (previous + delta));
		return previous;
	}

	@Override
	public final byte atomicAndByte(int addr, byte mask) {
		byte previous = atomicReadByte(addr);
		writeByte(addr, (byte) (previous & mask));
		return previous;
	}

	@Override
	public final byte atomicOrByte(int addr, byte mask) {
		byte previous = atomicReadByte(addr);
		writeByte(addr, (byte) (previous | mask));
		return previous;
	}

	@Override
	public final byte atomicXorByte(int addr, byte mask) {
		byte previous = atomicReadByte(addr);
		writeByte(addr, (byte) (previous ^ mask));
		return previous;
	}

	@Override
	public final byte atomicXchgByte(int addr, byte value) {
		byte previous = atomicReadByte(addr);
		writeByte(addr, value);
		return previous;
	}

	@Override
	public final byte atomicCmpxchgByte(int addr, byte expected, byte replacement) {
		byte previous = atomicReadByte(addr);
		if (previous == expected) {
			writeByte(addr, replacement);
		}
		return previous;
	}

	@Override
	public final short atomicReadShort(int addr) {
		return readShort(aligned(addr, Short.BYTES));
	}

	@Override
	public final void atomicWriteShort(int addr, short value) {
		writeShort(aligned(addr, Short.BYTES), value);
	}

	@Override
	public final short atomicAddShort(int addr, short delta) {
		short previous = atomicReadShort(addr);
		writeShort(addr, (short) (previous + delta));
		return previous;
	}

	@Override
	public final short atomicAndShort(int addr, short mask) {
		short previous = atomicReadShort(addr);
		writeShort(addr, (short) (previous & mask));
		return previous;
	}

	@Override
	public final short atomicOrShort(int addr, short mask) {
		short previous = atomicReadShort(addr);
		writeShort(addr, (short) (previous | mask));
		return previous;
	}

	@Override
	public final short atomicXorShort(int addr, short mask) {
		short previous = atomicReadShort(addr);
		writeShort(addr, (short) (previous ^ mask));
		return previous;
	}

	@Override
	public final short atomicXchgShort(int addr, short value) {
		short previous = atomicReadShort(addr);
		writeShort(addr, value);
		return previous;
	}

	@Override
	public final short atomicCmpxchgShort(int addr, short expected, short replacement) {
		short previous = atomicReadShort(addr);
		if (previous == expected) {
			writeShort(addr, replacement);
		}
		return previous;
	}

	@Override
	public final int atomicReadInt(int addr) {
		return readInt(aligned(addr, Integer.BYTES));
	}

	@Override
	public final void atomicWriteInt(int addr, int value) {
		writeI32(aligned(addr, Integer.BYTES), value);
	}

	@Override
	public final int atomicAddInt(int addr, int delta) {
		int previous = atomicReadInt(addr);
		writeI32(addr, previous + delta);
		return previous;
	}

	@Override
	public final int atomicAndInt(int addr, int mask) {
		int previous = atomicReadInt(addr);
		writeI32(addr, previous & mask);
		return previous;
	}

	@Override
	public final int atomicOrInt(int addr, int mask) {
		int previous = atomicReadInt(addr);
		writeI32(addr, previous | mask);
		return previous;
	}

	@Override
	public final int atomicXorInt(int addr, int mask) {
		int previous = atomicReadInt(addr);
		writeI32(addr, previous ^ mask);
		return previous;
	}

	@Override
	public final int atomicXchgInt(int addr, int value) {
		int previous = atomicReadInt(addr);
		writeI32(addr, value);
		return previous;
	}

	@Override
	public final int atomicCmpxchgInt(int addr, int expected, int replacement) {
		int previous = atomicReadInt(addr);
		if (previous == expected) {
			writeI32(addr, replacement);
		}
		return previous;
	}

	@Override
	public final long atomicReadLong(int addr) {
		return readLong(aligned(addr, Long.BYTES));
	}

	@Override
	public final void atomicWriteLong(int addr, long value) {
		writeLong(aligned(addr, Long.BYTES), value);
	}

	@Override
	public final long atomicAddLong(int addr, long delta) {
		long previous = atomicReadLong(addr);
		writeLong(addr, previous + delta);
		return previous;
	}

	@Override
	public final long atomicAndLong(int addr, long mask) {
		long previous = atomicReadLong(addr);
		writeLong(addr, previous & mask);
		return previous;
	}

	@Override
	public final long atomicOrLong(int addr, long mask) {
		long previous = atomicReadLong(addr);
		writeLong(addr, previous | mask);
		return previous;
	}

	@Override
	public final long atomicXorLong(int addr, long mask) {
		long previous = atomicReadLong(addr);
		writeLong(addr, previous ^ mask);
		return previous;
	}

	@Override
	public final long atomicXchgLong(int addr, long value) {
		long previous = atomicReadLong(addr);
		writeLong(addr, value);
		return previous;
	}

	@Override
	public final long atomicCmpxchgLong(int addr, long expected, long replacement) {
		long previous = atomicReadLong(addr);
		if (previous == expected) {
			writeLong(addr, replacement);
		}
		return previous;
	}

}
