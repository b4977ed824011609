package dev.wasmspring.sandbox.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the same random operations on a {@link LinearMemory} and on the engine's own
 * {@link ByteArrayMemory}, which serves as the model.
 */
class LinearMemoryDifferentialTests {

	private static final int PAGE = Memory.PAGE_SIZE;

	private static final int GRANULE = MemoryImage.GRANULE_SIZE;

	private static final int MAXIMUM_PAGES = 5;

	private static final int OPERATIONS = 4_000;

	@ParameterizedTest
	@CsvSource({ "1,0,false", "2,1,false", "3,1,true", "4,2,false", "5,2,true", "6,3,false", "7,1,false", "8,5,true",
			"9,1,false", "10,2,true" })
	void behavesAsTheMemoryOfTheEngine(long seed, int pages, boolean shared) {
		run(seed, new MemoryLimits(pages, MAXIMUM_PAGES, shared), 0);
	}

	@ParameterizedTest
	@ValueSource(longs = { 11, 12, 13, 14, 15, 16, 17, 18 })
	void behavesAsTheMemoryOfTheEngineWhenItIsMadeFromSnapshotsAllTheTime(long seed) {
		run(seed, new MemoryLimits(2, MAXIMUM_PAGES), 40);
	}

	private void run(long seed, MemoryLimits limits, int snapshotEvery) {
		Random random = new Random(seed);
		DataSegment[] segments = segments(random);
		// on Java 22 and later the model has working atomics only if it is shared
		Memory model = new ByteArrayMemory(new MemoryLimits(limits.initialPages(), limits.maximumPages(), true));
		// What templates leave out at the end is what was dropped
		DataSegment[] all = Arrays.copyOf(segments, 8);
		Arrays.fill(all, segments.length, all.length, PassiveDataSegment.EMPTY);
		model.initialize(null, all);
		LinearMemory memory = new LinearMemory(MemoryImage.empty(limits), MAXIMUM_PAGES);
		memory.initialize(null, segments.clone());
		List<Runnable> imageChecks = new ArrayList<>();
		for (int i = 0; i < OPERATIONS; i++) {
			Operation operation = operation(random, model.pages() * PAGE);
			Object expected = (operation.wraps()) ? operation.wrapped() : outcome(operation, model);
			assertThat(outcome(operation, memory)).as("operation %d of seed %d: %s", i, seed, operation.name())
				.isEqualTo(expected);
			if (snapshotEvery > 0 && random.nextInt(snapshotEvery) == 0) {
				MemoryImage image = memory.snapshot();
				byte[] content = content(model);
				imageChecks.add(() -> assertContent(new LinearMemory(image, MAXIMUM_PAGES), content));
				memory = new LinearMemory(image, MAXIMUM_PAGES);
				memory.initialize(null, segments.clone());
			}
			if (i % 97 == 0) {
				assertContent(memory, content(model));
			}
		}
		assertContent(memory, content(model));
		assertThat(memory.pages()).isEqualTo(model.pages());
		imageChecks.forEach(Runnable::run);
	}

	private static DataSegment[] segments(Random random) {
		DataSegment[] segments = new DataSegment[5];
		int[] lengths = { 0, 1, 100, GRANULE + 7, PAGE + 5 };
		for (int i = 0; i < segments.length; i++) {
			byte[] data = new byte[lengths[i]];
			random.nextBytes(data);
			segments[i] = new PassiveDataSegment(data);
		}
		return segments;
	}

	private static byte[] content(Memory memory) {
		return memory.readBytes(0, memory.pages() * PAGE);
	}

	private static void assertContent(Memory memory, byte[] expected) {
		assertThat(Arrays.mismatch(content(memory), expected)).as("first byte that differs").isEqualTo(-1);
	}

	private static Object outcome(Operation operation, Memory memory) {
		try {
			Object result = operation.action().apply(memory);
			return (result instanceof byte[] bytes) ? Arrays.toString(bytes) : String.valueOf(result);
		}
		catch (ChicoryException | ArrayIndexOutOfBoundsException ex) {
			return ex.getClass().getName() + ": " + ex.getMessage();
		}
	}

	private static Operation operation(Random random, int limit) {
		int a = address(random, limit);
		int b = address(random, limit);
		int size = size(random, limit);
		int offset = random.nextInt(200) - 5;
		byte[] data = new byte[random.nextInt(3) * GRANULE + random.nextInt(70)];
		random.nextBytes(data);
		long v = interesting(random);
		long w = random.nextBoolean() ? v : interesting(random);
		return switch (random.nextInt(46)) {
			case 0 -> read("read", a, (memory) -> memory.read(a));
			case 1 -> read("readShort", a, (memory) -> memory.readShort(a));
			case 2 -> read("readInt", a, (memory) -> memory.readInt(a));
			case 3 -> read("readLong", a, (memory) -> memory.readLong(a));
			case 4 -> read("readFloat", a, (memory) -> Float.floatToRawIntBits(memory.readFloat(a)));
			case 5 -> read("readDouble", a, (memory) -> Double.doubleToRawLongBits(memory.readDouble(a)));
			case 6 -> read("readF32", a, (memory) -> memory.readF32(a));
			case 7 -> read("readF64", a, (memory) -> memory.readF64(a));
			case 8 -> read("readU16", a, (memory) -> memory.readU16(a));
			case 9 -> read("readI16", a, (memory) -> memory.readI16(a));
			case 10 -> read("readU8", a, (memory) -> memory.readU8(a));
			case 11 -> read("readI8", a, (memory) -> memory.readI8(a));
			case 12 -> read("readI32", a, (memory) -> memory.readI32(a));
			case 13 -> read("readU32", a, (memory) -> memory.readU32(a));
			case 14 -> read("readI64", a, (memory) -> memory.readI64(a));
			case 15, 16 -> write("writeByte", a, (memory) -> memory.writeByte(a, (byte) v));
			case 17 -> write("writeShort", a, (memory) -> memory.writeShort(a, (short) v));
			case 18, 19 -> write("writeI32", a, (memory) -> memory.writeI32(a, (int) v));
			case 20, 21 -> write("writeLong", a, (memory) -> memory.writeLong(a, v));
			case 22 -> write("writeF32", a, (memory) -> memory.writeF32(a, Float.intBitsToFloat((int) v & 0x7f7fffff)));
			case 23 ->
				write("writeF64", a, (memory) -> memory.writeF64(a, Double.longBitsToDouble(v & 0x7fefffffffffffffL)));
			case 24, 25 -> new Operation("fill " + a + "+" + size, (memory) -> {
				memory.fill((byte) v, a, a + size);
				return null;
			}, Range.of(a, size, limit));
			case 26 -> new Operation("clear " + a + "+" + size, (memory) -> {
				memory.fill((byte) 0, a, a + size);
				return null;
			}, Range.of(a, size, limit));
			case 27, 28, 29 -> new Operation("copy " + a + " " + b + "+" + size, (memory) -> {
				memory.copy(a, b, size);
				return null;
			}, Range.of(a, size, limit), Range.of(b, size, limit));
			case 30 -> new Operation("copy near " + a + "+" + size, (memory) -> {
				memory.copy(a, a + offset, size);
				return null;
			}, Range.of(a, size, limit), Range.of(a + offset, size, limit));
			case 31 -> new Operation("readBytes " + a + "+" + size, (memory) -> memory.readBytes(a, size),
					Range.of(a, size, limit));
			case 32 -> write("write array", a, (memory) -> memory.write(a, data));
			case 33 ->
				write("write part of array", a, (memory) -> memory.write(a, data, offset, Math.min(size, data.length)));
			case 34 -> write("write string", a, (memory) -> memory.writeCString(a, "h\u00e9llo \u4e16\u754c"));
			case 35 -> new Operation("readString " + a, (memory) -> memory.readString(a, 20));
			case 36 -> new Operation("readCString " + a, (memory) -> memory.readCString(a));
			case 37 -> new Operation("init " + offset, (memory) -> {
				memory.initPassiveSegment((int) (v & 7), a, offset, Math.min(size, PAGE));
				return null;
			});
			case 38 -> (random.nextInt(20) == 0) ? write("grow", 0, (memory) -> memory.grow((int) v & 1)) : pages();
			case 39 -> new Operation("grow " + size, (memory) -> memory.grow(size | 0x100));
			case 40 -> pages();
			case 41 -> (random.nextInt(100) == 0) ? write("zero", 0, Memory::zero) : pages();
			default -> atomic(random.nextInt(32), a, v, w);
		};
	}

	private static Operation pages() {
		return new Operation("pages", (memory) -> List.of(memory.pages(), memory.initialPages(), memory.maximumPages(),
				(memory.pages() > 0) ? memory.atomicNotify(0, 1) : 0));
	}

	private static Operation atomic(int kind, int addr, long v, long w) {
		int a = addr & -(1 << (kind >> 3));
		return switch (kind) {
			case 0 -> read("atomicReadByte", a, (memory) -> memory.atomicReadByte(a));
			case 1 -> write("atomicWriteByte", a, (memory) -> memory.atomicWriteByte(a, (byte) v));
			case 2 -> read("atomicAddByte", a, (memory) -> memory.atomicAddByte(a, (byte) v));
			case 3 -> read("atomicAndByte", a, (memory) -> memory.atomicAndByte(a, (byte) v));
			case 4 -> read("atomicOrByte", a, (memory) -> memory.atomicOrByte(a, (byte) v));
			case 5 -> read("atomicXorByte", a, (memory) -> memory.atomicXorByte(a, (byte) v));
			case 6 -> read("atomicXchgByte", a, (memory) -> memory.atomicXchgByte(a, (byte) v));
			case 7 -> read("atomicCmpxchgByte", a, (memory) -> memory.atomicCmpxchgByte(a, (byte) v, (byte) w));
			case 8 -> read("atomicReadShort", a, (memory) -> memory.atomicReadShort(a));
			case 9 -> write("atomicWriteShort", a, (memory) -> memory.atomicWriteShort(a, (short) v));
			case 10 -> read("atomicAddShort", a, (memory) -> memory.atomicAddShort(a, (short) v));
			case 11 -> read("atomicAndShort", a, (memory) -> memory.atomicAndShort(a, (short) v));
			case 12 -> read("atomicOrShort", a, (memory) -> memory.atomicOrShort(a, (short) v));
			case 13 -> read("atomicXorShort", a, (memory) -> memory.atomicXorShort(a, (short) v));
			case 14 -> read("atomicXchgShort", a, (memory) -> memory.atomicXchgShort(a, (short) v));
			case 15 -> read("atomicCmpxchgShort", a, (memory) -> memory.atomicCmpxchgShort(a, (short) v, (short) w));
			case 16 -> read("atomicReadInt", a, (memory) -> memory.atomicReadInt(a));
			case 17 -> write("atomicWriteInt", a, (memory) -> memory.atomicWriteInt(a, (int) v));
			case 18 -> read("atomicAddInt", a, (memory) -> memory.atomicAddInt(a, (int) v));
			case 19 -> read("atomicAndInt", a, (memory) -> memory.atomicAndInt(a, (int) v));
			case 20 -> read("atomicOrInt", a, (memory) -> memory.atomicOrInt(a, (int) v));
			case 21 -> read("atomicXorInt", a, (memory) -> memory.atomicXorInt(a, (int) v));
			case 22 -> read("atomicXchgInt", a, (memory) -> memory.atomicXchgInt(a, (int) v));
			case 23 -> read("atomicCmpxchgInt", a, (memory) -> memory.atomicCmpxchgInt(a, (int) v, (int) w));
			case 24 -> read("atomicReadLong", a, (memory) -> memory.atomicReadLong(a));
			case 25 -> write("atomicWriteLong", a, (memory) -> memory.atomicWriteLong(a, v));
			case 26 -> read("atomicAddLong", a, (memory) -> memory.atomicAddLong(a, v));
			case 27 -> read("atomicAndLong", a, (memory) -> memory.atomicAndLong(a, v));
			case 28 -> read("atomicOrLong", a, (memory) -> memory.atomicOrLong(a, v));
			case 29 -> read("atomicXorLong", a, (memory) -> memory.atomicXorLong(a, v));
			case 30 -> read("atomicXchgLong", a, (memory) -> memory.atomicXchgLong(a, v));
			default -> read("atomicCmpxchgLong", a, (memory) -> memory.atomicCmpxchgLong(a, v, w));
		};
	}

	private static Operation read(String name, int addr, Function<Memory, Object> action) {
		return new Operation(name + " " + addr, action);
	}

	private static Operation write(String name, int addr, Consumer<Memory> action) {
		return new Operation(name + " " + addr, (memory) -> {
			action.accept(memory);
			return null;
		});
	}

	private static long interesting(Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> -1;
			default -> random.nextLong();
		};
	}

	private static int address(Random random, int limit) {
		int jitter = random.nextInt(19) - 9;
		return switch (random.nextInt(12)) {
			case 0 -> jitter;
			case 1 -> limit + jitter;
			case 2 -> Integer.MAX_VALUE - random.nextInt(10);
			case 3 -> Integer.MIN_VALUE + random.nextInt(10);
			case 4 -> random.nextInt();
			case 5, 6 -> random.nextInt(limit / PAGE + 1) * PAGE + jitter;
			case 7, 8, 9 -> random.nextInt(limit / GRANULE + 1) * GRANULE + jitter;
			default -> random.nextInt(limit + 1);
		};
	}

	private static int size(Random random, int limit) {
		return switch (random.nextInt(14)) {
			case 0 -> 0;
			case 1 -> -random.nextInt(10);
			case 2 -> Integer.MAX_VALUE - random.nextInt(3);
			case 3 -> Integer.MIN_VALUE + random.nextInt(3);
			case 4 -> limit - random.nextInt(10);
			case 5 -> random.nextInt(limit + 1);
			case 6 -> GRANULE * random.nextInt(4);
			case 7, 8 -> PAGE + random.nextInt(PAGE);
			case 9, 10 -> random.nextInt(2 * GRANULE);
			default -> random.nextInt(70);
		};
	}

	/**
	 * An operation and the ranges of memory that it touches. Where the end of a range
	 * does not fit into an int, the model leaves the range unchecked and ends in an
	 * accident, so there the expected trap is computed.
	 */
	private record Operation(String name, Function<Memory, Object> action, Range... ranges) {

		boolean wraps() {
			return Arrays.stream(this.ranges).anyMatch(Range::wraps);
		}

		String wrapped() {
			return Arrays.stream(this.ranges)
				.filter(Range::isOutside)
				.map((range) -> WasmRuntimeException.class.getName()
						+ ": out of bounds memory access: attempted to access address: " + range.addr()
						+ " but limit is: " + range.limit() + " and size: " + range.size())
				.findFirst()
				.orElseThrow();
		}

	}

	private record Range(int addr, int size, int limit) {

		static Range of(int addr, int size, int limit) {
			return new Range(addr, size, limit);
		}

		boolean wraps() {
			return this.addr >= 0 && this.size >= 0 && this.addr + this.size < 0;
		}

		boolean isOutside() {
			return this.addr < 0 || this.size < 0 || (long) this.addr + this.size > this.limit;
		}

	}

}
