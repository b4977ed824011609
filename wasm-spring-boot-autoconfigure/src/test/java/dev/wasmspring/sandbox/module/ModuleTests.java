package dev.wasmspring.sandbox.module;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ModuleTests {

	@Test
	void aModuleKnowsItsNameOriginAndSize() {
		Module module = Module.parse("greet", "file [/somewhere/greet.wasm]", Fixtures.bytes("add"));
		assertThat(module.name()).isEqualTo("greet");
		assertThat(module.origin()).isEqualTo("file [/somewhere/greet.wasm]");
		assertThat(module.size()).isEqualTo(Fixtures.bytes("add").length).isPositive();
		assertThat(module).hasToString("module 'greet' from file [/somewhere/greet.wasm]");
	}

	@Test
	void theDigestIsTheSha256OfTheBinary() {
		byte[] smallest = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 'f', 0, 0, 10, 4,
				1, 2, 0, 0x0b };
		assertThat(Module.parse("f", "nowhere", smallest).digest())
			.isEqualTo("f0991b6b86adb36c7f21232e081d05fe25542f548af1222dcbaa9ec837df1601");
		assertThat(Fixtures.module("add").digest()).isNotEqualTo(Fixtures.module("echo").digest());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cat", "hello", "exit3", "command_with_exports" })
	void aModuleThatExportsStartIsACommandAndNothingElse(String name) {
		assertThat(Fixtures.module(name).exports())
			.containsExactly(new Export("_start", Kind.COMMAND, List.of(), List.of()));
	}

	@Test
	void aStartThatTakesParametersMakesNoCommand() {
		assertThat(Fixtures.module("start_with_parameter").exports())
			.containsExactly(new Export("run", Kind.NUMERIC, List.of(), List.of(NumberType.I32)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "echo", "upper", "realloc" })
	void everyAllocatorMakesAModuleThatTakesBytes(String name) {
		assertThat(Fixtures.module(name).exports()).hasSize(1).first().satisfies((export) -> {
			assertThat(export.kind()).isEqualTo(Kind.BYTES);
			assertThat(export.parameters()).isEmpty();
			assertThat(export.results()).isEmpty();
		});
	}

	@Test
	void theAllocatorsArePreferredInAnOrderOfTheirOwn() {
		assertThat(Fixtures.module("allocators").allocator()).isEqualTo("alloc");
		assertThat(Fixtures.module("upper").allocator()).isEqualTo("malloc");
		assertThat(Fixtures.module("realloc").allocator()).isEqualTo("cabi_realloc");
		assertThat(Fixtures.module("wrong_allocator").allocator()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "wrong_allocator", "hidden_memory" })
	void withoutAllocatorOrMemoryTheShapeOfAFunctionOfBytesIsNumeric(String name) {
		assertThat(Fixtures.module(name).exports()).containsExactly(
				new Export("run", Kind.NUMERIC, List.of(NumberType.I32, NumberType.I32), List.of(NumberType.I64)));
	}

	@Test
	void functionsOfDifferentKindsStandInTheOrderOfTheModule() {
		assertThat(Fixtures.module("multi").exports()).containsExactly(
				new Export("first", Kind.BYTES, List.of(), List.of()),
				new Export("rest", Kind.BYTES, List.of(), List.of()),
				new Export("length_of_alphabet", Kind.NUMERIC, List.of(), List.of(NumberType.I32)));
	}

	@Test
	void everyNumberTypeIsDetected() {
		assertThat(Fixtures.module("numbers").exports()).containsExactly(
				new Export("add64", Kind.NUMERIC, List.of(NumberType.I64, NumberType.I64), List.of(NumberType.I64)),
				new Export("half", Kind.NUMERIC, List.of(NumberType.F32), List.of(NumberType.F32)),
				new Export("sqrt", Kind.NUMERIC, List.of(NumberType.F64), List.of(NumberType.F64)),
				new Export("none", Kind.NUMERIC, List.of(), List.of()),
				new Export("pair", Kind.NUMERIC, List.of(NumberType.I32, NumberType.I32),
						List.of(NumberType.I32, NumberType.I32)),
				new Export("answer", Kind.NUMERIC, List.of(), List.of(NumberType.I32)),
				new Export("nan", Kind.NUMERIC, List.of(), List.of(NumberType.F64)));
	}

	@Test
	void reservedNamesAndThoseWithAnUnderscoreAreNoFunctions() {
		assertThat(Fixtures.module("reserved").exports()).extracting(Export::name).containsExactly("visible");
	}

	@Test
	void theImportsAreListedInTheOrderOfTheModule() {
		assertThat(Fixtures.module("exit3").imports()).containsExactly("wasi_snapshot_preview1.fd_write",
				"wasi_snapshot_preview1.proc_exit");
		assertThat(Fixtures.module("add").imports()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					0061736d0100000001040160000003020100040801700080d0acf30e070501016600000a040102000b | It declares a table with 4000000000 elements, but only 100000 are allowed. | smaller tables
					0061736d0100000001080260017f00600000020a0103656e76017404000003020101070501016600000a040102000b | It imports the tag 'env.t', which no sandbox offers. | defines the tags of its exceptions
					0061736d0100000001040160000002240116776173695f736e617073686f745f70726576696577310866645f7772697465037f0003020100070a01065f737461727400000a040102000b | It imports the global 'wasi_snapshot_preview1.fd_write', which no sandbox offers. | defines its own memory, tables and globals
					""")
	void aModuleThatAsksForTheImpossibleIsToldWhat(String binary, String reason, String remedy) {
		ModuleException exception = refused("odd", HexFormat.of().parseHex(binary));
		assertThat(exception.reason()).isEqualTo(reason);
		assertThat(exception.remedy()).contains(remedy);
	}

	@ParameterizedTest
	@MethodSource
	void aBrokenModuleIsRefusedWithReasonAndRemedy(String name, String reason, String remedy) {
		ModuleException exception = refused(name, Fixtures.bytes(name));
		assertThat(exception.module()).isEqualTo(name);
		assertThat(exception.origin()).isEqualTo(Fixtures.origin(name));
		assertThat(exception.reason()).isEqualTo(reason);
		assertThat(exception.remedy()).contains(remedy).endsWith(".");
		assertThat(exception)
			.hasMessage("Module '" + name + "' from fixture [" + name + ".wasm] cannot be used: " + reason);
	}

	static Stream<Arguments> aBrokenModuleIsRefusedWithReasonAndRemedy() {
		String again = "Build the module again, and check that the file was copied completely and unchanged.";
		return Stream.of(arguments("empty", "The file is empty.", "(.wasm)"),
				arguments("bad_magic", "It does not begin like a module.", "text (.wat) must be translated first"),
				arguments("component", "It is a component, not a core module.", "wasm-tools component unbundle"),
				arguments("bad_version", "It is written in an unknown version of the binary format.", "version 1"),
				arguments("truncated", "It is not a valid module: function and code section have inconsistent lengths.",
						again),
				arguments("missing_import", "It imports the function 'env.host_log', which no sandbox offers.",
						"'wasi_snapshot_preview1'"),
				arguments("unknown_wasi",
						"It imports 'wasi_snapshot_preview1.no_such', which is no function of WASI preview 1.",
						"WASI preview 1"),
				arguments("wrong_import_signature",
						"It imports 'wasi_snapshot_preview1.fd_write' with the wrong signature.", "WASI preview 1"),
				arguments("memory_import", "It imports the memory 'env.memory', which no sandbox offers.",
						"its own memory"),
				arguments("table_import", "It imports the table 'env.table', which no sandbox offers.",
						"its own memory, tables"),
				arguments("global_import", "It imports the global 'env.level', which no sandbox offers.",
						"tables and globals"),
				arguments("wasi_without_memory",
						"It imports functions of WASI but has no memory, which 'random_get' reads or writes.",
						"Give the module a memory"),
				arguments("shared_memory", "It declares shared memory.", "without threads"),
				arguments("two_memories", "It has 2 memories.", "one memory"),
				arguments("gc_types", "It uses garbage-collected types.", "linear memory"),
				arguments("duplicate_export", "It exports 'run' twice.", "a name of its own"),
				arguments("no_functions", "It exports nothing that can be called.", "Export '_start'"),
				arguments("externref_param",
						"It exports nothing that can be called: 'is_null' has the type (externref) -> (i32),"
								+ " and a caller can give and take numbers only.",
						"Export '_start'"),
				arguments("start_with_result",
						"It exports nothing that can be called: its '_start' has the type () -> (i32),"
								+ " but that of a command takes and gives nothing.",
						"without parameters and results"),
				arguments("underscore",
						"It exports nothing that can be called: names that begin with '_', such as '_add',"
								+ " are for toolchains.",
						"without '_'"),
				arguments("reserved_only", "It exports nothing that can be called but 'alloc', whose name is reserved.",
						"a name that is not reserved"),
				arguments("wasi_unstable",
						"It imports the function 'wasi_unstable.proc_exit', which no sandbox offers:"
								+ " 'wasi_unstable' is a predecessor of WASI preview 1.",
						"'wasi_snapshot_preview1'"),
				arguments("many_imports",
						"It imports the functions 'env.one' and 'env.two', the memory 'env.memory', the table 'env.table'"
								+ " and the global 'env.level', which no sandbox offers."
								+ " It imports 'wasi_snapshot_preview1.no_such', which is no function of WASI preview 1.",
						"nothing but WASI preview 1"),
				arguments("memory64", "It uses 64-bit memory.", "without -sMEMORY64"));
	}

	@Test
	void aRefusalNamesTenImportsAndSaysHowManyMoreThereAre() {
		ModuleException exception = refused("imports",
				importing(IntStream.range(0, 300).mapToObj((i) -> "function" + i).toArray(String[]::new)));
		assertThat(exception.reason())
			.startsWith("It imports the functions 'env.function0', 'env.function1', 'env.function2',")
			.endsWith(" and 'env.function9', which no sandbox offers. There are 290 more.");
	}

	@ParameterizedTest
	@CsvSource({ "__wbindgen_throw,wasm-bindgen", "emscripten_resize_heap,-sSTANDALONE_WASM", "abort,--use abort=",
			"napi_typeof,Node.js", "opa_abort,Open Policy Agent", "__memory_base,dynamic linking",
			"__linear_memory,object file", "anything,--allow-undefined" })
	void theRemedyIsThatOfTheToolchainWhoseImportsTheyAre(String name, String remedy) {
		assertThat(refused("imports", importing(name)).remedy()).contains(remedy);
	}

	@ParameterizedTest
	@MethodSource
	void aFileThatIsNoModuleIsCalledByItsName(byte[] bytes, String reason, String remedy) {
		ModuleException exception = refused("file", bytes);
		assertThat(exception.reason()).isEqualTo(reason);
		assertThat(exception.remedy()).contains(remedy);
	}

	static Stream<Arguments> aFileThatIsNoModuleIsCalledByItsName() {
		return Stream.of(
				arguments("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8),
						"It is a pointer to a file in Git LFS, not the file.", "git lfs pull"),
				arguments("  (module)".getBytes(StandardCharsets.UTF_8), "It is a module in the text format.",
						"wat2wasm"),
				arguments(";; a module".getBytes(StandardCharsets.UTF_8), "It is a module in the text format.",
						"wat2wasm"),
				arguments("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8),
						"It is a page of HTML or XML, not a module.", "downloaded"),
				arguments(new byte[] { 0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0 }, "It is compressed.", "gunzip"),
				arguments("PK\003\004\0\0\0\0".getBytes(StandardCharsets.UTF_8), "It is compressed.", "unzip"),
				arguments("\177ELF\0\0\0\0".getBytes(StandardCharsets.UTF_8), "It is machine code, not a module.",
						"compiled from"),
				arguments("\0asm\1".getBytes(StandardCharsets.UTF_8), "It ends within its first eight bytes.",
						"copied completely"));
	}

	@Test
	void aFunctionOfWasiThatUsesNoMemoryNeedsNone() {
		try (Engine engine = new Engine()) {
			Template template = engine.load(Fixtures.module("exit_without_memory"),
					new Limits(Duration.ofSeconds(30), 64 << 20, 0, 0), Capabilities.NONE);
			Export start = template.module().exports().get(0);
			try (Sandbox sandbox = template.open(start, new Limits(Duration.ofSeconds(30), 64 << 20, 0, 0),
					Capabilities.NONE)) {
				SandboxException exit = catchThrowableOfType(SandboxException.class, () -> sandbox.call(new byte[0]));
				assertThat(exit.exitCode()).hasValue(7);
			}
		}
	}

	@Test
	void everyPrefixOfAModuleIsRefused() {
		byte[] whole = Fixtures.bytes("cat");
		for (int length = 0; length < whole.length; length++) {
			byte[] part = Arrays.copyOf(whole, length);
			assertThat(catchThrowable(() -> Module.parse("part", "nowhere", part))).as("the first %d bytes", length)
				.isInstanceOf(ModuleException.class);
		}
	}

	@Test
	void whateverTheParserThrowsIsAReasonThatNamesNothingOfTheHost() {
		byte[] whole = Fixtures.bytes("multi");
		Random random = new Random(42);
		int refused = 0;
		for (int i = 0; i < 1000; i++) {
			byte[] changed = whole.clone();
			// Behind the header, and below 64, so that nothing announces gigabytes
			for (int change = 0; change <= i % 3; change++) {
				changed[8 + random.nextInt(changed.length - 8)] = (byte) random.nextInt(64);
			}
			Throwable thrown = catchThrowable(() -> Module.parse("changed", "nowhere", changed));
			if (thrown == null) {
				continue;
			}
			refused++;
			assertThat(thrown).isInstanceOfSatisfying(ModuleException.class, (exception) -> {
				assertThat(exception.reason()).endsWith(".").doesNotContain("java.", "dylibso", "Exception");
				assertThat(exception.remedy()).isNotBlank();
			});
		}
		assertThat(refused).isGreaterThan(200);
	}

	@Test
	void aNameInAReasonCannotForgeLinesOrSteerATerminal() {
		for (String evil : List.of("a\nWARN b", "\u001b[2J", "\u202etxt.exe", "\r\n")) {
			ModuleException exception = catchThrowableOfType(ModuleException.class,
					() -> Module.parse("evil", "nowhere", importing(evil)));
			assertThat(exception.reason()).startsWith("It imports the function 'env.").contains("\uFFFD");
			assertThat(exception.reason()).doesNotContain(evil).doesNotContain("\n", "\r", "\u001b");
			assertThat(exception.getMessage()).endsWith(exception.reason());
		}
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> Module.parse("evil", "nowhere", importing("x".repeat(100_000))));
		assertThat(exception.reason()).hasSize(1001).endsWith("x…");
	}

	/** A module that imports functions of those names. */
	private static byte[] importing(String... names) {
		ByteArrayOutputStream imports = new ByteArrayOutputStream();
		imports.writeBytes(size(names.length));
		for (String name : names) {
			byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
			imports.writeBytes(new byte[] { 3, 'e', 'n', 'v' });
			imports.writeBytes(size(bytes.length));
			imports.writeBytes(bytes);
			imports.writeBytes(new byte[] { 0, 0 });
		}
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2 });
		module.writeBytes(size(imports.size()));
		module.writeBytes(imports.toByteArray());
		return module.toByteArray();
	}

	private static byte[] size(int value) {
		return new byte[] { (byte) (value & 0x7f | 0x80), (byte) (value >> 7 & 0x7f | 0x80), (byte) (value >> 14) };
	}

	@Test
	void noReasonNamesAHostClassOrAPath() throws Exception {
		Path fixtures = Path.of(ModuleTests.class.getResource("/fixtures").toURI());
		for (String name : namesIn(fixtures)) {
			Throwable thrown = catchThrowable(() -> Fixtures.module(name));
			if (thrown instanceof ModuleException exception) {
				assertThat(exception.reason() + exception.remedy()).as(name)
					.doesNotContain("java.", "dylibso", "Exception", fixtures.toString());
			}
		}
	}

	private static List<String> namesIn(Path fixtures) throws IOException {
		try (Stream<Path> files = Files.list(fixtures)) {
			return files.map((file) -> file.getFileName().toString().replace(".wasm", "")).sorted().toList();
		}
	}

	private static ModuleException refused(String name, byte[] bytes) {
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> Module.parse(name, Fixtures.origin(name), bytes));
		assertThat(exception).as("'%s' is refused", name).isNotNull();
		return exception;
	}

}
