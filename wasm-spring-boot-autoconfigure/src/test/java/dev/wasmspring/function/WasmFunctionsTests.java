package dev.wasmspring.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WasmFunctionsTests {

	private static final Engine ENGINE = new Engine();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@Test
	void allFunctionsAreThereSortedByName() {
		List<FunctionDefinition> definitions = new ArrayList<>();
		definitions.addAll(TestFunctions.definitions(Fixtures.module("multi"), TestFunctions.SETTINGS));
		definitions.add(TestFunctions.definition("cat", TestFunctions.SETTINGS));
		WasmFunctions functions = new WasmFunctions(ENGINE, definitions, List.of());
		assertThat(functions.all()).extracting(WasmFunction::name)
			.containsExactly("cat", "first", "length_of_alphabet", "rest");
		assertThat(functions.get("first")).isSameAs(functions.require("first")).isSameAs(functions.get("first"));
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void thereMayBeNoFunctionsAtAll() {
		WasmFunctions functions = new WasmFunctions(ENGINE, List.of(), List.of());
		functions.loadModules(false);
		assertThat(functions.all()).isEmpty();
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void aFunctionThatDoesNotExistIsUnknown() {
		WasmFunctions functions = functions("cat");
		for (ThrowingLookup lookup : List.<ThrowingLookup>of(functions::get, functions::require)) {
			WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class,
					() -> lookup.find("nobody"));
			assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN_FUNCTION);
			assertThat(exception.functionName()).isEqualTo("nobody");
			assertThat(exception.detail()).isEqualTo("There is no such function, or its module was rejected.");
		}
	}

	@Test
	void eagerlyEveryModuleIsLoadedAtOnce() {
		WasmFunctions functions = functions("cat", "add", "counter");
		try (LogCapture log = new LogCapture(WasmFunctions.class.getName(), Level.DEBUG)) {
			functions.loadModules(false);
			assertThat(log.lines()).hasSize(4)
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'cat' from fixture [cat.wasm] in "))
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'add'"))
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'counter'"));
			assertThat(log.lines().get(3)).matches("INFO Loaded 3 WebAssembly module\\(s\\) in \\d+ ms");
		}
	}

	@Test
	void aModuleThatIsRejectedLazilyIsKnownAtItsFirstCallAndNotBefore() {
		WasmFunctions functions = functions("cat", "initialize_traps");
		assertThat(functions.rejected()).isEmpty();
		WasmFunction function = functions.require("initialize_traps");
		for (int i = 0; i < 2; i++) {
			WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class,
					() -> function.apply(""));
			assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN_FUNCTION);
		}
		assertThat(functions.rejected()).extracting(RejectedModule::name).containsExactly("initialize_traps");
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("cat");
		assertThat(functions.get("initialize_traps")).isSameAs(function);
		assertThatThrownBy(() -> functions.require("initialize_traps")).isInstanceOf(WasmFunctionException.class);
		assertThat(functions.get("cat").apply("still here")).isEqualTo("still here");
	}

	@Test
	void aModuleWhoseFailureMayPassIsRejectedAndItsCallsMayBeTriedAgain(@TempDir Path folder) throws Exception {
		Path file = Files.write(folder.resolve("cat.wasm"), Fixtures.bytes("cat"));
		Module module = Module.parse("cat", "file", () -> {
			try {
				return Files.readAllBytes(file);
			}
			catch (IOException ex) {
				throw ModuleException.temporary("cat", "file", "It cannot be read.", "Put it back.", ex);
			}
		});
		WasmFunctions functions = new WasmFunctions(ENGINE, TestFunctions.named("cat", module), List.of());
		Files.delete(file);
		WasmFunctionException failure = catchThrowableOfType(WasmFunctionException.class,
				() -> functions.require("cat").apply(""));
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(failure.detail()).isEqualTo("The module cannot be loaded at the moment. It is tried again.");
		assertThat(functions.rejected()).extracting(RejectedModule::reason).containsExactly("It cannot be read.");
		assertThat(functions.modules()).extracting(ModuleStatus::state).containsExactly(ModuleStatus.State.REJECTED);
		assertThat(functions.all()).hasSize(1);
		Files.write(file, Fixtures.bytes("cat"));
		// Looking at it is enough to bring it back
		while (!functions.rejected().isEmpty()) {
			Thread.sleep(10);
		}
		assertThat(functions.modules()).extracting(ModuleStatus::state).containsExactly(ModuleStatus.State.READY);
		assertThat(functions.require("cat").apply("back")).isEqualTo("back");
	}

	@Test
	void anInvalidModuleThatIsNotSkippedIsThrown() {
		WasmFunctions functions = functions("cat", "initialize_traps", "add");
		ModuleException exception = catchThrowableOfType(ModuleException.class, () -> functions.loadModules(false));
		assertThat(exception.module()).isEqualTo("initialize_traps");
	}

	@Test
	void anInvalidModuleThatIsSkippedIsLoggedAndRejectedAndTheOthersWork() {
		WasmFunctions functions = functions("cat", "initialize_traps", "add", "start_traps");
		try (LogCapture log = new LogCapture(WasmFunctions.class.getName(), Level.INFO)) {
			functions.loadModules(true);
			assertThat(log.lines()).hasSize(3);
			assertThat(log.lines().get(0))
				.startsWith("WARN Module 'initialize_traps' from fixture [initialize_traps.wasm] cannot be used: ")
				.contains("Its initialisation failed (trap)", "Look at the module's start function");
			assertThat(log.lines().get(1)).startsWith("WARN Module 'start_traps'");
			assertThat(log.lines().get(2)).matches("INFO Loaded 2 WebAssembly module\\(s\\) in \\d+ ms, rejected 2");
		}
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("add", "cat");
		assertThat(functions.get("add").apply("[1,2]")).isEqualTo("3");
		assertThat(functions.rejected()).extracting(RejectedModule::name)
			.containsExactly("initialize_traps", "start_traps");
		assertThat(functions.rejected().get(0)).satisfies((rejected) -> {
			assertThat(rejected.origin()).isEqualTo("fixture [initialize_traps.wasm]");
			assertThat(rejected.reason()).startsWith("Its initialisation failed (trap)");
			assertThat(rejected.remedy()).isNotBlank();
		});
	}

	@Test
	void modulesThatWereRejectedBeforeStandFirst() {
		RejectedModule before = new RejectedModule("before", "nowhere", "It is broken.", "Repair it.");
		WasmFunctions functions = new WasmFunctions(ENGINE,
				List.of(TestFunctions.definition("start_traps", TestFunctions.SETTINGS)), List.of(before));
		functions.loadModules(true);
		assertThat(functions.rejected()).hasSize(2).startsWith(before);
		assertThat(functions.rejected().get(1).name()).isEqualTo("start_traps");
	}

	@RepeatedTest(3)
	void theFirstInvalidModuleInOrderIsThrownAndNotTheFastest() {
		FunctionSettings brief = TestFunctions.settings(TestFunctions.withTimeout(Duration.ofMillis(300)), 1, null);
		WasmFunctions functions = new WasmFunctions(ENGINE,
				List.of(TestFunctions.definition("cat", brief), TestFunctions.definition("initialize_spins", brief),
						TestFunctions.definition("initialize_traps", brief),
						TestFunctions.definition("start_traps", brief)),
				List.of());
		ModuleException exception = catchThrowableOfType(ModuleException.class, () -> functions.loadModules(false));
		assertThat(exception.module()).isEqualTo("initialize_spins");
		assertThat(exception.reason()).startsWith("Its initialisation failed (timeout)");
	}

	@Test
	void aFunctionThatIsAllowedLessMemoryThanItsModuleStartsWithIsRefusedByName() {
		var module = Fixtures.module("initialize_all");
		FunctionSettings little = TestFunctions.settings(new Limits(Duration.ofSeconds(60), 2 * 65536, 0, 0), 1, null);
		List<FunctionDefinition> definitions = List.of(
				new FunctionDefinition("much", module, module.exports().get(0), TestFunctions.SETTINGS),
				new FunctionDefinition("little", module, module.exports().get(1), little));
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> new WasmFunctions(ENGINE, definitions, List.of()).loadModules(false));
		assertThat(exception.reason())
			.isEqualTo("It starts with 196608 bytes of memory, but its function 'little' is allowed 131072.");
		assertThat(exception.remedy())
			.isEqualTo("Raise the memory limit of the function 'little' ('wasm.functions.little.limits.memory').");
	}

	@Test
	void anInterruptedStartIsNoReasonToRejectAModule() {
		WasmFunctions functions = functions("cat");
		Thread.currentThread().interrupt();
		assertThatThrownBy(() -> functions.loadModules(true)).isInstanceOf(IllegalStateException.class)
			.hasMessage("Interrupted while the modules were loaded");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aNewVersionIsSeenByWhoeverHoldsTheFunction() throws Exception {
		WasmFunctions functions = serving("greet", "old  \n");
		WasmFunction held = functions.get("greet");
		LoadedModule newer = functions.load(printing("greet", "new  \n"));
		assertThat(held.apply("")).isEqualTo("old  \n");
		functions.serve(newer);
		assertThat(held.apply("")).isEqualTo("new  \n");
		assertThat(functions.get("greet")).isSameAs(held);
		assertThat(held.definition()).isSameAs(newer.functions().get(0));
		assertThat(functions.definitions()).containsExactly(held.definition());
	}

	@Test
	void aCallEndsInTheVersionThatItBeganWith() throws Exception {
		// On a machine that is busy, a call that is to last longer than a change of the
		// version must sleep long
		long millis = 250;
		while (!aCallOutlastsItsVersion(millis)) {
			millis *= 2;
		}
	}

	private static boolean aCallOutlastsItsVersion(long millis) throws Exception {
		Module old = Module.parse("greet", "file", Fixtures.sleeping(millis, "old.."));
		WasmFunctions functions = new WasmFunctions(ENGINE, TestFunctions.named("greet", old), List.of());
		functions.loadModules(false);
		LoadedModule newer = functions.load(printing("greet", "new  \n"));
		WasmFunction function = functions.get("greet");
		List<Object> answers = new CopyOnWriteArrayList<>();
		Thread thread = new Thread(() -> answers.add(function.apply("")));
		thread.start();
		while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
			Thread.sleep(1);
		}
		functions.serve(newer);
		assertThat(function.apply("")).isEqualTo("new  \n");
		boolean outlasted = answers.isEmpty();
		thread.join();
		assertThat(answers).containsExactly("old..");
		return outlasted;
	}

	@Test
	void functionsComeAndGoWithAVersion() throws Exception {
		WasmFunctions functions = new WasmFunctions(ENGINE,
				TestFunctions.definitions(Fixtures.module("multi"), TestFunctions.SETTINGS), List.of());
		WasmFunction first = functions.get("first");
		WasmFunction rest = functions.get("rest");
		Module multi = Fixtures.module("multi");
		functions.serve(functions
			.load(List.of(new FunctionDefinition("first", multi, multi.exports().get(0), TestFunctions.SETTINGS),
					new FunctionDefinition("added", multi, multi.exports().get(0), TestFunctions.SETTINGS))));
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("added", "first");
		assertThat(functions.get("first")).isSameAs(first);
		assertThat(functions.get("rest")).isSameAs(rest);
		assertUnknown(() -> rest.apply(""));
		assertUnknown(rest::definition);
		assertUnknown(() -> functions.require("rest"));
		assertThat(rest).hasToString("function 'rest'");
	}

	@Test
	void aModuleThatWasRemovedLeavesTheOthersAndMayComeBack() throws Exception {
		WasmFunctions functions = functions("cat", "echo");
		WasmFunction cat = functions.get("cat");
		functions.remove("cat");
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("echo");
		assertUnknown(() -> cat.apply("a"));
		assertThat(functions.get("echo").apply("a")).isEqualTo("a");
		functions.serve(functions.load(List.of(TestFunctions.definition("cat", TestFunctions.SETTINGS))));
		assertThat(cat.apply("a")).isEqualTo("a");
		functions.remove("nobody");
	}

	@Test
	void whatIsLoadedAndNotServedIsSeenByNobody() throws Exception {
		WasmFunctions functions = functions("cat");
		LoadedModule loaded = functions.load(List.of(TestFunctions.definition("echo", TestFunctions.SETTINGS)));
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("cat");
		assertUnknown(() -> functions.require("echo"));
		assertUnknown(() -> functions.get("echo").apply("a"));
		functions.serve(loaded);
		assertThat(functions.require("echo").apply("a")).isEqualTo("a");
	}

	@Test
	void aBrokenVersionIsReportedAndLeavesTheOldOneInService() throws Exception {
		WasmFunctions functions = serving("greet", "old  \n");
		functions.reject(new ModuleException("greet", "file", "It is broken.", "Repair it.", null));
		functions.reject(new ModuleException("other", "elsewhere", "It is broken.", "Repair it.", null));
		assertThat(functions.rejected()).containsExactly(
				new RejectedModule("greet", "file", "It is broken.", "Repair it.", true),
				new RejectedModule("other", "elsewhere", "It is broken.", "Repair it."));
		assertThat(functions.get("greet").apply("")).isEqualTo("old  \n");
		functions.serve(functions.load(printing("greet", "new  \n")));
		assertThat(functions.rejected()).extracting(RejectedModule::name).containsExactly("other");
		functions.forgetRejected("elsewhere");
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void aVersionThatCannotBeLoadedIsThrownAndChangesNothing() throws Exception {
		WasmFunctions functions = serving("greet", "old  \n");
		Module broken = Module.parse("greet", "file", Fixtures.bytes("start_traps"));
		assertThatThrownBy(() -> functions.load(TestFunctions.named("greet", broken)))
			.isInstanceOf(ModuleException.class);
		assertThat(functions.get("greet").apply("")).isEqualTo("old  \n");
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void anOlderVersionThatIsBrokenItselfIsNotInService() {
		WasmFunctions functions = functions("cat", "start_traps");
		functions.loadModules(true);
		functions
			.reject(new ModuleException("start_traps", Fixtures.origin("start_traps"), "It is worse.", "No.", null));
		assertThat(functions.rejected())
			.containsExactly(new RejectedModule("start_traps", Fixtures.origin("start_traps"), "It is worse.", "No."));
	}

	private static WasmFunctions serving(String name, String output) {
		WasmFunctions functions = new WasmFunctions(ENGINE, printing(name, output), List.of());
		functions.loadModules(false);
		return functions;
	}

	private static List<FunctionDefinition> printing(String name, String output) {
		return TestFunctions.named(name, Module.parse(name, "file", Fixtures.printing(output)));
	}

	private static void assertUnknown(ThrowingCallable call) {
		assertThat(catchThrowableOfType(WasmFunctionException.class, call).outcome())
			.isEqualTo(Outcome.UNKNOWN_FUNCTION);
	}

	private static WasmFunctions functions(String... modules) {
		List<FunctionDefinition> definitions = new ArrayList<>();
		for (String module : modules) {
			definitions.add(TestFunctions.definition(module, TestFunctions.SETTINGS));
		}
		return new WasmFunctions(ENGINE, definitions, List.of());
	}

	private interface ThrowingLookup {

		WasmFunction find(String name);

	}

}
