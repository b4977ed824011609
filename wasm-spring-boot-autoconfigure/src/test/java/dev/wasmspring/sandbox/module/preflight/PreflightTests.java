package dev.wasmspring.sandbox.module.preflight;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.WasmEncoding;
import dev.wasmspring.sandbox.binary.BinaryFormat;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class PreflightTests {

	private static final int CUSTOM = 0;

	private static final int TYPE = 1;

	private static final int IMPORT = 2;

	private static final int FUNCTION = 3;

	private static final int TABLE = 4;

	private static final int MEMORY = 5;

	private static final int GLOBAL = 6;

	private static final int EXPORT = 7;

	private static final int ELEMENT = 9;

	private static final int CODE = 10;

	private static final int DATA = 11;

	private static final int TAG = 13;

	private static final byte[] END = hex("0b");

	private static final byte[] DROP = hex("1a");

	private static final byte[] ZERO = hex("4100");

	private static final byte[] NO_LOCALS = hex("00");

	/** {@code block i32.const 0 br_if 0 end}: three jumps. */
	private static final byte[] JUMPS = hex("0240 4100 0d00 0b");

	private static final byte[] OF_USUAL_SIZE = bytes(NO_LOCALS, repeat(60, hex("01")), END);

	/** Fixtures that the engine parses and no sandbox offers. */
	private static final List<String> NOT_OFFERED = List.of("shared_memory.wasm", "simd_local.wasm");

	/** {@code () -> ()}. */
	private static final byte[] VOID = type(0, 0);

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void whatIsAtALimitPassesAndWhatIsAboveIsRefused(String name, byte[] at, byte[] above, String reason) {
		assertThatNoException().isThrownBy(() -> Preflight.check(at));
		assertThat(refused(above).reason()).isEqualTo(reason);
	}

	static Stream<Arguments> whatIsAtALimitPassesAndWhatIsAboveIsRefused() {
		return Stream.of(
				limit("types", (n) -> module(section(TYPE, many(n, VOID))), 4000,
						"It has 4001 types, but only 4000 are allowed."),
				limit("parameters", (n) -> module(section(TYPE, many(1, type(n, 0)))), 100,
						"Type 0 has 101 parameters, but only 100 are allowed."),
				limit("results", (n) -> module(section(TYPE, many(1, type(0, n)))), 100,
						"Type 0 has 101 results, but only 100 are allowed."),
				limit("signatures",
						(n) -> module(
								section(TYPE, bytes(leb(101), repeat(100, type(100, 99)), type(100, n - 20_000)))),
						20_000, "It has 20001 parameters and results of types, but only 20000 are allowed."),
				limit("imports",
						(n) -> module(section(TYPE, many(1, VOID)), section(IMPORT, many(n, hex("0161 0162 00 00")))),
						100, "It has 101 imports, but only 100 are allowed."),
				limit("functions", (n) -> functions(1, n, OF_USUAL_SIZE), 20_000,
						"It has 20001 functions, but only 20000 are allowed."),
				limit("tables", (n) -> module(section(TABLE, many(n, hex("70 00 01")))), 8,
						"It has 9 tables, but only 8 are allowed."),
				limit("memories", (n) -> module(section(MEMORY, many(n, hex("00 01")))), 8,
						"It has 9 memories, but only 8 are allowed."),
				limit("tags", (n) -> module(section(TYPE, many(1, VOID)), section(TAG, many(n, hex("00 00")))), 1000,
						"It has 1001 tags, but only 1000 are allowed."),
				limit("globals", (n) -> module(section(GLOBAL, many(n, hex("7f 00 4100 0b")))), 10_000,
						"It has 10001 globals, but only 10000 are allowed."),
				limit("exports", (n) -> module(section(TYPE, many(1, VOID)), section(FUNCTION, many(1, hex("00"))),
						section(EXPORT, many(n, hex("0161 00 00"))), section(CODE, many(1, body(OF_USUAL_SIZE)))), 1000,
						"It has 1001 exports, but only 1000 are allowed."),
				limit("element segments", (n) -> module(section(ELEMENT, many(n, hex("01 00 00")))), 1000,
						"It has 1001 element segments, but only 1000 are allowed."),
				limit("elements in segments",
						(n) -> module(section(ELEMENT,
								bytes(leb(2), hex("00 4100 0b"), many(50_000, hex("00")), hex("05 70"),
										many(n - 50_000, hex("d0700b"))))),
						100_000, "It has 100001 elements in segments, but only 100000 are allowed."),
				limit("data segments", (n) -> module(section(DATA, many(n, hex("01 00")))), 100_000,
						"It has 100001 data segments, but only 100000 are allowed."),
				limit("names", (n) -> module(names(1, many(n, hex("00 00")))), 500_000,
						"It has 500001 names, but only 500000 are allowed."),
				limit("bytes of a function", (n) -> function(bytes(NO_LOCALS, repeat(n - 2, hex("01")), END)),
						256 << 10, "Function 0 has 262145 bytes, but only 262144 are allowed."),
				limit("locals", (n) -> function(bytes(hex("02"), leb(9999), hex("7f"), leb(n - 9999), hex("7e"), END)),
						10_000, "Function 0 has 10001 locals, but only 10000 are allowed."),
				limit("nested blocks", (n) -> function(bytes(NO_LOCALS, repeat(n, hex("0240")), repeat(n, END), END)),
						5000, "Function 0 has 5001 nested blocks, but only 5000 are allowed."),
				limit("nested try_table blocks",
						(n) -> function(bytes(NO_LOCALS, repeat(n, hex("1f40 01 02 00")), repeat(n, END), END)), 50,
						"Function 0 has 51 nested try_table blocks, but only 50 are allowed."),
				limit("targets of br_table",
						(n) -> function(bytes(NO_LOCALS, hex("4100 0e"), many(9999, hex("00")), hex("00 4100 0e"),
								many(n - 9999, hex("00")), hex("00"), END)),
						100_000, "Function 0 has 100001 targets of br_table, but only 100000 are allowed."),
				limit("values that are moved", (n) -> moving(n), 200_000,
						"Function 0 has 200001 values that its blocks, calls and jumps move, but only 200000 are allowed."),
				limit("constants of one class", (n) -> module(section(TYPE, many(1, VOID)),
						section(FUNCTION, many(257, hex("00"))),
						section(CODE,
								bytes(leb(257), body(constants(0, 9_000)), repeat(254, body(bytes(NO_LOCALS, END))),
										body(constants(8_000, n - 8_000)), body(constants(100_000, 18_000))))),
						18_000, "It has 18001 constants and callees in 256 functions, but only 18000 are allowed."));
	}

	/** Blocks that are never left give values of their types all the same. */
	private static byte[] moving(int values) {
		byte[] hundred = hex("0200 00 0b 00");
		byte[] one = hex("0201 00 0b 00");
		return module(section(TYPE, bytes(leb(3), type(0, 100), type(0, 1), VOID)),
				section(FUNCTION, many(1, hex("02"))), section(CODE, many(1,
						body(bytes(NO_LOCALS, repeat(values / 100, hundred), repeat(values % 100, one), END)))));
	}

	private static byte[] constants(int first, int count) {
		ByteArrayOutputStream constants = new ByteArrayOutputStream();
		for (int i = 0; i < count; i++) {
			constants.writeBytes(bytes(hex("42"), leb(first + i | 1 << 20), DROP));
		}
		return bytes(NO_LOCALS, constants.toByteArray(), END);
	}

	@Test
	void whatTakesAPlaceOfItsOwnInAClassCounts() {
		byte[] six = hex("41ffff03 1a 42ffff03 1a 43ffff0300 1a 44ffff030000000000 1a 1000 4100 11 00 00");
		byte[] twiceOrSmall = hex("41ffff03 1a 1000 4100 1a 41ffff01 1a");
		byte[] others = Arrays.copyOf(constants(0, 17_994), 1 + 17_994 * 5);
		assertThatNoException().isThrownBy(() -> Preflight.check(function(bytes(others, six, twiceOrSmall, END))));
		assertThat(refused(function(bytes(others, six, hex("41ffff04 1a"), END))).reason())
			.startsWith("It has 18001 constants and callees");
	}

	@Test
	void theInstructionsOfConstantExpressionsAreCounted() {
		byte[] million = bytes(repeat(999_999, hex("01")), END);
		byte[] global = section(GLOBAL, bytes(leb(1), hex("7f 00"), million));
		byte[] table = section(TABLE, bytes(leb(1), hex("40 00 70 00 01"), million));
		byte[] offset = section(ELEMENT, bytes(leb(1), hex("00"), million, hex("00")));
		byte[] data = section(DATA, bytes(leb(3), repeat(3, bytes(hex("00"), million, hex("00")))));
		byte[] fewer = section(DATA, bytes(leb(2), repeat(2, bytes(hex("00"), million, hex("00")))));
		assertThatNoException().isThrownBy(() -> Preflight.check(module(table, global, offset, fewer)));
		assertThat(refused(module(table, global, offset, data)).reason())
			.isEqualTo("It has 5000001 instructions, but only 5000000 are allowed.");
	}

	@Test
	void aModuleMayBecomeAsMuchBytecodeAsItsMetaspaceAllows() {
		// 450 for a function, 80 to call it by its index, 14 for each load
		requireMost(20_000_000 / (450 + 512 * 14 + 80), bytes(NO_LOCALS, repeat(512, hex("35 00 00")), END));
		// Of larger functions half as much again, since that may be wasted
		requireMost(20_000_000 / ((450 + 1000 * 14) * 3 / 2 + 80),
				bytes(NO_LOCALS, repeat(1000, hex("35 00 00")), END));
	}

	private static void requireMost(int most, byte[] function) {
		assertThatNoException().isThrownBy(() -> Preflight.check(functions(1, most, function)));
		assertThat(refused(functions(1, most + 1, function)).reason()).isEqualTo("Its classes would be too large:"
				+ " up to function " + (most + 1) + ", its functions and instructions are too many.");
	}

	@Test
	void equalTypesCountForEachOfTheirFunctions() {
		assertThatNoException().isThrownBy(() -> Preflight.check(functions(50, 1000, bytes(NO_LOCALS, END))));
		assertThat(refused(functions(50, 1001, bytes(NO_LOCALS, END))).reason()).isEqualTo(
				"It has 50050 pairs of a function and a type equal to the function's, but only 50000 are allowed.");
	}

	@Test
	void everyTypeCountsForEveryFunction() {
		byte[] differ = section(TYPE, differentTypes(2000));
		byte[] oneImport = section(IMPORT, many(1, hex("0161 0162 00 00")));
		byte[] functions = section(FUNCTION, many(20_000, hex("00")));
		byte[] code = section(CODE, many(20_000, body(bytes(NO_LOCALS, repeat(120, hex("01")), END))));
		assertThatNoException().isThrownBy(() -> Preflight.check(module(differ, functions, code)));
		assertThat(refused(module(differ, oneImport, functions, code)).reason())
			.isEqualTo("It has 40002000 pairs of a function and a type, but only 40000000 are allowed.");
	}

	/** Types that differ in number and kind of their parameters, the shortest first. */
	private static byte[] differentTypes(int count) {
		ByteArrayOutputStream types = new ByteArrayOutputStream();
		types.writeBytes(leb(count));
		for (int i = 1; i <= count; i++) {
			ByteArrayOutputStream parameters = new ByteArrayOutputStream();
			for (int rest = i; rest > 1; rest = rest / 4) {
				parameters.write(0x7c + rest % 4);
			}
			types.writeBytes(bytes(hex("60"), leb(parameters.size()), parameters.toByteArray(), hex("00")));
		}
		return types.toByteArray();
	}

	@Test
	void theTypesOfAllSignaturesOfFourArgumentsAreAccepted() {
		// As GHC makes them: four kinds of arguments, and none or one of them as the
		// result
		ByteArrayOutputStream types = new ByteArrayOutputStream();
		int count = 0;
		for (int length = 0; length <= 4; length++) {
			for (int i = 0; i < 1 << 2 * length; i++) {
				byte[] parameters = new byte[length];
				for (int p = 0; p < length; p++) {
					parameters[p] = (byte) (0x7c + (i >> 2 * p & 3));
				}
				for (String result : List.of("00", "017c", "017d", "017e", "017f")) {
					types.writeBytes(bytes(hex("60"), leb(length), parameters, hex(result)));
					count++;
				}
			}
		}
		assertThat(count).isEqualTo(1705);
		byte[] signatures = section(TYPE, bytes(leb(count), types.toByteArray()));
		byte[] functions = section(FUNCTION, many(10_000, hex("00")));
		byte[] code = section(CODE, many(10_000, body(OF_USUAL_SIZE)));
		assertThatNoException().isThrownBy(() -> Preflight.check(module(signatures, functions, code)));
	}

	@Test
	void typesThatBeginAlikeTakeLongToCompare() {
		ByteArrayOutputStream types = new ByteArrayOutputStream();
		for (int i = 0; i < 2000; i++) {
			byte[] parameters = { 0x7f, 0x7f, 0x7f, 0x7f, (byte) (0x7c + (i & 3)), (byte) (0x7c + (i >> 2 & 3)),
					(byte) (0x7c + (i >> 4 & 3)), (byte) (0x7c + (i >> 6 & 3)), (byte) (0x7c + (i >> 8 & 3)),
					(byte) (0x7c + (i >> 10)) };
			types.writeBytes(bytes(hex("60"), leb(10), parameters, hex("00")));
		}
		byte[] alike = section(TYPE, bytes(leb(2000), types.toByteArray()));
		byte[] code = section(CODE, many(10_000, body(OF_USUAL_SIZE)));
		assertThat(refused(module(alike, section(FUNCTION, many(10_000, hex("00"))), code)).reason())
			.startsWith("It would take too long to compile: ");
	}

	@Test
	void differentTypesDoNotCountForTheFunctionsOfEachOther() {
		List<byte[]> types = new ArrayList<>();
		for (int i = 0; i < 90; i++) {
			types.add(type(i % 10, 10 - i % 10));
		}
		byte[] tenTypesNineTimesEach = section(TYPE, bytes(leb(90), bytes(types.toArray(new byte[0][]))));
		byte[] code = section(CODE, many(5555, body(bytes(NO_LOCALS, END))));
		assertThatNoException().isThrownBy(
				() -> Preflight.check(module(tenTypesNineTimesEach, section(FUNCTION, many(5555, leb(89))), code)));
		byte[] moreCode = section(CODE, many(5556, body(bytes(NO_LOCALS, END))));
		assertThat(refused(module(tenTypesNineTimesEach, section(FUNCTION, many(5556, leb(89))), moreCode)).reason())
			.startsWith("It has 50004 pairs of a function and a type equal to");
	}

	@Test
	void referencesThatMayBeNullDifferFromThoseThatMayNot() {
		byte[] nullable = hex("60 01 70 00");
		byte[] alsoNullable = hex("60 01 6370 00");
		byte[] notNull = hex("60 01 6470 00");
		byte[] types = section(TYPE, bytes(leb(3), nullable, alsoNullable, notNull));
		byte[] code = section(CODE, many(20_000, body(OF_USUAL_SIZE)));
		assertThatNoException()
			.isThrownBy(() -> Preflight.check(module(types, section(FUNCTION, many(20_000, hex("01"))), code)));
		byte[] withAnother = section(TYPE, bytes(leb(4), nullable, alsoNullable, notNull, nullable));
		assertThat(refused(module(withAnother, section(FUNCTION, many(20_000, hex("01"))), code)).reason())
			.startsWith("It has 60000 pairs");
	}

	@Test
	void theInstructionsOfAllFunctionsAreCounted() {
		byte[] body = bytes(NO_LOCALS, repeat(249_999, hex("01")), END);
		assertThatNoException().isThrownBy(() -> Preflight.check(functions(1, 20, body)));
		assertThat(refused(functions(1, 21, body)).reason())
			.isEqualTo("It has 5000001 instructions, but only 5000000 are allowed.");
	}

	@Test
	void aModuleMayTakeAsManyStepsAsItsSizeAllows() {
		int locals = 10_000;
		int most = 0;
		while (steps(locals, most + 1) <= 50_000_000 + 50L * sizeOfCode(withJumps(locals, most + 1))) {
			most++;
		}
		byte[] atTheLimit = function(withJumps(locals, most));
		assertThatNoException().isThrownBy(() -> Preflight.check(atTheLimit));
		assertThat(refused(function(withJumps(locals, most + 1))).reason())
			.isEqualTo("It would take too long to compile:"
					+ " up to function 0, its functions, parameters, locals, operands, blocks and jumps are too many.");
	}

	private static long steps(int locals, int jumps) {
		// Each local is set once, and lives at three jumps a time and at the function's
		// end; the target of each jump is looked for behind those of the jumps before
		long targets = IntStream.range(0, jumps).map((before) -> before / 4).sum();
		return 5000 + 200L * locals + (3L * jumps + 1) * locals + targets;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void aModuleThatTakesTooLongToCompileIsRefused(String name, byte[] module) {
		assertThat(refused(module).reason()).startsWith("It would take too long to compile: ");
	}

	static Stream<Arguments> aModuleThatTakesTooLongToCompileIsRefused() {
		byte[] select = hex("4100 4100 4100 1b 1a");
		return Stream.of(arguments("many locals at many jumps", functions(1, 5, withJumps(1000, 5000))),
				arguments("many operands at many jumps",
						function(bytes(NO_LOCALS, repeat(1000, ZERO), repeat(3000, JUMPS), repeat(1000, DROP), END))),
				arguments("many operands to drop",
						function(bytes(NO_LOCALS, hex("0240"), repeat(2000, ZERO), repeat(2000, hex("4100 0d00")),
								repeat(2000, DROP), END, END))),
				arguments("many locals at many selections",
						function(bytes(hex("01"), leb(5000), hex("7f"), repeat(800, select), END))),
				arguments("many locals at many targets of one jump",
						function(bytes(hex("01"), leb(5000), hex("7f"), ZERO, hex("0e"), many(15_000, hex("00")),
								hex("00"), END))),
				arguments("many locals at many instructions that may enter many handlers",
						function(bytes(hex("01"), leb(1000), hex("7f"), repeat(50, hex("1f40 00")), repeat(2000, ZERO),
								repeat(2000, DROP), repeat(50, END), END))),
				arguments("many loops beside each other",
						function(bytes(NO_LOCALS, repeat(20_000, hex("0340 0b")), END))),
				arguments("many jumps, each of which the verifier looks for",
						functions(1, 3, bytes(NO_LOCALS, repeat(16_000, JUMPS), END))),
				arguments("many instructions behind many handlers",
						functions(1, 10,
								bytes(NO_LOCALS, repeat(1000, hex("1f40 00 01 0b")), repeat(20_000, hex("01")), END))),
				arguments("many instructions before many handlers",
						functions(1, 10,
								bytes(NO_LOCALS, repeat(20_000, hex("01")), repeat(1000, hex("1f40 00 01 0b")), END))),
				arguments("many operands that are kept for handlers",
						functions(1, 10,
								bytes(NO_LOCALS, repeat(20, ZERO), repeat(300, hex("1f40 00 01 0b")), repeat(20, DROP),
										END))),
				arguments("many values that are returned and never reached",
						functionsOf(type(0, 100), 40, bytes(NO_LOCALS, hex("00"), repeat(1900, hex("0f")), END))),
				arguments("many values that are thrown and never reached",
						module(section(TYPE, many(1, type(100, 0))), section(FUNCTION, many(40, hex("00"))),
								section(TAG, many(1, hex("00 00"))),
								section(CODE,
										many(40, body(bytes(NO_LOCALS, hex("00"), repeat(1900, hex("0800")), END)))))),
				arguments("many values that blocks give and never reach",
						functionsOf(type(0, 100), 40, bytes(NO_LOCALS, repeat(1900, hex("0200 00 0b 00")), END))),
				arguments("many values that blocks take and never reach",
						functionsOf(type(100, 0), 40,
								bytes(NO_LOCALS, hex("00"), repeat(1900, hex("0200 00 0b 00")), END))),
				arguments("many values that alternatives take and never reach",
						functionsOf(type(100, 0), 40,
								bytes(NO_LOCALS, hex("00"), repeat(950, hex("0400 00 05 00 0b 00")), END))),
				arguments("many jumps out of many blocks",
						function(bytes(NO_LOCALS, repeat(5000, hex("0240")),
								repeat(12_000, bytes(ZERO, hex("0d"), leb(4999))), repeat(5000, END), END))),
				arguments("many calls with many parameters and results",
						functionsOf(type(100, 100), 30, bytes(NO_LOCALS, hex("00"), repeat(900, hex("1000")), END))),
				arguments("many values that appear from nowhere", functionsOf(type(0, 100), 30,
						bytes(NO_LOCALS, hex("00"), repeat(900, hex("0d00")), hex("00"), END))));
	}

	@Test
	void whatIsBehindAnUnconditionalJumpHasNoOperands() {
		byte[] left = bytes(hex("0240"), repeat(1000, ZERO), hex("0c00"), repeat(1000, JUMPS), END);
		assertThatNoException().isThrownBy(() -> Preflight.check(function(bytes(NO_LOCALS, repeat(20, left), END))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void bytesThatLieAreRefusedAtOnceAndWithoutAllocatingWhatTheyAnnounce(String name, byte[] module, String defect) {
		var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		long allocated = threads.getThreadAllocatedBytes(thread);
		Duration before = processorTime();
		UnusableModuleException refusal = catchThrowableOfType(UnusableModuleException.class,
				() -> Preflight.check(module));
		Duration duration = processorTime().minus(before);
		allocated = threads.getThreadAllocatedBytes(thread) - allocated;
		assertThat(refusal).isNotNull();
		assertThat(refusal.reason()).isEqualTo("It is not a valid module: " + defect + ".");
		assertThat(refusal.remedy()).startsWith("Build the module again");
		assertThat(allocated).isLessThan(1 << 20);
		assertThat(duration).isLessThan(Duration.ofSeconds(1));
	}

	/**
	 * That of this thread: the time that passes depends on what else the machine does.
	 */
	private static Duration processorTime() {
		return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
	}

	static Stream<Arguments> bytesThatLieAreRefusedAtOnceAndWithoutAllocatingWhatTheyAnnounce() {
		byte[] huge = leb(0x7fff_fff8L);
		String announced = " announces 2147483640 bytes or entries, with ";
		return Stream.of(
				arguments("a section of 2^32-1 bytes", module(hex("01 ffffffff0f 00")),
						"section 1 announces 4294967295 bytes or entries, with 1 bytes left"),
				arguments("a section that ends behind the module", module(hex("01 04 01 60 00")),
						"section 1 announces 4 bytes or entries, with 3 bytes left"),
				arguments("a section without a length", module(hex("01")), "section 1 ends too early"),
				arguments("a length of six bytes", module(hex("01 808080808000")),
						"section 1 has a number that is too long"),
				arguments("a length of 33 bits", module(hex("01 ffffffff1f")),
						"section 1 has a number that is too long"),
				arguments("an unknown section", module(section(14, hex("00"))),
						"section 14 is unknown or in the wrong place"),
				arguments("a section twice", module(section(TAG, hex("00")), section(TAG, hex("00"))),
						"section 13 is unknown or in the wrong place"),
				arguments("sections out of order", module(section(FUNCTION, hex("00")), section(TYPE, hex("00"))),
						"section 1 is unknown or in the wrong place"),
				arguments("2^31 types", module(section(TYPE, huge)), "section 1" + announced + "0 bytes left"),
				arguments("2^31 parameters", module(section(TYPE, bytes(hex("01 60"), huge))),
						"section 1" + announced + "0 bytes left"),
				arguments("2^31 results", module(section(TYPE, bytes(hex("01 60 00"), huge))),
						"section 1" + announced + "0 bytes left"),
				arguments("a type that is no function", module(section(TYPE, hex("01 61 00"))),
						"type 0 is no function"),
				arguments("a parameter of an unknown type", module(section(TYPE, hex("01 60 01 ff 00"))),
						"section 1 has an unknown type"),
				arguments("the name of an import with 2^31 bytes", module(section(IMPORT, bytes(hex("01"), huge))),
						"section 2" + announced + "0 bytes left"),
				arguments("an import of an unknown kind", module(section(IMPORT, hex("01 00 00 05 00"))),
						"import 0 is of an unknown kind"),
				arguments("a function of an unknown type", module(section(FUNCTION, hex("01 00"))), "unknown type 0"),
				arguments("the name of an export with 2^31 bytes", module(section(EXPORT, bytes(hex("01"), huge))),
						"section 7" + announced + "0 bytes left"),
				arguments("2^31 elements", module(section(ELEMENT, bytes(hex("01 00 4100 0b"), huge))),
						"section 9" + announced + "0 bytes left"),
				arguments("a segment of 2^31 bytes", module(section(DATA, bytes(hex("01 00 4100 0b"), huge))),
						"section 11" + announced + "0 bytes left"),
				arguments("a passive segment of 2^31 bytes", module(section(DATA, bytes(hex("01 01"), huge))),
						"section 11" + announced + "0 bytes left"),
				arguments("a constant without end", module(section(DATA, hex("01 00 4100"))),
						"section 11 ends too early"),
				arguments("the name of a custom section with 2^31 bytes", module(section(CUSTOM, huge)),
						"section 0" + announced + "0 bytes left"),
				arguments("a name of 2^31 bytes", module(names(1, bytes(hex("01 00"), huge))),
						"section 0" + announced + "0 bytes left"),
				arguments("a name of a local with 2^31 bytes", module(names(2, bytes(hex("01 00 01 00"), huge))),
						"section 0" + announced + "0 bytes left"),
				arguments("names in the wrong order", module(names(1, hex("02 01 00 00 00"))),
						"names are not in the order of their indices"),
				arguments("names of locals in the wrong order", module(names(2, hex("02 01 00 00 00"))),
						"names are not in the order of their indices"),
				arguments("the names of a function's locals twice", module(names(2, hex("02 00 00 00 00"))),
						"names are not in the order of their indices"),
				arguments("a subsection of names twice",
						module(section(CUSTOM,
								bytes(leb(4), "name".getBytes(StandardCharsets.UTF_8), hex("01 01 00 01 01 00")))),
						"subsection 1 of the names is in the wrong place"),
				arguments("a tag of an unknown type", module(section(TAG, hex("01 00 00"))), "unknown type 0"),
				arguments("fewer bodies than functions",
						module(section(TYPE, many(1, VOID)), section(FUNCTION, many(1, hex("00"))),
								section(CODE, hex("00"))),
						"function and code section have inconsistent lengths"),
				arguments("2^31 groups of locals", function(huge), "section 10" + announced + "0 bytes left"),
				arguments("2^31 targets", function(bytes(NO_LOCALS, ZERO, hex("0e"), huge)),
						"section 10" + announced + "0 bytes left"),
				arguments("2^31 catch clauses", function(bytes(NO_LOCALS, hex("1f40"), huge)),
						"section 10" + announced + "0 bytes left"),
				arguments("a function without end", function(bytes(NO_LOCALS, hex("0240"), END)),
						"section 10 ends too early"),
				arguments("a function that goes on behind its end", function(bytes(NO_LOCALS, END, END)),
						"function 0 goes on behind its end"),
				arguments("a label of no block", function(bytes(NO_LOCALS, hex("0c01"), END)), "unknown label 1"),
				arguments("a call of no function", function(bytes(NO_LOCALS, hex("1001"), END)), "unknown function 1"),
				arguments("a block of no type", function(bytes(NO_LOCALS, hex("0201"), END, END)), "unknown type 1"),
				arguments("an unknown instruction", function(bytes(NO_LOCALS, hex("ff"), END)),
						"section 10 has the unexpected instruction 0xff"),
				arguments("an export of no function", module(section(EXPORT, hex("01 00 00 00"))),
						"it exports the unknown function 0"),
				arguments("an export of no table", module(section(EXPORT, hex("01 00 01 07"))),
						"it exports the unknown table 7"),
				arguments("an export of the second of one memory",
						module(section(MEMORY, hex("01 00 01")), section(EXPORT, hex("02 0161 02 00 00 02 01"))),
						"it exports the unknown memory 1"),
				arguments("an export of no global", module(section(EXPORT, hex("01 00 03 00"))),
						"it exports the unknown global 0"),
				arguments("an export of no tag", module(section(EXPORT, hex("01 00 04 00"))),
						"it exports the unknown tag 0"),
				arguments("an export of an unknown kind", module(section(EXPORT, hex("01 00 05 00"))),
						"it has an export of an unknown kind"),
				arguments("a memory of less than nothing", module(section(MEMORY, hex("01 01 02 01"))),
						"section 5 has limits whose minimum is greater than their maximum"),
				arguments("limits of an unknown kind", module(section(MEMORY, hex("01 10 01"))),
						"section 5 has limits of an unknown kind"),
				arguments("a table of numbers", module(section(TABLE, hex("01 7f 00 01"))),
						"section 4 has a table of numbers"),
				arguments("a global that may be written a little", module(section(GLOBAL, hex("01 7f 04 4100 0b"))),
						"section 6 has a global of an unknown mutability"),
				arguments("a tag with an attribute",
						module(section(TYPE, many(1, VOID)), section(TAG, hex("01 01 00"))),
						"tag 0 has an unknown attribute"),
				// The parser would take it for an instruction behind another prefix
				arguments("an unknown instruction behind a prefix", function(bytes(NO_LOCALS, hex("fc8002"), END)),
						"section 10 has the unexpected instruction 0xfc"));
	}

	@Test
	void localsAreAddedUpWithoutOverflow() {
		byte[] most = bytes(leb(0xffff_ffffL), hex("7f"));
		assertThat(refused(function(bytes(hex("02"), most, most, END))).reason())
			.isEqualTo("Function 0 has 4294967295 locals, but only 10000 are allowed.");
	}

	@Test
	void importedFunctionsComeBeforeTheOthers() {
		byte[] module = module(section(TYPE, many(1, VOID)), section(IMPORT, many(3, hex("0161 0162 00 00"))),
				section(FUNCTION, many(1, hex("00"))),
				section(CODE, many(1, body(bytes(hex("01"), leb(10_001), hex("7f"), END)))));
		assertThat(refused(module).reason()).startsWith("Function 3 has 10001 locals");
	}

	@Test
	void importsOfAllKindsAreRead() {
		byte[] imports = bytes(leb(5), hex("0161 0162 01 70 01 01 02"), hex("0161 0162 02 00 01"),
				hex("0161 0162 03 7f 00"), hex("0161 0162 04 00 00"), hex("0161 0162 00 00"));
		assertThatNoException()
			.isThrownBy(() -> Preflight.check(module(section(TYPE, many(1, VOID)), section(IMPORT, imports))));
	}

	@Test
	void whatTheEngineCannotConfineOrCompileIsRefused() {
		for (String form : List.of("4e 00", "4f 00 60 00 00", "50 00 60 00 00", "5e 7f 00", "5f 00")) {
			assertThat(refused(module(section(TYPE, bytes(hex("01"), hex(form))))).reason()).as(form)
				.isEqualTo("It uses garbage-collected types.");
		}
		assertThat(refused(function(bytes(NO_LOCALS, ZERO, hex("fb1c"), DROP, END))).reason())
			.isEqualTo("It uses garbage-collected types.");
		assertThat(refused(function(bytes(NO_LOCALS, hex("fd0c"), new byte[16], DROP, END))).reason())
			.isEqualTo("It uses SIMD instructions.");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void aFeatureThatNoSandboxOffersIsCalledByItsName(UnsupportedFeature feature, byte[] module) {
		UnusableModuleException refusal = refused(module);
		assertThat(refusal.reason()).isEqualTo(feature.reason()).endsWith(".");
		assertThat(refusal.remedy()).isEqualTo(feature.remedy()).startsWith("Build the module ").endsWith(".");
	}

	static Stream<Arguments> aFeatureThatNoSandboxOffersIsCalledByItsName() {
		return Stream.of(arguments(UnsupportedFeature.SIMD, module(section(TYPE, hex("01 60 01 7b 00")))),
				arguments(UnsupportedFeature.SIMD, module(section(GLOBAL, hex("01 7b 00 fd0c")))),
				arguments(UnsupportedFeature.SIMD, function(bytes(hex("01 01 7b"), END))),
				arguments(UnsupportedFeature.SIMD, function(bytes(NO_LOCALS, hex("027b 0b"), END))),
				// Relaxed SIMD
				arguments(UnsupportedFeature.SIMD, function(bytes(NO_LOCALS, hex("fd8002"), END))),
				arguments(UnsupportedFeature.LEGACY_EXCEPTIONS, function(bytes(NO_LOCALS, hex("0640 07 00 0b"), END))),
				arguments(UnsupportedFeature.LEGACY_EXCEPTIONS, function(bytes(NO_LOCALS, hex("0640 19 0b"), END))),
				arguments(UnsupportedFeature.LEGACY_EXCEPTIONS, function(bytes(NO_LOCALS, hex("0900"), END))),
				arguments(UnsupportedFeature.LEGACY_EXCEPTIONS, function(bytes(NO_LOCALS, hex("1800"), END))),
				arguments(UnsupportedFeature.MEMORY64, module(section(MEMORY, hex("01 04 01")))),
				arguments(UnsupportedFeature.MEMORY64, module(section(MEMORY, hex("01 05 01 8080808080 01")))),
				arguments(UnsupportedFeature.MEMORY64, module(section(MEMORY, hex("01 07 01 02")))),
				arguments(UnsupportedFeature.TABLE64, module(section(TABLE, hex("01 70 04 01")))),
				arguments(UnsupportedFeature.SHARED_MEMORY, module(section(MEMORY, hex("01 03 01 02")))),
				arguments(UnsupportedFeature.SHARED_MEMORY, module(section(MEMORY, hex("01 02 01")))),
				arguments(UnsupportedFeature.SHARED_EVERYTHING, module(section(TABLE, hex("01 70 03 01 02")))),
				arguments(UnsupportedFeature.SHARED_EVERYTHING, module(section(GLOBAL, hex("01 7f 02 4100 0b")))),
				arguments(UnsupportedFeature.SHARED_EVERYTHING, module(section(TYPE, hex("01 65 60 00 00")))),
				arguments(UnsupportedFeature.SHARED_EVERYTHING, function(bytes(NO_LOCALS, hex("fe4f"), END))),
				arguments(UnsupportedFeature.CUSTOM_PAGE_SIZES, module(section(MEMORY, hex("01 08 01 00")))),
				arguments(UnsupportedFeature.GARBAGE_COLLECTION, module(section(TYPE, hex("01 60 01 6e 00")))),
				arguments(UnsupportedFeature.GARBAGE_COLLECTION, module(section(TYPE, hex("01 60 01 6c 00")))),
				arguments(UnsupportedFeature.GARBAGE_COLLECTION, module(section(TYPE, hex("01 60 01 636b 00")))),
				arguments(UnsupportedFeature.TYPED_REFERENCES, module(section(TYPE, hex("01 60 01 6400 00")))),
				arguments(UnsupportedFeature.STRING_REFERENCES, module(section(TYPE, hex("01 60 01 67 00")))),
				arguments(UnsupportedFeature.STRING_REFERENCES, function(bytes(NO_LOCALS, hex("fb8001"), END))),
				arguments(UnsupportedFeature.STACK_SWITCHING, module(section(TYPE, hex("01 5d 00")))),
				arguments(UnsupportedFeature.STACK_SWITCHING, module(section(TYPE, hex("01 60 01 68 00")))),
				arguments(UnsupportedFeature.STACK_SWITCHING, function(bytes(NO_LOCALS, hex("e0 00"), END))),
				arguments(UnsupportedFeature.WIDE_ARITHMETIC, function(bytes(NO_LOCALS, hex("fc13"), END))),
				arguments(UnsupportedFeature.HALF_PRECISION, function(bytes(NO_LOCALS, hex("fc30 00 00"), END))),
				arguments(UnsupportedFeature.COMPACT_IMPORTS,
						module(section(IMPORT, hex("01 0161 00 7f 01 00 00 00")))));
	}

	@Test
	void aBlockWhoseTypeTheEngineTakesForAnotherIsRefused() {
		byte[] types = bytes(leb(128), repeat(127, VOID), type(0, 1));
		byte[] functions = section(FUNCTION, many(1, hex("00")));
		// Type 64 is () -> (), which is what the engine takes it for
		byte[] asMeant = section(CODE, many(1, body(bytes(NO_LOCALS, hex("02c000 0b"), END))));
		assertThatNoException().isThrownBy(() -> Preflight.check(module(section(TYPE, types), functions, asMeant)));
		byte[] asI32 = section(CODE, many(1, body(bytes(NO_LOCALS, hex("02ff00 00 0b 1a"), END))));
		assertThat(refused(module(section(TYPE, types), functions, asI32)).reason())
			.isEqualTo("Function 0 has a block of type 127, which the engine takes for a simple type.");
		byte[] asV128 = section(CODE, many(1, body(bytes(NO_LOCALS, hex("02fb00 0b"), END))));
		assertThat(refused(module(section(TYPE, types), functions, asV128)).reason())
			.isEqualTo("Function 0 has a block of type 123, which the engine takes for a simple type.");
	}

	@Test
	void aTailCallWithinATryIsRefusedAndOneBehindItIsNot() {
		for (String call : List.of("12 00", "00 13 00 00", "00 15 00")) {
			byte[] within = bytes(NO_LOCALS, hex("1f40 01 02 00"), hex(call), END, END);
			assertThat(refused(function(within)).reason()).isEqualTo("Function 0 makes a tail call within a try_table,"
					+ " whose handlers the engine would leave in force.");
			byte[] behind = bytes(NO_LOCALS, hex("1f40 01 02 00"), END, hex(call), END);
			assertThatNoException().isThrownBy(() -> Preflight.check(function(behind)));
		}
	}

	@Test
	void typesThatReferToTypesAreRefused() {
		// Comparing the last two would take 2^60 steps
		List<byte[]> types = new ArrayList<>(List.of(VOID, VOID));
		for (int i = 0; i < 120; i++) {
			types.add(bytes(hex("60 02 64"), leb(i), hex("64"), leb(i), hex("00")));
		}
		byte[] module = module(section(TYPE, bytes(leb(122), bytes(types.toArray(new byte[0][])))));
		assertThat(refused(module).reason()).isEqualTo("It refers to types that it defines.");
		byte[] local = bytes(hex("01 01 64 00"), END);
		byte[] block = bytes(NO_LOCALS, hex("02 63 00 00 0b 1a"), END);
		byte[] selection = bytes(NO_LOCALS, hex("00 1c 01 63 00 1a"), END);
		for (byte[] function : List.of(local, block, selection)) {
			assertThat(refused(function(function)).reason()).isEqualTo("It refers to types that it defines.");
		}
	}

	@Test
	void customSectionsOtherThanTheNamesAreSkipped() {
		byte[] debug = section(CUSTOM, bytes(leb(4), "nama".getBytes(StandardCharsets.UTF_8), leb(0x7fff_fff8L)));
		byte[] unknownNames = names(10, leb(0x7fff_fff8L));
		assertThatNoException().isThrownBy(() -> Preflight.check(module(debug, unknownNames, debug)));
	}

	@ParameterizedTest
	@EnumSource(OpCode.class)
	void everyInstructionOfTheEngineIsRead(OpCode opcode) {
		byte[] module = module(section(TYPE, many(1, VOID)), section(FUNCTION, many(1, hex("00"))),
				section(TAG, many(1, hex("00 00"))),
				section(CODE, many(1, body(bytes(NO_LOCALS, encoded(opcode), END)))));
		Throwable thrown = catchThrowable(() -> Preflight.check(module));
		switch (opcode.opcode() >> 8) {
			case 0xfb -> assertThat(thrown).hasMessage("It uses garbage-collected types.");
			case 0xfd -> assertThat(thrown).hasMessage("It uses SIMD instructions.");
			default -> assertThat(thrown).isNull();
		}
	}

	private static byte[] encoded(OpCode opcode) {
		if (opcode == OpCode.END) {
			return bytes(hex("0240"), END);
		}
		ByteArrayOutputStream encoded = new ByteArrayOutputStream();
		if (opcode.opcode() > 0xff) {
			encoded.write(opcode.opcode() >> 8);
			encoded.writeBytes(leb(opcode.opcode() & 0xff));
		}
		else {
			encoded.write(opcode.opcode());
		}
		for (WasmEncoding immediate : OpCode.signature(opcode)) {
			encoded.writeBytes(switch (immediate) {
				case BYTE -> hex("00");
				// Indices of which there is one only, and numbers of two bytes
				case VARUINT -> hex("8000");
				case VARSINT32, VARSINT64 -> hex("8001");
				case FLOAT32 -> new byte[4];
				case FLOAT64 -> new byte[8];
				case V128 -> new byte[16];
				case VEC_VARUINT -> hex("02 00 00");
				case VEC_VALUE_TYPE -> hex("01 7f");
				case VEC_CATCH -> hex("02 00 00 00 02 00");
				case BLOCK_TYPE -> hex("40");
				case MEMARG -> hex("42 00 8001");
			});
		}
		if (OpCode.signature(opcode).contains(WasmEncoding.BLOCK_TYPE)) {
			encoded.writeBytes(END);
		}
		return encoded.toByteArray();
	}

	@Test
	void everyFixtureThatTheEngineParsesIsAccepted() throws Exception {
		int accepted = 0;
		for (Map.Entry<String, byte[]> fixture : fixtures().entrySet()) {
			if (catchThrowable(() -> Parser.parse(fixture.getValue())) == null && !fixture.getKey().startsWith("gc_")
					&& !NOT_OFFERED.contains(fixture.getKey())) {
				assertThatNoException().as(fixture.getKey()).isThrownBy(() -> Preflight.check(fixture.getValue()));
				accepted++;
			}
		}
		assertThat(accepted).isGreaterThan(40);
	}

	@Test
	void whateverTheBytesTheyAreAcceptedOrRefused() throws Exception {
		List<byte[]> fixtures = fixtures().values()
			.stream()
			.filter((bytes) -> bytes.length > BinaryFormat.HEADER_SIZE)
			.toList();
		Random random = new Random(42);
		Duration before = processorTime();
		int refused = 0;
		for (int i = 0; i < 20_000; i++) {
			byte[] changed = fixtures.get(i % fixtures.size()).clone();
			for (int change = 0; change <= i % 4; change++) {
				changed[BinaryFormat.HEADER_SIZE
						+ random.nextInt(changed.length - BinaryFormat.HEADER_SIZE)] = (byte) random.nextInt();
			}
			Throwable thrown = catchThrowable(() -> Preflight.check(changed));
			if (thrown != null) {
				refused++;
				assertThat(thrown).isInstanceOfSatisfying(UnusableModuleException.class, (refusal) -> {
					assertThat(refusal.reason()).endsWith(".");
					assertThat(refusal.remedy()).endsWith(".");
				});
			}
			else if (i % 10 == 0 && catchThrowable(() -> Parser.parse(changed)) instanceof VirtualMachineError error) {
				throw error;
			}
		}
		assertThat(refused).isBetween(2_000, 18_000);
		assertThat(processorTime().minus(before)).isLessThan(Duration.ofSeconds(30));
	}

	@Test
	void theModuleSaysWhyItWasRefused() {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> Module.parse("bomb", "a test", module(section(TYPE, leb(0x7fff_fff8L)))))
			.satisfies((exception) -> {
				assertThat(exception.reason()).isEqualTo("It is not a valid module: section 1 announces 2147483640"
						+ " bytes or entries, with 0 bytes left.");
				assertThat(exception.remedy())
					.isEqualTo("Build the module again, and check that the file was copied completely and unchanged.");
			});
	}

	private static UnusableModuleException refused(byte[] module) {
		UnusableModuleException refusal = catchThrowableOfType(UnusableModuleException.class,
				() -> Preflight.check(module));
		assertThat(refusal).as("refused").isNotNull();
		return refusal;
	}

	private static Map<String, byte[]> fixtures() throws IOException, URISyntaxException {
		Map<String, byte[]> fixtures = new LinkedHashMap<>();
		try (Stream<Path> files = Files.list(Path.of(PreflightTests.class.getResource("/fixtures").toURI()))) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".wasm")).sorted().toList()) {
				fixtures.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return fixtures;
	}

	private static Arguments limit(String name, IntFunction<byte[]> module, int limit, String reason) {
		return arguments(name, module.apply(limit), module.apply(limit + 1), reason);
	}

	private static byte[] withJumps(int locals, int jumps) {
		return bytes(hex("01"), leb(locals), hex("7f"), repeat(jumps, JUMPS), END);
	}

	private static int sizeOfCode(byte[] function) {
		return many(1, body(function)).length;
	}

	/** A module with one function. */
	private static byte[] function(byte[] function) {
		return functions(1, 1, function);
	}

	/** A module with equal functions of a type. */
	private static byte[] functionsOf(byte[] type, int count, byte[] function) {
		return module(section(TYPE, many(1, type)), section(FUNCTION, many(count, hex("00"))),
				section(CODE, many(count, body(function))));
	}

	/** A module with equal types and equal functions. */
	private static byte[] functions(int types, int count, byte[] function) {
		return module(section(TYPE, many(types, VOID)), section(FUNCTION, many(count, hex("00"))),
				section(CODE, many(count, body(function))));
	}

	private static byte[] body(byte[] function) {
		return bytes(leb(function.length), function);
	}

	private static byte[] type(int parameters, int results) {
		return bytes(hex("60"), many(parameters, hex("7f")), many(results, hex("7e")));
	}

	private static byte[] names(int subsection, byte[] names) {
		return section(CUSTOM,
				bytes(leb(4), "name".getBytes(StandardCharsets.UTF_8), leb(subsection), leb(names.length), names));
	}

	private static byte[] module(byte[]... sections) {
		return bytes(hex("0061736d 01000000"), bytes(sections));
	}

	private static byte[] section(int id, byte[] content) {
		return bytes(leb(id), leb(content.length), content);
	}

	private static byte[] many(int count, byte[] entry) {
		return bytes(leb(count), repeat(count, entry));
	}

	private static byte[] repeat(int count, byte[] entry) {
		byte[] all = new byte[count * entry.length];
		for (int i = 0; i < count; i++) {
			System.arraycopy(entry, 0, all, i * entry.length, entry.length);
		}
		return all;
	}

	private static byte[] bytes(byte[]... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			bytes.writeBytes(part);
		}
		return bytes.toByteArray();
	}

	/** A number as the binary format writes it. */
	private static byte[] leb(long value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		long rest = value;
		for (; rest > 0x7f; rest >>>= 7) {
			bytes.write((int) (rest & 0x7f | 0x80));
		}
		bytes.write((int) rest);
		return bytes.toByteArray();
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits.replace(" ", ""));
	}

}
