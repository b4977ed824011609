package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

class FunctionObserverTests {

	private static final Engine ENGINE = new Engine();

	private final List<String> events = new ArrayList<>();

	private Map<String, String> environment = Map.of();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@ParameterizedTest
	@CsvSource({ "echo, success", "command_trap, trap", "exit3, exit", "flood, bad-output" })
	void aCallIsObservedFromItsBeginToItsEnd(String module, String outcome) {
		WasmFunction function = function(module, TestFunctions.SETTINGS);
		catchThrowable(() -> function.apply("x".getBytes()));
		assertThat(this.events).startsWith("calls " + module, "begin " + module, "loaded " + module)
			.last()
			.asString()
			.startsWith("ended " + outcome);
		assertThat(this.events).hasSize(5).element(3).asString().matches("sandbox [1-9][0-9]* [1-9][0-9]* 0");
	}

	@Test
	void whatIsRefusedHasNoSandbox() {
		WasmFunction function = function("add", TestFunctions.SETTINGS);
		catchThrowable(() -> function.apply("[1]"));
		assertThat(this.events).containsExactly("calls add", "begin add", "ended invalid-input failed");
	}

	@Test
	void aFunctionWithoutAModuleIsObserved() {
		WasmFunction function = function("add", TestFunctions.SETTINGS);
		function.serve(null);
		catchThrowable(() -> function.apply("[1,2]"));
		assertThat(this.events).containsExactly("calls add", "begin null", "ended unknown-function failed");
	}

	@Test
	void outputThatIsNoTextEndsTheCallOnceAsBadOutput() {
		Module multi = Fixtures.module("multi");
		WasmFunction rest = new WasmFunctions(new ServedModules(ENGINE,
				TestFunctions.definitions(multi, TestFunctions.SETTINGS), List.of(), new Recorder()))
			.get("rest");
		catchThrowable(() -> rest.apply(new GenericMessage<>("ü")));
		assertThat(this.events.stream().filter((event) -> event.startsWith("ended")))
			.containsExactly("ended bad-output failed");
	}

	@Test
	void anInputOfAnotherTypeIsNoCall() {
		WasmFunction function = function("echo", TestFunctions.SETTINGS);
		assertThatIllegalArgumentException().isThrownBy(() -> function.apply(42));
		assertThat(this.events).containsExactly("calls echo");
	}

	@Test
	void aCallThatEndsAtItsDeadlineIsATimeout() {
		WasmFunction function = function("spin",
				TestFunctions.settings(TestFunctions.withTimeout(Duration.ofMillis(50)), 1, null));
		catchThrowable(() -> function.apply(new byte[0]));
		assertThat(this.events).endsWith("ended timeout failed");
	}

	@Test
	void aCommandSeesTheEnvironmentOfItsCall() {
		this.environment = Map.of("TRACEPARENT", "00-1-2-01");
		assertThat((String) function("env", TestFunctions.SETTINGS).apply("")).contains("TRACEPARENT=00-1-2-01");
	}

	@Test
	void aGuestThatIsNoCommandSeesNothingOfIt() throws Exception {
		this.environment = Map.of("TRACEPARENT", "00-1-2-01");
		byte[] counting = getClass().getResourceAsStream("/hostile/wasi_environ.wasm").readAllBytes();
		Module module = Module.parse("variables", "test", counting);
		WasmFunction function = new WasmFunctions(
				new ServedModules(ENGINE, TestFunctions.named("variables", module), List.of(), new Recorder()))
			.get("variables");
		assertThat(function.apply("")).isEqualTo("0");
	}

	@Test
	void whatIsLoggedOfACallIsLoggedBeforeItEnds() {
		try (LogCapture log = new LogCapture("wasm.functions.exit3", Level.INFO)) {
			List<Integer> logged = new ArrayList<>();
			WasmFunction function = new WasmFunctions(
					new ServedModules(ENGINE, List.of(TestFunctions.definition("exit3", TestFunctions.SETTINGS)),
							List.of(), new FunctionObserver() {

								@Override
								public Calls calls(String name, CallStatistics statistics) {
									return (definition) -> (outcome, failure) -> logged.add(log.lines().size());
								}

							}))
				.get("exit3");
			catchThrowable(() -> function.apply(""));
			assertThat(logged).containsExactly(2);
		}
	}

	private WasmFunction function(String module, FunctionSettings settings) {
		return new WasmFunctions(new ServedModules(ENGINE, List.of(TestFunctions.definition(module, settings)),
				List.of(), new Recorder()))
			.get(module);
	}

	private final class Recorder implements FunctionObserver {

		private final List<String> events = FunctionObserverTests.this.events;

		@Override
		public void loaded(Template template) {
			this.events.add("loaded " + template.module().name());
		}

		@Override
		public Calls calls(String function, CallStatistics statistics) {
			this.events.add("calls " + function);
			return (definition) -> {
				this.events.add("begin " + ((definition != null) ? definition.name() : null));
				return new Call() {

					@Override
					public Map<String, String> environment() {
						return FunctionObserverTests.this.environment;
					}

					@Override
					public void sandbox(long coldStart, long memory, long memoryWait) {
						Recorder.this.events.add("sandbox " + coldStart + " " + memory + " " + memoryWait);
					}

					@Override
					public void ended(Outcome outcome, @Nullable Throwable failure) {
						Recorder.this.events.add("ended " + outcome + ((failure != null) ? " failed" : ""));
					}

				};
			};
		}

	}

}
