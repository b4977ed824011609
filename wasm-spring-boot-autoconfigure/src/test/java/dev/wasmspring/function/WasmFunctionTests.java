package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import ch.qos.logback.classic.Level;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WasmFunctionTests {

	private static final Engine ENGINE = new Engine();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	// In the kind it was asked

	@ParameterizedTest
	@ValueSource(strings = { "echo", "cat" })
	void all256ByteValuesPassUnchanged(String module) {
		byte[] all = new byte[256];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) i;
		}
		assertThat(function(module).apply(all)).isEqualTo(all);
		assertThat(payload(function(module).apply(new GenericMessage<>(all)))).isEqualTo(all);
		assertThat(all[255]).isEqualTo((byte) 255);
	}

	@Test
	void textIsAnsweredWithText() {
		assertThat(function("upper").apply("hello")).isEqualTo("HELLO");
		assertThat(function("cat").apply("grüße 你好 🙂")).isEqualTo("grüße 你好 🙂");
		assertThat(function("cat").apply("")).isEqualTo("");
	}

	@Test
	void aMessageOfBytesIsAnsweredWithOneThatKeepsItsHeaders() {
		Message<byte[]> question = MessageBuilder.withPayload("hello".getBytes(StandardCharsets.UTF_8))
			.setHeader(MessageHeaders.CONTENT_TYPE, "text/plain")
			.setHeader("trace", 42)
			.build();
		Message<?> answer = (Message<?>) function("upper").apply(question);
		assertThat(answer.getPayload()).isEqualTo("HELLO".getBytes(StandardCharsets.UTF_8));
		assertThat(answer.getHeaders()).containsEntry("trace", 42)
			.containsEntry(MessageHeaders.CONTENT_TYPE, "text/plain");
	}

	@Test
	void aMessageOfTextIsAnsweredWithOneThatKeepsItsHeaders() {
		Message<?> answer = (Message<?>) function("upper").apply(new GenericMessage<>("hello", Map.of("trace", 42)));
		assertThat(answer.getPayload()).isEqualTo("HELLO");
		assertThat(answer.getHeaders()).containsEntry("trace", 42).doesNotContainKey(MessageHeaders.CONTENT_TYPE);
	}

	@Test
	void theContentTypeThatAFunctionProducesReplacesThatOfTheInput() {
		FunctionSettings settings = TestFunctions.settings(TestFunctions.LIMITS, 1, "text/csv");
		WasmFunction function = TestFunctions.function(ENGINE, TestFunctions.definition("cat", settings));
		Message<?> answer = (Message<?>) function
			.apply(new GenericMessage<>("a,b", Map.of(MessageHeaders.CONTENT_TYPE, "text/plain", "trace", 42)));
		assertThat(answer.getHeaders()).containsEntry(MessageHeaders.CONTENT_TYPE, "text/csv")
			.containsEntry("trace", 42);
		assertThat(function.definition().produces()).isEqualTo("text/csv");
	}

	@Test
	void anErrorThatAModuleReportsIsForTheLogAndForWhoeverCalledTheBean() {
		FunctionDefinition definition = TestFunctions.definition("reports_errors", TestFunctions.SETTINGS);
		WasmFunction function = TestFunctions.function(ENGINE, definition);
		try (LogCapture log = new LogCapture("wasm.functions.reports_errors", Level.WARN)) {
			WasmFunctionException thrown = catchThrowableOfType(WasmFunctionException.class,
					() -> function.apply(new byte[0]));
			assertThat(thrown.outcome()).isEqualTo(Outcome.ERROR);
			assertThat(thrown.detail()).isEqualTo("The function failed.");
			assertThat(thrown.guestMessage()).isEqualTo("the input is empty; send something");
			assertThat(thrown.scriptException()).isNull();
			assertThat(log.lines()).containsExactly("WARN Function 'reports_errors' ended with error:"
					+ " The function failed. the input is empty; send something");
		}
		assertThat(function.apply("abc")).isEqualTo("abc");
	}

	@Test
	void aNumericFunctionProducesJsonUnlessSetOtherwise() {
		Message<?> answer = (Message<?>) function("add")
			.apply(new GenericMessage<>("[1,2]", Map.of(MessageHeaders.CONTENT_TYPE, "text/plain")));
		assertThat(answer.getPayload()).isEqualTo("3");
		assertThat(answer.getHeaders()).containsEntry(MessageHeaders.CONTENT_TYPE, "application/json");
		FunctionSettings settings = TestFunctions.settings(TestFunctions.LIMITS, 1, "text/plain");
		assertThat(TestFunctions.definition("add", settings).produces()).isEqualTo("text/plain");
		assertThat(TestFunctions.definition("cat", TestFunctions.SETTINGS).produces()).isNull();
	}

	@Test
	void inputOfAnotherTypeIsRefusedAndNamed() {
		WasmFunction function = function("cat");
		assertThatIllegalArgumentException().isThrownBy(() -> function.apply(42))
			.withMessage("Function 'cat' takes byte[], String, or a Message of one, not java.lang.Integer");
		assertThatIllegalArgumentException().isThrownBy(() -> function.apply(null)).withMessageContaining("not null");
		assertThatIllegalArgumentException().isThrownBy(() -> function.apply(List.of("a")));
		assertThatIllegalArgumentException().isThrownBy(() -> function.apply(new GenericMessage<>(42)));
	}

	@Test
	void anOutputThatIsNoTextIsBadOutputForTextAndFineForBytes() {
		// The second half of a two-byte character
		Module multi = Fixtures.module("multi");
		WasmFunction rest = new WasmFunctions(
				new ServedModules(ENGINE, TestFunctions.definitions(multi, TestFunctions.SETTINGS), List.of()))
			.get("rest");
		try (LogCapture log = new LogCapture("wasm.functions.rest", Level.INFO)) {
			WasmFunctionException exception = fails(() -> rest.apply("ü"));
			assertThat(exception.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
			assertThat(exception.detail()).startsWith("The output is not text in UTF-8");
			assertThat(log.lines()).containsExactly("WARN " + exception.getMessage());
		}
		assertThat(fails(() -> rest.apply(new GenericMessage<>("ü"))).outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(rest.apply("ü".getBytes(StandardCharsets.UTF_8))).isEqualTo(new byte[] { (byte) 0xbc });
	}

	// Numbers

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			add64  | [9223372036854775806, 1] | 9223372036854775807
			half   | 3                        | 1.5
			sqrt   | [2]                      | 1.4142135623730951
			none   | ''                       | []
			pair   | [1, 2]                   | [2,1]
			answer | []                       | 42
			""")
	void numbersAreJson(String export, String input, String output) {
		assertThat(numbers(export).apply(input)).isEqualTo(output);
		assertThat(numbers(export).apply(input.getBytes(StandardCharsets.UTF_8)))
			.isEqualTo(output.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@CsvSource({ "nan,''", "sqrt,-1" })
	void aResultThatJsonHasNoNumberForIsBadOutput(String export, String input) {
		WasmFunctionException exception = fails(() -> numbers(export).apply(input));
		assertThat(exception.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(exception.detail()).isEqualTo("The result is not a number that JSON can express.");
	}

	@Test
	void whatIsNotTheNumbersAskedForIsInvalidInput() {
		WasmFunctionException exception = fails(() -> function("add").apply("[1]"));
		assertThat(exception.outcome()).isEqualTo(Outcome.INVALID_INPUT);
		assertThat(exception.detail()).isEqualTo("The function takes 2 numbers (i32, i32), but got 1 number.");
		assertThat(exception).hasMessage("Function 'add' ended with invalid-input: " + exception.detail());
		assertThat(fails(() -> function("add").apply("<script>")).getMessage()).doesNotContain("script");
	}

	// Outcomes

	@Test
	void aFailureCarriesTheFunctionTheOutcomeAndTheExitCode() {
		WasmFunctionException exception = fails(() -> function("exit3").apply("x"));
		assertThat(exception.functionName()).isEqualTo("exit3");
		assertThat(exception.outcome()).isEqualTo(Outcome.EXIT);
		assertThat(exception.exitCode()).hasValue(3);
		assertThat(exception.detail()).isEqualTo("The module ended itself with exit code 3.");
		assertThat(exception).hasMessage("Function 'exit3' ended with exit: The module ended itself with exit code 3.")
			.hasCauseInstanceOf(SandboxException.class);
	}

	@ParameterizedTest
	@CsvSource({ "command_trap,TRAP", "flood,BAD_OUTPUT", "bad_pointer,BAD_OUTPUT", "alloc_outside,TRAP" })
	void theOutcomeOfTheSandboxIsThatOfTheFunction(String module, Outcome outcome) {
		WasmFunctionException exception = fails(() -> function(module).apply("x"));
		assertThat(exception.outcome()).isEqualTo(outcome);
		assertThat(exception.exitCode()).isEmpty();
	}

	@Test
	void aCallWithoutEndTimesOut() {
		FunctionSettings settings = TestFunctions.settings(TestFunctions.withTimeout(Duration.ofMillis(100)), 1, null);
		WasmFunction function = TestFunctions.function(ENGINE, TestFunctions.definition("spin", settings));
		assertThat(fails(() -> function.apply("")).outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void inputMayBeAsLargeAsItsLimitAndNoLarger() {
		FunctionSettings settings = TestFunctions.settings(new Limits(Duration.ofSeconds(60), 1 << 20, 4, 1 << 20), 1,
				null);
		WasmFunction function = TestFunctions.function(ENGINE, TestFunctions.definition("cat", settings));
		assertThat(function.apply("1234")).isEqualTo("1234");
		WasmFunctionException exception = fails(() -> function.apply("12345"));
		assertThat(exception.outcome()).isEqualTo(Outcome.INPUT_LIMIT);
		assertThat(exception.detail()).isEqualTo("The input is larger than the 4 bytes that the function takes.");
		// It is the bytes that count
		assertThat(fails(() -> function.apply("üü€")).outcome()).isEqualTo(Outcome.INPUT_LIMIT);
	}

	@Test
	void theFunctionGetsTheCapabilitiesOfItsSettings() {
		FunctionSettings settings = new FunctionSettings(null, null, null, TestFunctions.LIMITS, 1,
				new Capabilities(List.of("-v"), Map.of()));
		assertThat(TestFunctions.function(ENGINE, TestFunctions.definition("args", settings)).apply(""))
			.isEqualTo("args\n-v\n");
		assertThat(function("args").apply("")).isEqualTo("args\n");
	}

	@Test
	void twoCallsToAModuleThatCountsAnswerTheSame() {
		WasmFunction function = function("counter");
		assertThat(function.apply("")).isEqualTo("2");
		assertThat(function.apply("")).isEqualTo("2");
	}

	// Standard error

	@Test
	void theLogOfATrapNamesTheFunctionsOfTheGuestAndTheCallerIsToldNothingOfThem() {
		try (LogCapture log = new LogCapture("wasm.functions.lines_dwarf5", Level.INFO)) {
			WasmFunctionException exception = fails(() -> function("lines_dwarf5").apply("[1]"));
			assertThat(log.lines()).containsExactly(
					"WARN Function 'lines_dwarf5' ended with trap: The module trapped: integer divide by zero."
							+ " In inner (#2, lines.c:7) <- outer (#1, lines.c:12) <- run (#0, lines.c:16)");
			assertThat(exception.getMessage() + exception.detail()).doesNotContain("inner", "lines.c");
		}
	}

	@Test
	void aNameThatAGuestGaveItsFunctionForgesNoLineOfTheLog() {
		byte[] divide = Fixtures.bytes("divide");
		byte[] names = { 0, 17, 4, 'n', 'a', 'm', 'e', 1, 10, 1, 0, 7, 'a', '\n', 'b', 0x1b, '[', '2', 'J' };
		byte[] bytes = Arrays.copyOf(divide, divide.length + names.length);
		System.arraycopy(names, 0, bytes, divide.length, names.length);
		Module module = Module.parse("forging", "nowhere", bytes);
		WasmFunction function = TestFunctions.function(ENGINE,
				new FunctionDefinition("forging", module, module.exports().get(0), TestFunctions.SETTINGS));
		try (LogCapture log = new LogCapture("wasm.functions.forging", Level.WARN)) {
			assertThat(fails(() -> function.apply("[1,0]")).outcome()).isEqualTo(Outcome.TRAP);
			assertThat(log.lines()).singleElement().asString().endsWith(" In a\uFFFDb\uFFFD[2J (#0)");
		}
	}

	@Test
	void standardErrorGoesToTheLogOfTheFunctionAlone() {
		try (LogCapture log = new LogCapture("wasm.functions.stderr", Level.INFO)) {
			assertThat(function("stderr").apply("")).isEqualTo("ok");
			assertThat(log.lines()).containsExactly("INFO first line", "INFO second line");
		}
	}

	@Test
	void standardErrorOfAFailureGoesToTheLogAndNeverIntoTheException() {
		try (LogCapture log = new LogCapture("wasm.functions.exit3", Level.INFO)) {
			WasmFunctionException exception = fails(() -> function("exit3").apply(""));
			for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
				assertThat(cause.toString()).doesNotContain("secret", "/etc/passwd", "partial");
			}
			assertThat(log.lines()).containsExactly("INFO secret detail /etc/passwd", "WARN " + exception.getMessage());
		}
	}

	@Test
	void standardErrorInTheLogIsBounded() {
		try (LogCapture log = new LogCapture("wasm.functions.stderr_flood", Level.INFO)) {
			assertThat(function("stderr_flood").apply("")).isEqualTo("ok");
			assertThat(log.lines()).hasSize(1).first().asString().hasSize("INFO ".length() + 64 * 1024);
		}
	}

	// Concurrency

	@Test
	void aCallAboveTheConcurrencyLimitIsRejectedAndThePermitComesBack() throws Exception {
		WasmFunction function = TestFunctions.function(ENGINE,
				TestFunctions.definition("spin_if", TestFunctions.settings(TestFunctions.LIMITS, 1, null)));
		assertThat(function.apply("0")).isEqualTo("7");
		assertThat(function.apply("0")).as("after a success").isEqualTo("7");
		FutureTask<WasmFunctionException> spinning = spinning(function);
		Thread thread = new Thread(spinning);
		thread.start();
		WasmFunctionException rejected = untilRejected(() -> function.apply("0"));
		assertThat(rejected.detail()).isEqualTo("The function already runs 1 calls, as many as it may.");
		assertThat(rejected.functionName()).isEqualTo("spin_if");
		assertThat(fails(() -> function.apply("x")).outcome()).as("before the input is looked at")
			.isEqualTo(Outcome.REJECTED);
		assertThat(fails(() -> function.apply("0".repeat((1 << 20) + 1))).outcome()).as("after its size was")
			.isEqualTo(Outcome.INPUT_LIMIT);
		thread.interrupt();
		assertThat(spinning.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(function.apply("0")).as("after a failure").isEqualTo("7");
		assertThat(fails(() -> function.apply("x")).outcome()).isEqualTo(Outcome.INVALID_INPUT);
		assertThat(function.apply("0")).as("after invalid input").isEqualTo("7");
	}

	@Test
	void aCallWaitsForItsModuleToBeLoadedNoLongerThanItsTimeout() {
		Limits brief = TestFunctions.withTimeout(Duration.ofMillis(1));
		CountDownLatch called = new CountDownLatch(1);
		Module slow = Module.parse("slow", "a slow disk", slowAfterTheFirstRead(Fixtures.bytes("cat"), called));
		// Of its own, since another one may have loaded the same content before
		try (Engine engine = new Engine()) {
			WasmFunction function = TestFunctions.function(engine, new FunctionDefinition("slow", slow,
					slow.exports().get(0), TestFunctions.settings(brief, 1, null)));
			WasmFunctionException exception = fails(() -> function.apply(""));
			called.countDown();
			assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
			assertThat(exception.detail()).isEqualTo("The module is still being loaded.");
		}
	}

	@Test
	void anInterruptWhileACallWaitsForItsModuleEndsItAndIsKept() {
		CountDownLatch released = new CountDownLatch(1);
		Module slow = Module.parse("slow", "a slow disk", slowAfterTheFirstRead(Fixtures.bytes("cat"), released));
		// Of its own, since another one may have loaded the same content before
		try (Engine engine = new Engine()) {
			WasmFunction function = TestFunctions.function(engine,
					new FunctionDefinition("slow", slow, slow.exports().get(0), TestFunctions.SETTINGS));
			Thread.currentThread().interrupt();
			WasmFunctionException exception = fails(() -> function.apply(""));
			assertThat(Thread.interrupted()).isTrue();
			released.countDown();
			assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
			assertThat(exception.detail()).isEqualTo("The call was interrupted while the module was loaded.");
			assertThat(function.apply("again")).isEqualTo("again");
		}
	}

	private static Supplier<byte[]> slowAfterTheFirstRead(byte[] bytes, CountDownLatch released) {
		AtomicBoolean read = new AtomicBoolean();
		return () -> {
			if (read.getAndSet(true)) {
				try {
					released.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			return bytes;
		};
	}

	@Test
	void aCallAboveTheConcurrencyLimitWaitsInTheQueue() throws Exception {
		WasmFunction function = TestFunctions.function(ENGINE,
				TestFunctions.definition("spin_if", new FunctionSettings(null, null, null, TestFunctions.LIMITS, 1,
						new FunctionSettings.Queue(1, Duration.ofSeconds(60)), Capabilities.NONE, true)));
		assertThat(function.apply("0")).isEqualTo("7");
		FutureTask<WasmFunctionException> spinning = new FutureTask<>(() -> fails(() -> function.apply("1")));
		Thread thread = new Thread(spinning);
		thread.start();
		while (!waitsInQueue(function)) {
			Thread.onSpinWait();
		}
		assertThat(Thread.interrupted()).isTrue();
		FutureTask<Object> waiting = new FutureTask<>(() -> function.apply("0"));
		Thread second = new Thread(waiting);
		second.start();
		while (second.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		assertThat(fails(() -> function.apply("0")).outcome()).isEqualTo(Outcome.REJECTED);
		thread.interrupt();
		assertThat(spinning.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("7");
	}

	@Test
	void anInterruptWhileACallWaitsEndsIt() throws Exception {
		WasmFunction function = TestFunctions.function(ENGINE,
				TestFunctions.definition("spin_if", new FunctionSettings(null, null, null, TestFunctions.LIMITS, 1,
						new FunctionSettings.Queue(1, Duration.ofSeconds(60)), Capabilities.NONE, true)));
		assertThat(function.apply("0")).isEqualTo("7");
		FutureTask<WasmFunctionException> spinning = new FutureTask<>(() -> fails(() -> function.apply("1")));
		Thread thread = new Thread(spinning);
		thread.start();
		while (!waitsInQueue(function)) {
			Thread.onSpinWait();
		}
		assertThat(Thread.interrupted()).isTrue();
		thread.interrupt();
		spinning.get(60, TimeUnit.SECONDS);
	}

	/** Interrupted, it does not wait, but it tells whether it would have. */
	private static boolean waitsInQueue(WasmFunction function) {
		Thread.currentThread().interrupt();
		WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class, () -> function.apply("0"));
		return exception != null && exception.detail().equals("The call was interrupted while it waited for its turn.");
	}

	@Test
	void asManyCallsAsAllowedRunAtTheSameTime() throws Exception {
		WasmFunction function = TestFunctions.function(ENGINE,
				TestFunctions.definition("spin_if", TestFunctions.settings(TestFunctions.LIMITS, 2, null)));
		CountDownLatch started = new CountDownLatch(1);
		FutureTask<WasmFunctionException> spinning = new FutureTask<>(() -> {
			started.countDown();
			return fails(() -> function.apply("1"));
		});
		Thread thread = new Thread(spinning);
		thread.start();
		started.await();
		for (int i = 0; i < 100; i++) {
			assertThat(function.apply("0")).isEqualTo("7");
		}
		thread.interrupt();
		assertThat(spinning.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.TIMEOUT);
	}

	@Test
	void theLimitOfOneFunctionDoesNotReachAnother() throws Exception {
		FunctionSettings one = TestFunctions.settings(TestFunctions.LIMITS, 1, null);
		WasmFunction first = TestFunctions.function(ENGINE, TestFunctions.definition("spin_if", one));
		WasmFunction second = TestFunctions.function(ENGINE, TestFunctions.definition("spin_if", one));
		FutureTask<WasmFunctionException> spinning = spinning(first);
		Thread thread = new Thread(spinning);
		thread.start();
		untilRejected(() -> first.apply("0"));
		assertThat(second.apply("0")).isEqualTo("7");
		thread.interrupt();
		spinning.get(60, TimeUnit.SECONDS);
	}

	// Description

	@Test
	void aFunctionTellsWhatItIs() {
		WasmFunction function = function("cat");
		assertThat(function.name()).isEqualTo("cat");
		assertThat(function.definition().name()).isEqualTo("cat");
		assertThat(function).hasToString("function 'cat' of module 'cat' from fixture [cat.wasm]");
	}

	private static WasmFunction function(String module) {
		return TestFunctions.function(ENGINE, module);
	}

	private static WasmFunction numbers(String export) {
		return new WasmFunctions(new ServedModules(ENGINE,
				TestFunctions.definitions(Fixtures.module("numbers"), TestFunctions.SETTINGS), List.of()))
			.get(export);
	}

	private static Object payload(Object message) {
		return ((Message<?>) message).getPayload();
	}

	/**
	 * Spins until it is interrupted; whoever else takes the only permit is waited for.
	 */
	private static FutureTask<WasmFunctionException> spinning(WasmFunction function) {
		return new FutureTask<>(() -> {
			WasmFunctionException exception;
			do {
				exception = fails(() -> function.apply("1"));
			}
			while (exception.outcome() == Outcome.REJECTED);
			return exception;
		});
	}

	private static WasmFunctionException untilRejected(Callable<?> call) throws Exception {
		while (true) {
			try {
				call.call();
			}
			catch (WasmFunctionException ex) {
				assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED);
				return ex;
			}
		}
	}

	private static WasmFunctionException fails(ThrowingCallable call) {
		WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class, call);
		assertThat(exception).as("the call fails").isNotNull();
		return exception;
	}

}
