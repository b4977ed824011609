package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * How deep guests may go, which the reference promises. Interpreted frames are the
 * largest that there are.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledIfSystemProperty(named = "wasmspring.split.limit", matches = ".*",
		disabledReason = "Each part of a function has a frame of its own")
class CallStackTests {

	@ParameterizedTest
	@CsvSource({ "main, -Xint", "main, -Xmixed", "small, -Xint", "small, -Xmixed" })
	void guestsGoAsDeepAsPromisedAtTheirFirstCallWhateverTheThreadIs(String thread, String mode) throws Exception {
		assertThat(run(thread, mode)).isEqualTo(expected());
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void guestsGoAsDeepAsPromisedWhenTheirCallerIsAVirtualThread() throws Exception {
		assertThat(run("virtual", "-Xint")).isEqualTo(expected());
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xint", "-Xmixed" })
	void aCallerWithoutStackGetsATrapAndLeavesNothingBehind(String mode) throws Exception {
		assertThat(run("brink", mode)).containsExactly("answered true, trapped true, wrong 0",
				"rec40 " + sum(820, 2000), "active 0", "running 0");
	}

	@Test
	void aFunctionThatAsksForMoreGoesDeeper() throws Exception {
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(128 << 20))) {
			WasmFunction ordinary = TestFunctions.function(engine, "rec40");
			WasmFunction deep = function(engine, "rec40", 64 << 20);
			for (int i = 0; i < 3; i++) {
				assertThat(deep.apply("40000")).isEqualTo(sum(820, 40_000));
				assertThat(trap(ordinary, "40000").outcome()).isEqualTo(Outcome.TRAP);
				assertThat(trap(ordinary, "40000").detail()).isEqualTo("The module trapped: call stack exhausted.");
				assertThat(ordinary.apply("1")).isEqualTo("820.0");
			}
		}
	}

	@Test
	void theSameInputIsAnsweredColdAndWarm() {
		try (Engine engine = new Engine()) {
			WasmFunction function = TestFunctions.function(engine, "rec40");
			for (int i = 0; i < 2_000; i++) {
				assertThat(function.apply("3000")).isEqualTo(sum(820, 3_000));
			}
		}
	}

	@Test
	void aCallThatRunsTwiceIsOneCall() throws Exception {
		try (Engine engine = new Engine()) {
			WasmFunction function = TestFunctions.function(engine, "rec40");
			assertThat(onSmallStack(() -> function.apply("3000"))).isEqualTo(sum(820, 3_000));
			assertThat(function.statistics().calls(Outcome.SUCCESS)).isEqualTo(1);
			assertThat(function.statistics().calls(Outcome.TRAP)).isZero();
			assertThat(function.statistics().sandboxesCreated()).isEqualTo(2);
			assertThat(function.statistics().sandboxesActive()).isZero();
		}
	}

	@Test
	void callsAfterADeepOneRunOnceUntilItIsForgotten() throws Exception {
		try (Engine engine = new Engine()) {
			WasmFunction function = TestFunctions.function(engine, "rec40");
			onSmallStack(() -> {
				for (int i = 0; i < DeepCalls.EXPECTED + 2; i++) {
					function.apply("3000");
				}
				return "";
			});
			assertThat(function.statistics().sandboxesCreated()).as("the first and the last ran twice")
				.isEqualTo(DeepCalls.EXPECTED + 4);
		}
	}

	@Test
	void aCallThatMayBeDeepDoesNotTakeTheStackThatOthersNeed() throws Exception {
		// Enough for one stack, but not for half of the rest to be left
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(6 << 20))) {
			WasmFunction function = TestFunctions.function(engine, "rec40");
			assertThat(onSmallStack(() -> function.apply("3000"))).isEqualTo(sum(820, 3_000));
			assertThat(onSmallStack(() -> function.apply("3000"))).isEqualTo(sum(820, 3_000));
			assertThat(function.statistics().sandboxesCreated()).isEqualTo(4);
		}
	}

	@Test
	void theDeadlineHoldsOnAStackOfOurOwn() throws Exception {
		try (Engine engine = new Engine()) {
			WasmFunction function = spin(engine, TestFunctions.withTimeout(Duration.ofSeconds(2)));
			assertThat(onSmallStack(() -> trap(function, "20000").outcome())).isEqualTo(Outcome.TIMEOUT);
			assertThat(function.statistics().sandboxesCreated()).isEqualTo(2);
			assertThat(engine.runningCalls().getAsInt()).isZero();
		}
	}

	@Test
	void anInterruptOfTheCallerReachesTheGuestAndStays() throws Exception {
		try (Engine engine = new Engine()) {
			WasmFunction function = spin(engine, TestFunctions.LIMITS);
			FutureTask<Boolean> call = new FutureTask<>(() -> {
				assertThat(trap(function, "20000").detail()).isEqualTo("The call was interrupted before its end.");
				return Thread.interrupted();
			});
			Thread caller = new Thread(null, call, "small", 256 * 1024);
			caller.start();
			while (function.statistics().sandboxesCreated() < 2 && !call.isDone()) {
				Thread.sleep(1);
			}
			caller.interrupt();
			assertThat(call.get()).isTrue();
		}
	}

	private static WasmFunction spin(Engine engine, Limits limits) {
		FunctionDefinition definition = TestFunctions
			.definitions(Fixtures.module("levels"), TestFunctions.settings(limits, 1, null))
			.stream()
			.filter((function) -> function.name().equals("spin"))
			.findFirst()
			.orElseThrow();
		return TestFunctions.function(engine, definition);
	}

	private static WasmFunction function(Engine engine, String module, long stack) {
		Limits limits = TestFunctions.LIMITS;
		return TestFunctions.function(engine, TestFunctions.definition(module, TestFunctions
			.settings(new Limits(limits.timeout(), limits.memory(), limits.input(), limits.output(), stack), 1, null)));
	}

	private static WasmFunctionException trap(WasmFunction function, String input) {
		return catchThrowableOfType(WasmFunctionException.class, () -> function.apply(input));
	}

	private static <T> T onSmallStack(Callable<T> work) throws Exception {
		FutureTask<T> task = new FutureTask<>(work);
		new Thread(null, task, "small", 256 * 1024).start();
		return task.get();
	}

	private static List<String> expected() {
		return List.of("small " + sum(1, 20_000), "medium " + sum(55, 9_000), "rec40 " + sum(820, 3_000),
				"too deep trap The module trapped: call stack exhausted.", "rec40 " + sum(820, 2_000),
				"initialize_deep 42", "running 0");
	}

	private static String sum(double each, double levels) {
		return String.valueOf(each * levels * (levels + 1) / 2);
	}

	private static List<String> run(String thread, String mode) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), mode, "-cp",
						System.getProperty("java.class.path"), CallStackProcess.class.getName(), thread));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.filter((line) -> line.startsWith("> "))
			.map((line) -> line.substring(2))
			.toList();
		assertThat(process.waitFor()).isZero();
		return lines;
	}

}
