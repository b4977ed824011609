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
		ServedModules served = new ServedModules(ENGINE, definitions, List.of());
		WasmFunctions functions = new WasmFunctions(served);
		assertThat(functions.all()).extracting(WasmFunction::name)
			.containsExactly("cat", "first", "length_of_alphabet", "rest");
		assertThat(functions.get("first")).isSameAs(functions.require("first")).isSameAs(functions.get("first"));
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void thereMayBeNoFunctionsAtAll() {
		ServedModules served = new ServedModules(ENGINE, List.of(), List.of());
		WasmFunctions functions = new WasmFunctions(served);
		new ModuleLoading(served).loadAll(false);
		assertThat(functions.all()).isEmpty();
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void aFunctionThatDoesNotExistIsUnknown() {
		ServedModules served = served("cat");
		WasmFunctions functions = new WasmFunctions(served);
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
		ServedModules served = served("cat", "add", "counter");
		try (LogCapture log = new LogCapture("dev.wasmspring.function", Level.DEBUG)) {
			new ModuleLoading(served).loadAll(false);
			assertThat(log.lines()).hasSize(4)
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'cat' from fixture [cat.wasm] in "))
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'add'"))
				.anyMatch((line) -> line.startsWith("DEBUG Loaded module 'counter'"));
			assertThat(log.lines().get(3)).matches("INFO Loaded 3 WebAssembly module\\(s\\) in \\d+ ms");
		}
	}

	@Test
	void aModuleThatIsRejectedLazilyIsKnownAtItsFirstCallAndNotBefore() {
		ServedModules served = served("cat", "initialize_traps");
		WasmFunctions functions = new WasmFunctions(served);
		assertThat(functions.rejected()).isEmpty();
		WasmFunction function = functions.require("initialize_traps");
		for (int i = 0; i < 2; i++) {
			WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class,
					() -> function.apply(""));
			assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN_FUNCTION);
		}
		assertThat(functions.rejected()).extracting(ModuleRejection::name).containsExactly("initialize_traps");
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
		// One in which no other module has the same digest
		Engine engine = new Engine();
		ServedModules served = new ServedModules(engine, TestFunctions.named("cat", module), List.of());
		WasmFunctions functions = new WasmFunctions(served);
		Files.delete(file);
		WasmFunctionException failure = catchThrowableOfType(WasmFunctionException.class,
				() -> functions.require("cat").apply(""));
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(failure.detail()).isEqualTo("The module cannot be loaded at the moment. It is tried again.");
		assertThat(functions.rejected()).extracting(ModuleRejection::reason).containsExactly("It cannot be read.");
		assertThat(functions.modules()).extracting(ModuleStatus::state).containsExactly(ModuleStatus.State.REJECTED);
		assertThat(functions.all()).hasSize(1);
		Files.write(file, Fixtures.bytes("cat"));
		// Looking at it is enough to bring it back
		while (!functions.rejected().isEmpty()) {
			Thread.sleep(10);
		}
		assertThat(functions.modules()).extracting(ModuleStatus::state).containsExactly(ModuleStatus.State.READY);
		assertThat(functions.require("cat").apply("back")).isEqualTo("back");
		engine.close();
	}

	@Test
	void anInvalidModuleThatIsNotSkippedIsThrown() {
		ServedModules served = served("cat", "initialize_traps", "add");
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> new ModuleLoading(served).loadAll(false));
		assertThat(exception.module()).isEqualTo("initialize_traps");
	}

	@Test
	void anInvalidModuleThatIsSkippedIsLoggedAndRejectedAndTheOthersWork() {
		ServedModules served = served("cat", "initialize_traps", "add", "start_traps");
		WasmFunctions functions = new WasmFunctions(served);
		try (LogCapture log = new LogCapture("dev.wasmspring.function", Level.INFO)) {
			new ModuleLoading(served).loadAll(true);
			assertThat(log.lines()).hasSize(3);
			assertThat(log.lines().get(0))
				.startsWith("WARN Module 'initialize_traps' from fixture [initialize_traps.wasm] cannot be used: ")
				.contains("Its initialisation failed (trap)", "Look at the module's start function");
			assertThat(log.lines().get(1)).startsWith("WARN Module 'start_traps'");
			assertThat(log.lines().get(2)).matches("INFO Loaded 2 WebAssembly module\\(s\\) in \\d+ ms, rejected 2");
		}
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("add", "cat");
		assertThat(functions.get("add").apply("[1,2]")).isEqualTo("3");
		assertThat(functions.rejected()).extracting(ModuleRejection::name)
			.containsExactly("initialize_traps", "start_traps");
		assertThat(functions.rejected().get(0)).satisfies((rejected) -> {
			assertThat(rejected.origin()).isEqualTo("fixture [initialize_traps.wasm]");
			assertThat(rejected.reason()).startsWith("Its initialisation failed (trap)");
			assertThat(rejected.remedy()).isNotBlank();
		});
	}

	@Test
	void modulesThatWereRejectedBeforeStandFirst() {
		ModuleRejection before = new ModuleRejection("before", "nowhere", "It is broken.", "Repair it.");
		ServedModules served = new ServedModules(ENGINE,
				List.of(TestFunctions.definition("start_traps", TestFunctions.SETTINGS)), List.of(before));
		WasmFunctions functions = new WasmFunctions(served);
		new ModuleLoading(served).loadAll(true);
		assertThat(functions.rejected()).hasSize(2).startsWith(before);
		assertThat(functions.rejected().get(1).name()).isEqualTo("start_traps");
	}

	@RepeatedTest(3)
	void theFirstInvalidModuleInOrderIsThrownAndNotTheFastest() {
		FunctionSettings brief = TestFunctions.settings(TestFunctions.withTimeout(Duration.ofMillis(300)), 1, null);
		ServedModules served = new ServedModules(ENGINE,
				List.of(TestFunctions.definition("cat", brief), TestFunctions.definition("initialize_spins", brief),
						TestFunctions.definition("initialize_traps", brief),
						TestFunctions.definition("start_traps", brief)),
				List.of());
		ModuleException exception = catchThrowableOfType(ModuleException.class,
				() -> new ModuleLoading(served).loadAll(false));
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
				() -> new ModuleLoading(new ServedModules(ENGINE, definitions, List.of())).loadAll(false));
		assertThat(exception.reason())
			.isEqualTo("It starts with 196608 bytes of memory, but its function 'little' is allowed 131072.");
		assertThat(exception.remedy())
			.isEqualTo("Raise the memory limit of the function 'little' ('wasm.functions.little.limits.memory').");
	}

	@Test
	void anInterruptedStartIsNoReasonToRejectAModule() {
		// Nothing is interrupted where a module is loaded before anybody waits for it
		FunctionSettings patient = TestFunctions.settings(TestFunctions.withTimeout(Duration.ofSeconds(30)), 1, null);
		ServedModules served = new ServedModules(ENGINE, List.of(TestFunctions.definition("initialize_spins", patient)),
				List.of());
		Thread.currentThread().interrupt();
		assertThatThrownBy(() -> new ModuleLoading(served).loadAll(true)).isInstanceOf(IllegalStateException.class)
			.hasMessage("Interrupted while the modules were loaded");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aNewVersionIsSeenByWhoeverHoldsTheFunction() throws Exception {
		ServedModules served = serving("greet", "old  \n");
		WasmFunctions functions = new WasmFunctions(served);
		WasmFunction held = functions.get("greet");
		PreparedModule newer = served.prepare(printing("greet", "new  \n"));
		assertThat(held.apply("")).isEqualTo("old  \n");
		served.serve(newer);
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
		ServedModules served = new ServedModules(ENGINE, TestFunctions.named("greet", old), List.of());
		WasmFunctions functions = new WasmFunctions(served);
		new ModuleLoading(served).loadAll(false);
		PreparedModule newer = served.prepare(printing("greet", "new  \n"));
		WasmFunction function = functions.get("greet");
		List<Object> answers = new CopyOnWriteArrayList<>();
		Thread thread = new Thread(() -> answers.add(function.apply("")));
		thread.start();
		while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
			Thread.sleep(1);
		}
		served.serve(newer);
		assertThat(function.apply("")).isEqualTo("new  \n");
		boolean outlasted = answers.isEmpty();
		thread.join();
		assertThat(answers).containsExactly("old..");
		return outlasted;
	}

	@Test
	void functionsComeAndGoWithAVersion() throws Exception {
		ServedModules served = new ServedModules(ENGINE,
				TestFunctions.definitions(Fixtures.module("multi"), TestFunctions.SETTINGS), List.of());
		WasmFunctions functions = new WasmFunctions(served);
		WasmFunction first = functions.get("first");
		WasmFunction rest = functions.get("rest");
		Module multi = Fixtures.module("multi");
		served.serve(served
			.prepare(List.of(new FunctionDefinition("first", multi, multi.exports().get(0), TestFunctions.SETTINGS),
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
		ServedModules served = served("cat", "echo");
		WasmFunctions functions = new WasmFunctions(served);
		WasmFunction cat = functions.get("cat");
		served.remove("cat");
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("echo");
		assertUnknown(() -> cat.apply("a"));
		assertThat(functions.get("echo").apply("a")).isEqualTo("a");
		served.serve(served.prepare(List.of(TestFunctions.definition("cat", TestFunctions.SETTINGS))));
		assertThat(cat.apply("a")).isEqualTo("a");
		served.remove("nobody");
	}

	@Test
	void whatIsLoadedAndNotServedIsSeenByNobody() throws Exception {
		ServedModules served = served("cat");
		WasmFunctions functions = new WasmFunctions(served);
		PreparedModule loaded = served.prepare(List.of(TestFunctions.definition("echo", TestFunctions.SETTINGS)));
		assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("cat");
		assertUnknown(() -> functions.require("echo"));
		assertUnknown(() -> functions.get("echo").apply("a"));
		served.serve(loaded);
		assertThat(functions.require("echo").apply("a")).isEqualTo("a");
	}

	@Test
	void aBrokenVersionIsReportedAndLeavesTheOldOneInService() throws Exception {
		ServedModules served = serving("greet", "old  \n");
		WasmFunctions functions = new WasmFunctions(served);
		served.reject(new ModuleException("greet", "file", "It is broken.", "Repair it.", null));
		served.reject(new ModuleException("other", "elsewhere", "It is broken.", "Repair it.", null));
		assertThat(functions.rejected()).containsExactly(
				new ModuleRejection("greet", "file", "It is broken.", "Repair it.", true),
				new ModuleRejection("other", "elsewhere", "It is broken.", "Repair it."));
		assertThat(functions.get("greet").apply("")).isEqualTo("old  \n");
		served.serve(served.prepare(printing("greet", "new  \n")));
		assertThat(functions.rejected()).extracting(ModuleRejection::name).containsExactly("other");
		served.forgetRejection("elsewhere");
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void aVersionThatCannotBeLoadedIsThrownAndChangesNothing() throws Exception {
		ServedModules served = serving("greet", "old  \n");
		WasmFunctions functions = new WasmFunctions(served);
		Module broken = Module.parse("greet", "file", Fixtures.bytes("start_traps"));
		assertThatThrownBy(() -> served.prepare(TestFunctions.named("greet", broken)))
			.isInstanceOf(ModuleException.class);
		assertThat(functions.get("greet").apply("")).isEqualTo("old  \n");
		assertThat(functions.rejected()).isEmpty();
	}

	@Test
	void anOlderVersionThatIsBrokenItselfIsNotInService() {
		ServedModules served = served("cat", "start_traps");
		WasmFunctions functions = new WasmFunctions(served);
		new ModuleLoading(served).loadAll(true);
		served.reject(new ModuleException("start_traps", Fixtures.origin("start_traps"), "It is worse.", "No.", null));
		assertThat(functions.rejected())
			.containsExactly(new ModuleRejection("start_traps", Fixtures.origin("start_traps"), "It is worse.", "No."));
	}

	private static ServedModules serving(String name, String output) {
		ServedModules served = new ServedModules(ENGINE, printing(name, output), List.of());
		new ModuleLoading(served).loadAll(false);
		return served;
	}

	private static List<FunctionDefinition> printing(String name, String output) {
		return TestFunctions.named(name, Module.parse(name, "file", Fixtures.printing(output)));
	}

	private static void assertUnknown(ThrowingCallable call) {
		assertThat(catchThrowableOfType(WasmFunctionException.class, call).outcome())
			.isEqualTo(Outcome.UNKNOWN_FUNCTION);
	}

	private static ServedModules served(String... modules) {
		List<FunctionDefinition> definitions = new ArrayList<>();
		for (String module : modules) {
			definitions.add(TestFunctions.definition(module, TestFunctions.SETTINGS));
		}
		return new ServedModules(ENGINE, definitions, List.of());
	}

	private interface ThrowingLookup {

		WasmFunction find(String name);

	}

}
