package dev.wasmspring.sandbox.memory;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import dev.wasmspring.sandbox.Guest;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Runs guests, compiled and interpreted, in a {@link LinearMemory}.
 */
class LinearMemoryGuestTests {

	private static final List<String> LOADS = List.of("load8s", "load8u", "load16s", "load16u", "load32", "load64",
			"load64_8s", "load64_8u", "load64_16s", "load64_16u", "load64_32s", "load64_32u", "loadf32", "loadf64",
			"load32offset", "load64offset");

	private static final List<String> STORES = List.of("store8", "store16", "store32", "store64", "store64_8",
			"store64_16", "store64_32", "storef32", "storef64", "store32offset");

	static Stream<Named<Machines>> machines() {
		return Stream.of(Named.of("compiled", Guest::compiled), Named.of("interpreted", Guest::interpreted));
	}

	@ParameterizedTest
	@MethodSource("machines")
	void everyMemoryInstructionBehavesAsInTheMemoryOfTheEngine(Machines machines) {
		Guest guest = machines.guest("memory");
		Instance expected = guest.instance(ByteArrayMemory::new);
		Instance actual = guest.instance(Guest.empty(4));
		Random random = new Random(4711);
		for (int i = 0; i < 6_000; i++) {
			String export = export(random);
			long[] arguments = arguments(random, export, expected.memory().pages() * Memory.PAGE_SIZE);
			assertThat(Guest.call(actual, export, arguments)).as("call %d: %s%s", i, export, Arrays.toString(arguments))
				.isEqualTo(Guest.call(expected, export, arguments));
			if (i % 500 == 0) {
				assertThat(Guest.call(actual, "sum")).isEqualTo(Guest.call(expected, "sum"));
			}
		}
		assertThat(content(actual.memory())).isEqualTo(content(expected.memory()));
	}

	@Test
	void computeBoundGuestsComeToTheSameResults() {
		Guest guest = Guest.compiled("compute");
		Instance expected = guest.instance(ByteArrayMemory::new);
		Instance actual = guest.instance(Guest.empty(64));
		for (int round = 1; round < 4; round++) {
			for (String export : List.of("sieve", "sort", "matrix", "churn")) {
				long argument = export.equals("sieve") ? 200_000 : round * 1_000_003L;
				assertThat(Guest.call(actual, export, argument)).as(export)
					.isEqualTo(Guest.call(expected, export, argument));
			}
		}
		assertThat(content(actual.memory())).isEqualTo(content(expected.memory()));
	}

	@ParameterizedTest
	@MethodSource("machines")
	void sandboxStartsFromTheStateAfterInitialization(Machines machines) {
		Guest guest = machines.guest("initialized");
		MemoryImage image = initialize(guest);
		Instance sandbox = guest.instance(image);
		assertThat(sandbox.memory().readString(0, 6)).isEqualTo("Active");
		assertThat(sandbox.memory().readString(70000, 7)).isEqualTo("passive");
		assertThat(sandbox.memory().pages()).isEqualTo(3);
	}

	@ParameterizedTest
	@MethodSource("machines")
	void sandboxSeesNothingOfTheOneBefore(Machines machines) {
		Guest guest = machines.guest("initialized");
		MemoryImage image = initialize(guest);
		Instance first = guest.instance(image);
		first.export("store").apply(0, 'X');
		first.export("store").apply(70000, 'Y');
		first.export("store").apply(150000, 'Z');
		assertThat(first.export("load").apply(0)).containsExactly('X');
		Instance second = guest.instance(image);
		assertThat(second.export("load").apply(0)).containsExactly('A');
		assertThat(second.export("load").apply(70000)).containsExactly('p');
		assertThat(second.export("load").apply(150000)).containsExactly(0);
	}

	@ParameterizedTest
	@MethodSource("machines")
	void segmentDroppedDuringInitializationStaysDropped(Machines machines) {
		Guest guest = machines.guest("initialized");
		MemoryImage image = initialize(guest);
		Instance sandbox = guest.instance(image);
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> sandbox.export("init").apply())
			.withMessageStartingWith("out of bounds memory access");
	}

	@ParameterizedTest
	@MethodSource("machines")
	void droppedSegmentIsGoneForTheInstanceThatDroppedIt(Machines machines) {
		Guest guest = machines.guest("memory");
		Instance instance = guest.instance(Guest.empty(4));
		instance.export("init").apply(0, 0, 7);
		instance.export("drop").apply();
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> instance.export("init").apply(0, 0, 7));
		assertThat(Guest.call(instance, "init", 0, 0, 0)).isEqualTo("done");
	}

	@ParameterizedTest
	@MethodSource("machines")
	void droppedSegmentIsThereForTheNextInstance(Machines machines) {
		Guest guest = machines.guest("memory");
		MemoryImage image = ((LinearMemory) guest.instance(Guest.empty(4)).memory()).snapshot();
		guest.instance(image).export("drop").apply();
		LinearMemory dropping = (LinearMemory) guest.instance(image).memory();
		dropping.drop(1);
		Instance next = guest.instance(image);
		next.export("init").apply(100, 0, 7);
		assertThat(next.memory().readString(100, 7)).isEqualTo("passive");
	}

	@ParameterizedTest
	@MethodSource("machines")
	void eachMemoryTakesItsOwnActiveSegments(Machines machines) {
		Instance instance = machines.guest("memories").instance(Guest.empty(3));
		assertThat(instance.memory(0).readString(0, 5)).isEqualTo("for a");
		assertThat(instance.memory(1).readString(70000, 5)).isEqualTo("for b");
		assertThat(instance.memory(0).readBytes(5, 65531)).containsOnly(0);
		assertThat(instance.memory(1).readBytes(0, 70000)).containsOnly(0);
	}

	@ParameterizedTest
	@MethodSource("machines")
	void droppedSegmentIsGoneForEveryMemoryOfTheInstance(Machines machines) {
		Instance instance = machines.guest("memories").instance(Guest.empty(3));
		instance.export("init").apply(10);
		assertThat(instance.memory(0).readString(10, 7)).isEqualTo("passive");
		assertThat(instance.memory(1).readString(10, 7)).isEqualTo("passive");
		instance.export("drop").apply();
		assertThat(Guest.call(instance, "init", 20)).contains("out of bounds memory access");
	}

	@ParameterizedTest
	@MethodSource("machines")
	void copyBetweenMemoriesLeavesTheSourceAlone(Machines machines) {
		Instance instance = machines.guest("memories").instance(Guest.empty(3));
		instance.export("copy").apply(65534, 0, 5);
		assertThat(instance.memory(1).readString(65534, 5)).isEqualTo("for a");
		assertThat(((LinearMemory) instance.memory(0)).ownedGranules()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("machines")
	void atomicInstructionsWorkInASharedMemory(Machines machines) {
		Instance instance = machines.guest("threads").instance(Guest.empty(1));
		assertThat(instance.export("add").apply(4096, 5)).containsExactly(0);
		assertThat(instance.export("add").apply(4096, 6)).containsExactly(5);
		assertThat(instance.export("add16").apply(4094, 0xFFFF)).containsExactly(0);
		assertThat(instance.export("add16").apply(4094, 2)).containsExactly(0xFFFF);
		assertThat(instance.memory().readInt(4094)).isEqualTo(11 << 16 | 1);
		assertThat(instance.export("cmpxchg").apply(65528, 0, -1)).containsExactly(0);
		assertThat(instance.export("cmpxchg").apply(65528, 0, 7)).containsExactly(-1);
		assertThat(instance.export("notify").apply(0, 1)).containsExactly(0);
		assertThat(Guest.call(instance, "fence")).isEqualTo("done");
	}

	@ParameterizedTest
	@MethodSource("machines")
	void atomicInstructionsTrap(Machines machines) {
		Instance instance = machines.guest("threads").instance(Guest.empty(1));
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> instance.export("add").apply(65536, 1));
		assertThatExceptionOfType(InvalidException.class).isThrownBy(() -> instance.export("add").apply(2, 1))
			.withMessage("unaligned atomic");
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> instance.export("wait").apply(0, 0, -1))
			.withMessageContaining("non-shared memory");
	}

	@Test
	void trapsAreTheOnesThatTheEngineThrowsForItsOwnMemory() {
		Instance instance = Guest.compiled("memory").instance(Guest.empty(4));
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> instance.export("load32").apply(65533))
			.isNotInstanceOf(TrapException.class)
			.withMessage("out of bounds memory access: attempted to access address: 65536 but limit is: 65536 "
					+ "and size: 1");
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> instance.export("store64").apply(-8, 1))
			.withMessage("out of bounds memory access: attempted to access address: -8 but limit is: 65536 "
					+ "and size: 8");
	}

	private static MemoryImage initialize(Guest guest) {
		Instance template = guest.instance(Guest.empty(8));
		template.export("_initialize").apply();
		return ((LinearMemory) template.memory()).snapshot();
	}

	private static byte[] content(Memory memory) {
		return memory.readBytes(0, memory.pages() * Memory.PAGE_SIZE);
	}

	private static String export(Random random) {
		return switch (random.nextInt(10)) {
			case 0, 1, 2 -> LOADS.get(random.nextInt(LOADS.size()));
			case 3, 4, 5 -> STORES.get(random.nextInt(STORES.size()));
			case 6 -> "fill";
			case 7 -> "copy";
			case 8 -> (random.nextInt(200) == 0) ? "drop" : "init";
			default -> (random.nextInt(50) == 0) ? "grow" : "size";
		};
	}

	private static long[] arguments(Random random, String export, int limit) {
		if (export.equals("size") || export.equals("drop")) {
			return new long[0];
		}
		if (export.equals("grow")) {
			return new long[] { random.nextInt(4) - 1 };
		}
		int size = random.nextInt(3) * random.nextInt(6000);
		return switch (export) {
			case "fill" -> new long[] { address(random, limit), random.nextInt(256), size };
			case "copy" -> new long[] { address(random, limit), address(random, limit), size };
			case "init" -> new long[] { address(random, limit), random.nextInt(18), random.nextInt(18) };
			default -> (LOADS.contains(export)) ? new long[] { address(random, limit) }
					: new long[] { address(random, limit), random.nextInt() & 0x7f7fffff };
		};
	}

	private static int address(Random random, int limit) {
		return switch (random.nextInt(8)) {
			case 0 -> random.nextInt(20) - 10;
			case 1 -> limit - random.nextInt(20) + 8;
			case 2 -> Integer.MAX_VALUE - random.nextInt(9);
			case 3, 4, 5 -> random.nextInt(limit / MemoryImage.GRANULE_SIZE + 1) * MemoryImage.GRANULE_SIZE
					+ random.nextInt(20) - 10;
			default -> random.nextInt(limit);
		};
	}

	@FunctionalInterface
	interface Machines {

		Guest guest(String name);

	}

}
