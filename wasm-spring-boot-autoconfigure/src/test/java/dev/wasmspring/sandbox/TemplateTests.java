package dev.wasmspring.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.compiler.Splitting;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class TemplateTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 1 << 20, 1 << 20);

	private final Engine engine = new Engine();

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	@Test
	void aTemplateKnowsItsModuleItsMemoryAndItsCompilation() {
		Module module = Fixtures.module("echo");
		Template template = load(module, LIMITS);
		assertThat(template.module()).isSameAs(module);
		assertThat(template.memory()).isEqualTo(65536);
		assertThat(template.compilation()).isPositive();
		assertThat(load(Fixtures.module("add"), LIMITS).memory()).isZero();
		assertThat(load(Fixtures.module("large_memory"), LIMITS).memory()).isEqualTo(16 << 20);
	}

	@ParameterizedTest
	@ValueSource(strings = { "initialize", "wizer", "wizer_dot", "start_section" })
	void everySandboxStartsFromTheStateAfterOneInitialisation(String name) {
		Template template = load(Fixtures.module(name), LIMITS);
		for (int i = 0; i < 3; i++) {
			assertThat(call(template, "value")).containsExactly(42);
		}
	}

	@Test
	void randomnessDrawnWhileInitialisingIsTheSameInEverySandboxUnlessEachInitialisesTheModule() {
		Module module = Fixtures.module("seeded");
		Template once = this.engine.load(module, LIMITS, Capabilities.NONE);
		assertThat(call(once, "value")).isEqualTo(call(once, "value"));
		Template each = this.engine.load(module, LIMITS, Capabilities.NONE, false);
		assertThat(call(each, "value")).isNotEqualTo(call(each, "value"));
		for (Template template : List.of(once, each)) {
			for (int i = 0; i < 2; i++) {
				assertThat(call(template, "runs")).containsExactly(1);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "initialize", "wizer", "wizer_dot", "start_section", "initialize_all" })
	void aSandboxThatInitialisesTheModuleItselfAnswersAsOneThatStartsFromTheStateAfterIt(String name) {
		Module module = Fixtures.module(name);
		Template once = this.engine.load(module, LIMITS, Capabilities.NONE);
		Template each = this.engine.load(module, LIMITS, Capabilities.NONE, false);
		for (Export export : module.exports()) {
			assertThat(answer(each, export.name())).isEqualTo(answer(once, export.name()));
		}
	}

	private static String answer(Template template, String export) {
		try {
			return Arrays.toString(call(template, export));
		}
		catch (SandboxException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Test
	void initialisingInEachSandboxIsPartOfItsCall() {
		Module spins = Fixtures.module("initialize_spins");
		Template template = this.engine.load(spins, LIMITS, Capabilities.NONE, false);
		Limits brief = new Limits(Duration.ofMillis(50), LIMITS.memory(), LIMITS.input(), LIMITS.output());
		assertThat(catchThrowableOfType(SandboxException.class,
				() -> template.open(spins.exports().get(0), brief, Capabilities.NONE))
			.outcome()).isEqualTo(Outcome.TIMEOUT);
		Module traps = Fixtures.module("start_traps");
		Template trapping = this.engine.load(traps, LIMITS, Capabilities.NONE, false);
		assertThat(catchThrowableOfType(SandboxException.class,
				() -> trapping.open(traps.exports().get(0), LIMITS, Capabilities.NONE))
			.outcome()).isEqualTo(Outcome.TRAP);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "globals", "reference", "table", "grown_table", "memory_size", "memory_content", "kept_data" })
	void everyKindOfStateIsCarriedOverAndSpoiltForNobody(String export) {
		Template template = load(Fixtures.module("initialize_all"), LIMITS);
		for (int i = 0; i < 3; i++) {
			assertThat(call(template, export)).containsExactly(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "dropped_data", "dropped_elements", "active_data", "active_elements" })
	void whatInitialisationDroppedStaysDropped(String export) {
		Template template = load(Fixtures.module("initialize_all"), LIMITS);
		SandboxException exception = catchThrowableOfType(SandboxException.class, () -> call(template, export));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessageContaining("out of bounds");
	}

	@Test
	void theMemoryOfATemplateIsThatAfterInitialisation() {
		assertThat(load(Fixtures.module("initialize_all"), LIMITS).memory()).isEqualTo(3 * 65536);
	}

	@Test
	void aTemplateThatGrewIsNotChangedByItsSandboxes() {
		Template template = load(Fixtures.module("grow"), LIMITS);
		assertThat(call(template, "grow", 5)).containsExactly(1);
		assertThat(template.memory()).isEqualTo(65536);
	}

	@ParameterizedTest
	@ValueSource(strings = { "start_traps", "initialize_traps" })
	void aModuleWhoseInitialisationTrapsIsRefused(String name) {
		ModuleException exception = refused(name, LIMITS);
		assertThat(exception.module()).isEqualTo(name);
		assertThat(exception.origin()).isEqualTo(Fixtures.origin(name));
		assertThat(exception.reason())
			.isEqualTo("Its initialisation failed (trap): The module trapped: Trapped on unreachable instruction.");
		assertThat(exception.remedy()).contains("start function", "_initialize", "run once");
	}

	@Test
	void anInitialisationThatDoesNotEndIsRefusedAtItsDeadline() {
		ModuleException exception = refused("initialize_spins", withTimeout(Duration.ofMillis(100)));
		assertThat(exception.reason())
			.isEqualTo("Its initialisation failed (timeout): The call did not end before its deadline.");
		assertThat(Thread.interrupted()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"0061736d01000000010401600000030201000503010001070501016600000a040102000b0b090100418080040b0161",
			"0061736d0100000001040160000003020100040401700001070501016600000907010041050b01000a040102000b" })
	void segmentsThatDoNotFitAreNoFaultOfAStartFunction(String binary) {
		Module module = Module.parse("segments", "test", HexFormat.of().parseHex(binary));
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> load(module, withTimeout(Duration.ofSeconds(60))));
		assertThat(exception.reason()).startsWith("Its data or elements do not fit into its memory or tables:");
		assertThat(exception.remedy()).contains("--initial-memory").doesNotContain("start function");
	}

	@Test
	void declaredMemoryAboveTheLimitIsRefusedNamingBothNumbers() {
		ModuleException exception = refused("large_memory", new Limits(Duration.ofSeconds(30), 8 << 20, 0, 0));
		assertThat(exception.reason()).isEqualTo("It declares 256 pages of memory (16777216 bytes),"
				+ " but only 128 pages (8388608 bytes) are allowed.");
		assertThat(exception.remedy()).contains("Raise the memory limit");
	}

	@ParameterizedTest
	@ValueSource(strings = { "huge_memory", "memory_2gb" })
	void memoryThatTheEngineCannotAddressIsRefusedWhateverTheLimit(String name) {
		for (long limit : new long[] { 64 << 20, 2L << 30, 8L << 30 }) {
			ModuleException exception = refused(name, new Limits(Duration.ofSeconds(30), limit, 0, 0));
			assertThat(exception.reason()).contains("but the engine has at most 32767 pages, a page less than 2 GB.");
			assertThat(exception.remedy()).contains("--initial-memory", "no limit can be raised above that");
		}
	}

	@Test
	void declaredMemoryUpToTheLimitIsAccepted() {
		assertThat(load(Fixtures.module("large_memory"), withMemory(16 << 20)).memory()).isEqualTo(16 << 20);
		assertThat(refused("large_memory", withMemory((16 << 20) - 1)).reason()).contains("256 pages", "255 pages");
	}

	@Test
	void initialisationGrowsNoMemoryBeyondTheLimit() {
		// It wants to end with three pages
		assertThat(load(Fixtures.module("initialize_all"), withMemory(3 * 65536)).memory()).isEqualTo(3 * 65536);
		assertThat(refused("initialize_all", withMemory(2 * 65536)).reason()).contains("out of bounds memory access");
	}

	@Test
	void aFunctionTooLargeForTheCompilerIsRefusedRatherThanInterpreted() {
		try (Engine unsplit = new Engine(HostMemory.ofHeap(), (Path) null, Splitting.NONE)) {
			ModuleException exception = catchThrowableOfType(ModuleException.class,
					() -> unsplit.load(Fixtures.module("spin_interpreted"), LIMITS, Capabilities.NONE));
			assertThat(exception.reason())
				.isEqualTo("Function 1 is too large for a method of the JVM (64 KB of bytecode).");
			assertThat(exception.remedy()).contains("-Oz");
		}
	}

	@Test
	void aFunctionTooLargeForTheCompilerIsSplitAndEndsAtItsDeadline() {
		Template template = load(Fixtures.module("spin_interpreted"), LIMITS);
		Limits brief = new Limits(Duration.ofMillis(50), 1 << 20, 1 << 16, 1 << 16);
		try (Sandbox sandbox = template.open(template.module().exports().get(0), brief, Capabilities.NONE)) {
			assertThat(catchThrowableOfType(SandboxException.class, () -> sandbox.call(new long[] { 1 })).outcome())
				.isEqualTo(Outcome.TIMEOUT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "branch_in_else", "branch_in_then", "loop_behind_branch" })
	void aValidModuleOverWhichTheCompilerStumblesIsRefusedInWordsThatNameNothingOfTheHost(String name) {
		// They make the engine throw a VerifyError, an ArrayIndexOutOfBoundsException and
		// a NullPointerException
		ModuleException exception = refused(name, LIMITS);
		assertThat(exception.reason())
			.endsWith(" cannot be compiled: the engine's compiler does not get along with its blocks and jumps.");
		assertThat(exception.remedy()).contains("another level of optimisation");
		assertThat(exception).hasNoCause();
		assertThat(call(load(Fixtures.module("add"), LIMITS), "add", 40, 2)).containsExactly(42);
	}

	@ParameterizedTest
	@CsvSource({ "simd_local,It uses SIMD instructions.,-mno-simd128",
			"legacy_exceptions,It uses legacy exception handling (try and catch instead of try_table).,"
					+ "-wasm-use-legacy-eh=false" })
	void aFeatureInTheCodeOfFunctionsIsRefusedByItsNameWhenTheModuleIsLoadedAndWhenItIsValidated(String name,
			String reason, String remedy) {
		Module module = Fixtures.module(name);
		for (ModuleException exception : List.of(refused(name, LIMITS),
				catchThrowableOfType(ModuleException.class, () -> this.engine.validate(module)))) {
			assertThat(exception.reason()).isEqualTo(reason);
			assertThat(exception.remedy()).contains(remedy);
		}
	}

	@Test
	void aModuleWhoseCodeIsNotValidIsRefusedWhenItIsLoadedAndWhenItIsValidated() {
		Module module = Fixtures.module("invalid_body");
		for (ModuleException exception : List.of(refused("invalid_body", LIMITS),
				catchThrowableOfType(ModuleException.class, () -> this.engine.validate(module)))) {
			assertThat(exception.reason())
				.isEqualTo("It is not a valid module: type mismatch: instruction requires [i32] but stack has [i64].");
			assertThat(exception.remedy()).startsWith("Build the module again");
		}
		this.engine.validate(Fixtures.module("echo"));
	}

	@Test
	void aModuleOverWhichTheParserStumblesIsRefusedWhenItIsLoadedAndWhenItIsValidated() {
		byte[] bytes = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 'f', 0, 0,
				// A try_table with a catch clause of a fifth kind, for which the parser
				// has no exception of its own
				10, 10, 1, 8, 0, 0x1f, 0x40, 1, 4, 0, 0x0b, 0x0b };
		Module module = Module.parse("catch", "nowhere", bytes);
		for (ThrowingCallable attempt : List.<ThrowingCallable>of(() -> load(module, LIMITS),
				() -> this.engine.validate(module))) {
			ModuleException exception = catchThrowableOfType(ModuleException.class, attempt);
			assertThat(exception.reason()).isEqualTo("It is not a valid module: internal error of the engine.");
			assertThat(exception.remedy()).startsWith("Build the module again");
		}
	}

	@Test
	void theCodeOfAModuleIsLookedThroughBeforeItIsParsed() {
		byte[] bytes = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 'f', 0, 0,
				// A function with 10,001 locals
				10, 7, 1, 5, 1, (byte) 0x91, 0x4e, 0x7f, 0x0b };
		Module module = Module.parse("locals", "nowhere", bytes);
		for (ModuleException exception : List.of(
				catchThrowableOfType(ModuleException.class, () -> load(module, LIMITS)),
				catchThrowableOfType(ModuleException.class, () -> this.engine.validate(module)))) {
			assertThat(exception.reason()).isEqualTo("Function 0 has 10001 locals, but only 10000 are allowed.");
		}
	}

	@Test
	void anInitialisationThatGetsNoMemoryIsRefused() {
		try (Engine poor = new Engine(HostMemory.ofHeap().withTotal(1))) {
			ModuleException exception = catchThrowableOfType(ModuleException.class,
					() -> poor.load(Fixtures.module("initialize"), LIMITS, Capabilities.NONE));
			assertThat(exception.reason()).isEqualTo("Its initialisation failed (rejected):"
					+ " All running calls together hold as much memory as they may.");
			assertThat(poor.memoryInUse()).isZero();
		}
	}

	@Test
	void tablesThatGrowWhileInitialisingCountAsMemory() {
		byte[] bytes = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 4, 4, 1, 0x70, 0, 0,
				// A start function that grows the table by 10,000 elements
				7, 5, 1, 1, 'f', 0, 0, 8, 1, 0, 10, 14, 1, 12, 0, (byte) 0xd0, 0x70, 0x41, (byte) 0x90, (byte) 0xce, 0,
				(byte) 0xfc, 0x0f, 0, 0x1a, 0x0b };
		Module module = Module.parse("tables", "nowhere", bytes);
		assertThat(load(module, LIMITS)).isNotNull();
		try (Engine poor = new Engine(HostMemory.ofHeap().withTotal(39_999))) {
			assertThat(catchThrowableOfType(ModuleException.class, () -> poor.load(module, LIMITS, Capabilities.NONE))
				.reason()).startsWith("Its initialisation failed (rejected)");
		}
	}

	@Test
	void aModuleThatWasChangedBetweenParsingAndLoadingIsRefused() {
		Iterator<byte[]> reads = List.of(Fixtures.bytes("echo"), Fixtures.bytes("add")).iterator();
		Module module = Module.parse("echo", "file [echo.wasm]", reads::next);
		ModuleException exception = catchThrowableOfType(ModuleException.class, () -> load(module, LIMITS));
		assertThat(exception.reason()).isEqualTo("It was changed after it had been found.");
	}

	@Test
	void tablesLargerThanAllowedAreRefusedNamingBothNumbers() {
		byte[] bytes = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0,
				// Two tables of 50,000 and 50,001 elements
				4, 11, 2, 0x70, 0, (byte) 0xd0, (byte) 0x86, 3, 0x70, 0, (byte) 0xd1, (byte) 0x86, 3,
				// A function that does nothing
				7, 5, 1, 1, 'f', 0, 0, 10, 4, 1, 2, 0, 0x0b };
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> load(Module.parse("tables", "nowhere", bytes), LIMITS));
		assertThat(exception.reason())
			.isEqualTo("It declares tables with 100001 elements, but only 100000 are allowed.");
		assertThat(exception.remedy()).isNotBlank();
	}

	@Test
	void aModuleWithALargeTableIsCallableAtEachOfItsEntries() {
		Template template = load(Fixtures.module("large_table"), LIMITS);
		assertThat(call(template, "call", 0)).containsExactly(0);
		assertThat(call(template, "call", 9999)).containsExactly(3);
	}

	@Test
	void aModuleMayBeLoadedMoreThanOnce() {
		Module module = Fixtures.module("counter");
		Template first = load(module, LIMITS);
		Template second = load(module, LIMITS);
		assertThat(call(first, "count")).containsExactly(2);
		assertThat(call(second, "count")).containsExactly(2);
	}

	@Test
	void aClosedEngineLoadsAndOpensNothing() {
		Template template = load(Fixtures.module("add"), LIMITS);
		this.engine.close();
		assertThat(catchThrowableOfType(IllegalStateException.class, () -> call(template, "add", 1, 2)))
			.hasMessage("The engine is closed");
		assertThat(catchThrowableOfType(IllegalStateException.class, () -> load(Fixtures.module("add"), LIMITS)))
			.hasMessage("The engine is closed");
	}

	@Test
	void capabilitiesAreCopiesThatNobodyChanges() {
		List<String> arguments = new ArrayList<>(List.of("a"));
		Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
		Capabilities capabilities = new Capabilities(arguments, environment);
		arguments.add("b");
		environment.put("B", "2");
		assertThat(capabilities.arguments()).containsExactly("a");
		assertThat(capabilities.environment().keySet()).isEqualTo(Set.of("A"));
	}

	private Template load(Module module, Limits limits) {
		return this.engine.load(module, limits, Capabilities.NONE);
	}

	private ModuleException refused(String name, Limits limits) {
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> load(Fixtures.module(name), limits));
		assertThat(exception).as("'%s' is refused", name).isNotNull();
		assertThat(exception.reason() + exception.remedy()).doesNotContain("java.", "dylibso", "Exception");
		return exception;
	}

	private static long[] call(Template template, String name, long... arguments) {
		Export export = template.module()
			.exports()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow();
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			return sandbox.call(arguments);
		}
	}

	private static Limits withTimeout(Duration timeout) {
		return new Limits(timeout, LIMITS.memory(), LIMITS.input(), LIMITS.output());
	}

	private static Limits withMemory(long memory) {
		return new Limits(LIMITS.timeout(), memory, LIMITS.input(), LIMITS.output());
	}

}
