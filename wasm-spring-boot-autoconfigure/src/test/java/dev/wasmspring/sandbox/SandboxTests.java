package dev.wasmspring.sandbox;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.TestDeadlines;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SandboxTests {

	/** Long enough never to decide a test. */
	private static final Duration LONG = Duration.ofSeconds(60);

	private static final Limits LIMITS = new Limits(LONG, 64 << 20, 1 << 20, 1 << 20);

	private static final Limits SHORT = withTimeout(Duration.ofMillis(100));

	private static final Engine ENGINE = new Engine();

	/** All tests share them, so that what one test leaves behind another would find. */
	private static final Map<String, Template> TEMPLATES = new ConcurrentHashMap<>();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@AfterEach
	void theThreadIsNotInterrupted() {
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void numbersGoInAndComeOut() {
		assertThat(call(load("add"), "add", 2, 3)).containsExactly(5);
		assertThat(call(load("add"), "add", Integer.MAX_VALUE, 1)).containsExactly(Integer.MIN_VALUE);
		Template numbers = load("numbers");
		assertThat(call(numbers, "add64", Long.MAX_VALUE, -1)).containsExactly(Long.MAX_VALUE - 1);
		assertThat(call(numbers, "half", Float.floatToRawIntBits(3))).containsExactly(Float.floatToRawIntBits(1.5f));
		assertThat(call(numbers, "sqrt", Double.doubleToRawLongBits(2)))
			.containsExactly(Double.doubleToRawLongBits(Math.sqrt(2)));
		assertThat(call(numbers, "none")).isEmpty();
		assertThat(call(numbers, "pair", 1, 2)).containsExactly(2, 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "echo", "cat", "realloc", "allocators" })
	void bytesPassUnchanged(String name) {
		Template template = load(name);
		byte[] all = new byte[256];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) i;
		}
		assertThat(call(template, all)).isEqualTo(all);
		assertThat(call(template, new byte[0])).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "echo", "cat" })
	void anInputOfManyPagesPassesUnchanged(String name) {
		byte[] large = new byte[1 << 20];
		for (int i = 0; i < large.length; i++) {
			large[i] = (byte) (i * 31 + (i >> 8));
		}
		assertThat(call(load(name), large)).isEqualTo(large);
	}

	@Test
	void theGuestGetsACopyOfItsInput() {
		byte[] input = "abc".getBytes(StandardCharsets.UTF_8);
		assertThat(call(load("upper"), input)).asString().isEqualTo("ABC");
		assertThat(input).asString().isEqualTo("abc");
	}

	@Test
	void aResultMayLieElsewhereThanTheInput() {
		assertThat(call(load("reverse"), "abc".getBytes(StandardCharsets.UTF_8))).asString().isEqualTo("cba");
	}

	@ParameterizedTest
	@CsvSource({ "empty_result,''", "hello,'Hello\n'", "exit0,ok", "stderr,ok", "stderr_flood,ok",
			"command_with_exports,'command\n'" })
	void anOutputIsWhatTheGuestAnsweredAndNothingElse(String name, String output) {
		assertThat(call(load(name), new byte[] { 1, 2, 3 })).asString(StandardCharsets.UTF_8).isEqualTo(output);
	}

	@Test
	void theFunctionsOfOneModuleAreTheirOwn() {
		Template multi = load("multi");
		byte[] input = "abc".getBytes(StandardCharsets.UTF_8);
		assertThat(callBytes(multi, "first", input)).asString().isEqualTo("a");
		assertThat(callBytes(multi, "rest", input)).asString().isEqualTo("bc");
		assertThat(call(multi, "length_of_alphabet")).containsExactly(26);
	}

	// Isolation

	@ParameterizedTest
	@CsvSource({ "counter,count,2", "table_grow,grow,10", "data_drop,run,42", "elem_drop,run,42",
			"large_memory,touch,2" })
	void everyCallFindsTheModuleAsItWasAtFirst(String name, String export, long expected) {
		Template template = load(name);
		for (int i = 0; i < 5; i++) {
			assertThat(call(template, export)).containsExactly(expected);
		}
	}

	@Test
	void twoCallsToACommandThatCountsAnswerTheSame() {
		Template template = load("command_counter");
		for (int i = 0; i < 5; i++) {
			assertThat(call(template, new byte[0])).asString().isEqualTo("1");
		}
	}

	@Test
	void memoryThatGrewIsSmallAgain() {
		Template template = load("grow");
		for (int i = 0; i < 5; i++) {
			assertThat(call(template, "grow", 10)).containsExactly(1);
		}
	}

	@Test
	void aCallWritesIntoTheArraysOfTheOneBefore() {
		Template template = load("echo");
		byte[] input = new byte[100_000];
		call(template, input);
		var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 20; i++) {
			call(template, input);
		}
		// The output is new, the memory that the input was written to is not
		assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 20).isBetween(100_000L, 150_000L);
	}

	@Test
	void callsAtTheSameTimeDoNotSeeEachOther() throws Exception {
		Template counter = load("counter");
		Template table = load("table_grow");
		Template echo = load("echo");
		CountDownLatch allReady = new CountDownLatch(16);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int t = 0; t < 16; t++) {
				byte[] input = ("caller " + t).repeat(1000).getBytes(StandardCharsets.UTF_8);
				calls.add(threads.submit(() -> {
					allReady.countDown();
					allReady.await();
					for (int i = 0; i < 200; i++) {
						assertThat(call(counter, "count")).containsExactly(2);
						assertThat(call(table, "grow")).containsExactly(10);
						assertThat(call(echo, input)).isEqualTo(input);
					}
					return null;
				}));
			}
			for (Future<?> call : calls) {
				call.get(100, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void sandboxesOpenOnOneThreadAtTheSameTimeAreIsolatedToo() {
		Template template = load("counter");
		Export export = template.module().exports().get(0);
		try (Sandbox first = template.open(export, LIMITS, Capabilities.NONE);
				Sandbox second = template.open(export, LIMITS, Capabilities.NONE)) {
			assertThat(first.call(new long[0])).containsExactly(2);
			assertThat(second.call(new long[0])).containsExactly(2);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aSandboxIsForOneCall(boolean failing) {
		Template template = load("divide");
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			if (failing) {
				assertThat(catchThrowableOfType(SandboxException.class, () -> sandbox.call(new long[] { 1, 0 })))
					.isNotNull();
			}
			else {
				sandbox.call(new long[] { 1, 1 });
			}
			assertThatIllegalStateException().isThrownBy(() -> sandbox.call(new long[] { 1, 1 }))
				.withMessage("A sandbox is for one call");
			assertThatIllegalStateException().isThrownBy(() -> sandbox.call(new byte[0]));
		}
	}

	@Test
	void randomBytesDifferFromCallToCallAndFromEngineToEngine() {
		Template template = load("random");
		byte[] first = call(template, new byte[0]);
		assertThat(first).hasSize(16);
		assertThat(call(template, new byte[0])).isNotEqualTo(first);
		try (Engine another = new Engine()) {
			Template again = another.load(Fixtures.module("random"), LIMITS, Capabilities.NONE);
			assertThat(call(again, new byte[0])).isNotEqualTo(first);
		}
	}

	@Test
	void randomBytesComeFromTheSecureRandomOfTheCall() {
		SecureRandom sevens = new SecureRandom() {

			@Override
			public void nextBytes(byte[] bytes) {
				Arrays.fill(bytes, (byte) 7);
			}

		};
		Template template = load("random");
		Deadline deadline = TestDeadlines.unwatched(LIMITS.timeout());
		Call call = new Call(deadline, new MemoryBudget(HostMemory.ofHeap()), "random", LIMITS, Capabilities.NONE,
				sevens);
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, call)) {
			assertThat(sandbox.call(new byte[0])).hasSize(16).containsOnly(7);
		}
	}

	@Test
	void theClockIsThatOfTheCall() {
		Template template = load("clock");
		long before = nanos(Instant.now());
		long told = ByteBuffer.wrap(call(template, new byte[0])).order(ByteOrder.LITTLE_ENDIAN).getLong();
		long after = nanos(Instant.now());
		// The host reads its clock in whole milliseconds or finer
		assertThat(told).isBetween(before - 1_000_000, after + 1_000_000);
	}

	// Limits

	@Test
	void memoryGrowsToItsLimitAndNoFurther() {
		Template template = load("grow");
		Limits fourPages = new Limits(LONG, 4 * 65536 + 65535, 0, 0);
		assertThat(call(template, "grow", fourPages, 3)).containsExactly(1);
		assertThat(call(template, "grow", fourPages, 4)).containsExactly(-1);
		assertThat(call(template, "grow", fourPages, 65536)).containsExactly(-1);
		assertThat(call(template, "grow", fourPages, -1)).containsExactly(-1);
	}

	@Test
	void theSandboxTellsTheMemoryThatTheGuestHolds() {
		Template template = load("grow");
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			assertThat(sandbox.memory()).isEqualTo(65536);
			sandbox.call(new long[] { 2 });
			assertThat(sandbox.memory()).isEqualTo(3 * 65536);
		}
		Template without = load("add");
		try (Sandbox sandbox = without.open(without.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			assertThat(sandbox.memory()).isZero();
		}
	}

	@Test
	void aTableGrowsToItsLimitAndNoFurther() {
		Template template = load("table_grow_by");
		assertThat(call(template, "grow", 99_990)).containsExactly(10);
		assertThat(call(template, "grow", 99_991)).containsExactly(-1);
		assertThat(call(template, "grow", Integer.MAX_VALUE)).containsExactly(-1);
		assertThat(call(template, "grow", -1)).containsExactly(-1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cat", "echo" })
	void anOutputMayBeAsLargeAsItsLimitAndNoLarger(String name) {
		Template template = load(name);
		Limits limits = new Limits(LONG, LIMITS.memory(), 1 << 20, 1000);
		assertThat(call(template, limits, new byte[1000])).hasSize(1000);
		SandboxException exception = fails(() -> call(template, limits, new byte[1001]));
		assertThat(exception.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(exception).hasMessage("The output is larger than allowed.");
	}

	@Test
	void callsThatTogetherHoldMoreMemoryThanTheEngineMayAreRejectedAndGiveItBack() {
		byte[] much = new byte[1 << 20];
		Arrays.fill(much, (byte) 'x');
		try (Engine small = new Engine(HostMemory.ofHeap().withTotal(1 << 20), (Path) null)) {
			Template template = small.load(Fixtures.module("echo"), LIMITS, Capabilities.NONE);
			for (int i = 0; i < 3; i++) {
				SandboxException exception = fails(() -> call(template, much));
				assertThat(exception.outcome()).isEqualTo(Outcome.REJECTED);
				assertThat(exception).hasMessage("All running calls together hold as much memory as they may.");
			}
			for (int i = 0; i < 50; i++) {
				assertThat(call(template, new byte[100_000])).hasSize(100_000);
			}
		}
	}

	// Outcomes

	@ParameterizedTest
	@MethodSource
	void aTrapSaysWhatHappened(String name, String export, long[] arguments, String text) {
		Template template = load(name);
		SandboxException exception = fails(() -> call(template, export, arguments));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception.exitCode()).isEmpty();
		assertThat(exception.getMessage()).startsWith("The module trapped: " + text).endsWith(".");
		assertThat(exception.getMessage()).doesNotContain("java.", "dylibso", "Exception");
	}

	static Stream<Arguments> aTrapSaysWhatHappened() {
		return Stream.of(arguments("trap", "trap", numbers(), "Trapped on unreachable instruction."),
				arguments("divide", "divide", numbers(1, 0), "integer divide by zero."),
				arguments("divide", "divide", numbers(Integer.MIN_VALUE, -1), "integer overflow."),
				arguments("out_of_bounds", "load", numbers(), "out of bounds memory access"),
				arguments("recurse", "recurse", numbers(), "call stack exhausted."),
				arguments("indirect", "call", numbers(1), "uninitialized element 1."),
				arguments("indirect", "call", numbers(2), "indirect call type mismatch"),
				arguments("indirect", "call", numbers(3), "undefined element."),
				arguments("large_table", "call", numbers(10_000), "undefined element."),
				arguments("uncaught", "run", numbers(), "uncaught exception."));
	}

	@ParameterizedTest
	@CsvSource({ "alloc_traps,Trapped on unreachable instruction.", "bytes_trap,Trapped on unreachable instruction.",
			"command_trap,Trapped on unreachable instruction." })
	void aTrapEndsACallOfEveryKind(String name, String text) {
		SandboxException exception = fails(() -> call(load(name), "secret".getBytes(StandardCharsets.UTF_8)));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessage("The module trapped: " + text);
	}

	@Test
	void anAllocatorThatIsOutOfMemoryEndsInATrap() {
		Template template = load("alloc_fails");
		assertThat(call(template, new byte[16])).hasSize(16);
		SandboxException exception = fails(() -> call(template, new byte[17]));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessage("The module's allocator had no 17 bytes for the input.");
	}

	@Test
	void anAllocatorThatAnswersAnAddressOutsideOfMemoryEndsInATrap() {
		SandboxException exception = fails(() -> call(load("alloc_outside"), new byte[1]));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessage("The module's allocator answered with an address outside of its memory.");
	}

	@Test
	void afterAStackOverflowTheNextCallsWork() {
		Template recurse = load("recurse");
		Template counter = load("counter");
		Template cat = load("cat");
		for (int i = 0; i < 5; i++) {
			assertThat(fails(() -> call(recurse, "recurse")).outcome()).isEqualTo(Outcome.TRAP);
			assertThat(call(counter, "count")).containsExactly(2);
			assertThat(call(cat, "still here".getBytes(StandardCharsets.UTF_8))).asString().isEqualTo("still here");
			assertThat(fails(() -> call(load("out_of_bounds"), "load"))).hasMessageContaining("out of bounds");
		}
	}

	@Test
	void aTrapLeavesTheNextCallAlone() {
		Template divide = load("divide");
		assertThat(fails(() -> call(divide, "divide", 1, 0)).outcome()).isEqualTo(Outcome.TRAP);
		assertThat(call(divide, "divide", -7, 2)).containsExactly(-3);
	}

	@Test
	void anExitCodeIsToldButNothingThatTheGuestWrote() {
		SandboxException exception = fails(() -> call(load("exit3"), new byte[0]));
		assertThat(exception.outcome()).isEqualTo(Outcome.EXIT);
		assertThat(exception.exitCode()).isEqualTo(OptionalInt.of(3));
		assertThat(exception).hasMessage("The module ended itself with exit code 3.");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 255 })
	void aFunctionThatEndsTheProgramHasNoResult(int code) {
		SandboxException exception = fails(() -> call(load("exit_with"), "run", code));
		assertThat(exception.outcome()).isEqualTo(Outcome.EXIT);
		assertThat(exception.exitCode()).hasValue(code);
	}

	@Test
	void aModuleThatTellsOfItsErrorsIsAskedAfterEachCall() {
		Template template = load("reports_errors");
		byte[] input = "abc".getBytes(StandardCharsets.UTF_8);
		assertThat(callBytes(template, "echo", input)).isEqualTo(input);
		SandboxException empty = fails(() -> callBytes(template, "echo", new byte[0]));
		assertThat(empty.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(empty).hasMessage("The function failed.");
		assertThat(empty.report()).asString().isEqualTo("the input is empty\nsend something");
		assertThat(call(template, "reciprocal", 2)).containsExactly(Double.doubleToRawLongBits(0.5));
		assertThat(fails(() -> call(template, "reciprocal", 0)).report()).asString()
			.isEqualTo("zero has no reciprocal");
		assertThat(fails(() -> call(template, "silent")).report()).isEmpty();
		assertThat(fails(() -> call(template, "long")).report()).hasSize(16 * 1024);
		SandboxException outside = fails(() -> call(template, "outside"));
		assertThat(outside.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(outside).hasMessage("The error lies outside of the module's memory.");
		assertThat(template.module().exports()).extracting(Export::name).doesNotContain("_error");
	}

	@ParameterizedTest
	@CsvSource({ "bad_pointer,The output lies outside of the module's memory.",
			"straddling_result,The output lies outside of the module's memory.",
			"wrapping_result,The output lies outside of the module's memory.",
			"bytes_reports_negative,The output lies outside of the module's memory.",
			"huge_result,The output is larger than allowed.", "flood,The output is larger than allowed." })
	void anOutputThatCannotBeTakenIsBad(String name, String message) {
		SandboxException exception = fails(() -> call(load(name), new byte[8]));
		assertThat(exception.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(exception).hasMessage(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spin", "spin_br", "spin_br_table", "spin_deep" })
	void anEndlessLoopEndsAtItsDeadline(String name) {
		SandboxException exception = fails(() -> call(load(name), "run", SHORT));
		assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(exception).hasMessage("The call did not end before its deadline.");
		assertThat(Thread.interrupted()).isFalse();
		assertThat(call(load("counter"), "count")).containsExactly(2);
	}

	@Test
	void waitingInsideTheHostEndsAtItsDeadline() {
		SandboxException exception = fails(() -> call(load("sleep"), SHORT, new byte[0]));
		assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(exception).hasMessage("The call did not end before its deadline.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spin", "sleep" })
	void aForeignInterruptEndsTheCallAndIsKept(String name) throws Exception {
		Template template = load(name);
		Export export = template.module().exports().get(0);
		CountDownLatch opened = new CountDownLatch(1);
		FutureTask<SandboxException> call = new FutureTask<>(() -> {
			try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
				opened.countDown();
				return fails(() -> {
					if (export.kind() == Kind.NUMERIC) {
						sandbox.call(new long[0]);
					}
					else {
						sandbox.call(new byte[0]);
					}
				});
			}
			finally {
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
			}
		});
		Thread thread = new Thread(call);
		thread.start();
		opened.await();
		while (name.equals("sleep") && thread.getState() != Thread.State.TIMED_WAITING) {
			Thread.sleep(1);
		}
		thread.interrupt();
		SandboxException exception = call.get(30, TimeUnit.SECONDS);
		assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(exception).hasMessage("The call was interrupted before its end.");
	}

	@Test
	void closingTheEngineStillEndsTheCallsThatRun() throws Exception {
		Engine closing = new Engine();
		Template template = closing.load(Fixtures.module("spin"), LIMITS, Capabilities.NONE);
		CountDownLatch opened = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		FutureTask<SandboxException> call = new FutureTask<>(() -> {
			try (Sandbox sandbox = template.open(template.module().exports().get(0), SHORT, Capabilities.NONE)) {
				opened.countDown();
				closed.await();
				return fails(() -> sandbox.call(new long[0]));
			}
		});
		Thread thread = new Thread(call);
		thread.setDaemon(true);
		thread.start();
		opened.await();
		closing.close();
		closed.countDown();
		assertThat(call.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.TIMEOUT);
	}

	// Standard error

	@Test
	void standardErrorIsKeptApart() {
		Template template = load("stderr");
		try (Sandbox sandbox = open(template, Capabilities.NONE)) {
			assertThat(sandbox.standardError()).isEmpty();
			assertThat(sandbox.call(new byte[0])).asString().isEqualTo("ok");
			assertThat(sandbox.standardError()).asString().isEqualTo("first line\nsecond line\n");
		}
	}

	@Test
	void standardErrorIsThereAfterAFailureAndNotInItsMessage() {
		try (Sandbox sandbox = open(load("exit3"), Capabilities.NONE)) {
			SandboxException exception = fails(() -> sandbox.call(new byte[0]));
			assertThat(exception.getMessage()).doesNotContain("secret", "partial");
			assertThat(sandbox.standardError()).asString().isEqualTo("secret detail /etc/passwd\n");
		}
	}

	@Test
	void standardErrorIsBounded() {
		try (Sandbox sandbox = open(load("stderr_flood"), Capabilities.NONE)) {
			assertThat(sandbox.call(new byte[0])).asString().isEqualTo("ok");
			byte[] expected = new byte[64 * 1024];
			Arrays.fill(expected, (byte) '.');
			assertThat(sandbox.standardError()).isEqualTo(expected);
		}
	}

	// Capabilities

	@Test
	void aGuestSeesItsOwnNameAndTheArgumentsThatItWasGiven() {
		Template template = load("args");
		assertThat(callWith(template, Capabilities.NONE)).isEqualTo("args\n");
		assertThat(callWith(template, new Capabilities(List.of("-v", "two words", "äöü"), Map.of())))
			.isEqualTo("args\n-v\ntwo words\näöü\n");
		assertThat(callWith(template, Capabilities.NONE)).isEqualTo("args\n");
	}

	@Test
	void aGuestSeesNoEnvironmentButWhatItWasGiven() {
		Template template = load("env");
		assertThat(System.getenv()).isNotEmpty();
		assertThat(callWith(template, Capabilities.NONE)).isEmpty();
		assertThat(callWith(template, new Capabilities(List.of(), Map.of("GREETING", "héllo"))))
			.isEqualTo("GREETING=héllo\n");
		assertThat(callWith(template, Capabilities.NONE)).isEmpty();
	}

	@Test
	void thereAreNoFilesToOpen() {
		assertThat(callWith(load("open"), Capabilities.NONE)).isEqualTo("8");
	}

	private static Template load(String name) {
		return TEMPLATES.computeIfAbsent(name,
				(module) -> ENGINE.load(Fixtures.module(module), LIMITS, Capabilities.NONE));
	}

	private static Sandbox open(Template template, Capabilities capabilities) {
		return template.open(template.module().exports().get(0), LIMITS, capabilities);
	}

	private static long[] call(Template template, String export, long... arguments) {
		return call(template, export, LIMITS, arguments);
	}

	private static long[] call(Template template, String export, Limits limits, long... arguments) {
		try (Sandbox sandbox = template.open(export(template, export), limits, Capabilities.NONE)) {
			return sandbox.call(arguments);
		}
	}

	private static byte[] call(Template template, byte[] input) {
		return call(template, LIMITS, input);
	}

	private static byte[] call(Template template, Limits limits, byte[] input) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), limits, Capabilities.NONE)) {
			return sandbox.call(input);
		}
	}

	private static byte[] callBytes(Template template, String export, byte[] input) {
		try (Sandbox sandbox = template.open(export(template, export), LIMITS, Capabilities.NONE)) {
			return sandbox.call(input);
		}
	}

	private static String callWith(Template template, Capabilities capabilities) {
		try (Sandbox sandbox = open(template, capabilities)) {
			return new String(sandbox.call(new byte[0]), StandardCharsets.UTF_8);
		}
	}

	private static Export export(Template template, String name) {
		return template.module()
			.exports()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static SandboxException fails(ThrowingCallable call) {
		SandboxException exception = catchThrowableOfType(SandboxException.class, call);
		assertThat(exception).as("the call fails").isNotNull();
		return exception;
	}

	private static Limits withTimeout(Duration timeout) {
		return new Limits(timeout, LIMITS.memory(), LIMITS.input(), LIMITS.output());
	}

	private static long[] numbers(long... numbers) {
		return numbers;
	}

	private static long nanos(Instant instant) {
		return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
	}

}
