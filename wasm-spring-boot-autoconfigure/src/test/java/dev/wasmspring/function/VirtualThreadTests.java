package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Calls that come on virtual threads, as all do with
 * {@code spring.threads.virtual.enabled}.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadTests {

	private static final Engine ENGINE = new Engine();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@Test
	void guestsThatSpinDoNotStopOtherVirtualThreads() throws Exception {
		int guests = 4 * Runtime.getRuntime().availableProcessors();
		WasmFunction function = TestFunctions.function(ENGINE,
				TestFunctions.definition("spin_if", TestFunctions.settings(TestFunctions.LIMITS, guests, null)));
		assertThat(function.apply("0")).as("once it is loaded").isEqualTo("7");
		List<Thread> callers = new ArrayList<>();
		List<FutureTask<WasmFunctionException>> calls = new ArrayList<>();
		for (int i = 0; i < guests; i++) {
			FutureTask<WasmFunctionException> call = new FutureTask<>(() -> fails(function, "1"));
			calls.add(call);
			callers.add(startVirtual(call));
		}
		FutureTask<String> other = new FutureTask<>(() -> "ran");
		startVirtual(other);
		try {
			assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("ran");
			assertThat(calls).noneMatch(FutureTask::isDone);
		}
		finally {
			callers.forEach(Thread::interrupt);
		}
		for (FutureTask<WasmFunctionException> call : calls) {
			assertThat(call.get().outcome()).isEqualTo(Outcome.TIMEOUT);
			assertThat(call.get().detail()).isEqualTo("The call was interrupted before its end.");
		}
	}

	@Test
	void aCallWaitsForItsTurnWithoutKeepingItsCarrier() throws Exception {
		int callers = 4 * Runtime.getRuntime().availableProcessors();
		Admission admission = new Admission(1, new FunctionSettings.Queue(callers, TestFunctions.LIMITS.timeout()));
		assertThat(admission.enter()).isTrue();
		List<FutureTask<Boolean>> waiting = new ArrayList<>();
		for (int i = 0; i < callers; i++) {
			FutureTask<Boolean> call = new FutureTask<>(() -> {
				boolean entered = admission.enter();
				admission.leave();
				return entered;
			});
			waiting.add(call);
			startVirtual(call);
		}
		FutureTask<String> other = new FutureTask<>(() -> "ran");
		startVirtual(other);
		assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo("ran");
		admission.leave();
		for (FutureTask<Boolean> call : waiting) {
			assertThat(call.get()).isTrue();
		}
	}

	@Test
	void outputsAndFailuresAreTheSame() throws Exception {
		WasmFunction cat = TestFunctions.function(ENGINE, "cat");
		WasmFunction trap = TestFunctions.function(ENGINE, "command_trap");
		FutureTask<Object> output = new FutureTask<>(() -> cat.apply("hello"));
		startVirtual(output);
		assertThat(output.get()).isEqualTo("hello");
		FutureTask<WasmFunctionException> failure = new FutureTask<>(() -> fails(trap, ""));
		startVirtual(failure);
		assertThat(failure.get().outcome()).isEqualTo(Outcome.TRAP);
		assertThat(failure.get().getStackTrace()).as("the caller's own stack")
			.anyMatch((frame) -> frame.getMethodName().equals("fails"));
	}

	@Test
	void anInterruptOfTheCallerStaysAndDoesNotReachTheNextCall() throws Exception {
		WasmFunction spin = TestFunctions.function(ENGINE, "spin_if");
		WasmFunction cat = TestFunctions.function(ENGINE, "cat");
		for (int i = 0; i < 20; i++) {
			CountDownLatch started = new CountDownLatch(1);
			FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
				started.countDown();
				assertThat(fails(spin, "1").outcome()).isEqualTo(Outcome.TIMEOUT);
				return Thread.interrupted();
			});
			Thread caller = startVirtual(interrupted);
			started.await();
			LockSupport.parkNanos(i * 100_000L);
			caller.interrupt();
			assertThat(interrupted.get()).isTrue();
			FutureTask<Object> next = new FutureTask<>(() -> cat.apply("next"));
			startVirtual(next);
			assertThat(next.get()).isEqualTo("next");
		}
	}

	@Test
	void anInterruptThatComesWhenItsCallIsOverReachesNoOtherCall() throws Exception {
		GuestThreads threads = new GuestThreads();
		AtomicInteger reached = new AtomicInteger();
		AtomicBoolean over = new AtomicBoolean();
		List<FutureTask<?>> interrupted = new ArrayList<>();
		List<FutureTask<?>> others = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			// The interrupt is passed on when the caller begins to wait, and the work is
			// so short that it is often over by then
			interrupted.add(new FutureTask<>(() -> {
				for (int call = 0; call < 20_000; call++) {
					Thread.currentThread().interrupt();
					threads.run(() -> "short");
					assertThat(Thread.interrupted()).isTrue();
				}
			}, null));
			others.add(new FutureTask<>(() -> {
				while (!over.get()) {
					threads.run(() -> {
						for (int spin = 0; spin < 1_000; spin++) {
							Thread.onSpinWait();
						}
						return Thread.interrupted() ? reached.incrementAndGet() : 0;
					});
				}
			}, null));
		}
		for (FutureTask<?> call : others) {
			startVirtual(call);
		}
		try {
			for (FutureTask<?> call : interrupted) {
				startVirtual(call);
			}
			for (FutureTask<?> call : interrupted) {
				call.get();
			}
		}
		finally {
			over.set(true);
		}
		for (FutureTask<?> call : others) {
			call.get();
		}
		assertThat(reached).hasValue(0);
	}

	@Test
	void whatAGuestLogsHasTheContextOfItsCaller() throws Exception {
		WasmFunction function = TestFunctions.function(ENGINE, "stderr");
		List<String> traces = new ArrayList<>();
		Logger logger = (Logger) LoggerFactory.getLogger("wasm.functions.stderr");
		AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				traces.add(event.getMDCPropertyMap().get("trace") + " " + event.getFormattedMessage());
			}

		};
		logger.setLevel(Level.INFO);
		logger.addAppender(appender);
		appender.start();
		try {
			FutureTask<Object> call = new FutureTask<>(() -> {
				MDC.put("trace", "abc");
				return function.apply("".getBytes(StandardCharsets.UTF_8));
			});
			startVirtual(call);
			call.get();
			assertThat(traces).containsExactly("abc first line", "abc second line");
		}
		finally {
			logger.detachAppender(appender);
		}
	}

	@Test
	void inheritableThreadLocalsOfACallerStayWithIt() throws Exception {
		InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
		GuestThreads threads = new GuestThreads();
		FutureTask<String> seen = new FutureTask<>(() -> {
			local.set("secret");
			return threads.run(() -> Thread.currentThread().getName() + " " + local.get());
		});
		startVirtual(seen);
		assertThat(seen.get()).isEqualTo("wasm-guest-1 null");
	}

	private static WasmFunctionException fails(WasmFunction function, String input) {
		return catchThrowableOfType(WasmFunctionException.class, () -> function.apply(input));
	}

	private static Thread startVirtual(Runnable work) throws ReflectiveOperationException {
		return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
	}

}
