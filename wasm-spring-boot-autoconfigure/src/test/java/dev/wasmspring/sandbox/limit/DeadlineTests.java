package dev.wasmspring.sandbox.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadlineTests {

	private static final long HOUR = TimeUnit.HOURS.toNanos(1);

	/** Never started, so that nothing fires but what a test fires. */
	@AfterEach
	void theThreadIsNotInterrupted() {
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void nothingHappensBeforeItPasses() {
		try (Deadline deadline = deadline(HOUR)) {
			deadline.interruptIfOver(System.nanoTime());
			assertThat(deadline.isOver()).isFalse();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThatCode(deadline::check).doesNotThrowAnyException();
		}
	}

	@Test
	void theCallIsInterruptedWhenItPassesAndTheInterruptIsTakenBack() {
		Deadline deadline = deadline(0);
		assertThat(deadline.isOver()).isTrue();
		deadline.interruptIfOver(System.nanoTime());
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		deadline.close();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void aCallThatSwallowedTheInterruptIsInterruptedAgain() {
		try (Deadline deadline = deadline(0)) {
			deadline.interruptIfOver(System.nanoTime());
			assertThat(Thread.interrupted()).isTrue();
			deadline.interruptIfOver(System.nanoTime());
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
	}

	@Test
	void aClosedDeadlineInterruptsNobody() {
		Deadline deadline = deadline(0);
		deadline.close();
		deadline.interruptIfOver(System.nanoTime());
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void aForeignInterruptIsKept() {
		Thread.currentThread().interrupt();
		deadline(HOUR).close();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void workOfTheHostEndsWhenItPassed() {
		try (Deadline deadline = deadline(0)) {
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(deadline::check);
		}
	}

	@Test
	void workOfTheHostEndsWhenTheCallWasToldToEnd() {
		try (Deadline deadline = deadline(HOUR)) {
			deadline.cancel();
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(deadline::check);
		}
	}

	@Test
	void workOfTheHostEndsAtAnInterruptWhichIsKept() {
		try (Deadline deadline = deadline(HOUR)) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(deadline::check);
		}
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void theEndOfACallWaitsForAnInterruptThatIsUnderWay() throws Exception {
		SlowlyInterrupted call = new SlowlyInterrupted();
		Deadline deadline = TestDeadlines.unwatched(call, 0);
		Thread firing = new Thread(() -> deadline.interruptIfOver(System.nanoTime()));
		firing.start();
		call.interrupting.await();
		Thread closing = new Thread(deadline::close);
		closing.start();
		while (closing.getState() != Thread.State.BLOCKED) {
			assertThat(closing.getState()).isNotEqualTo(Thread.State.TERMINATED);
			Thread.sleep(1);
		}
		call.goOn.countDown();
		firing.join();
		closing.join();
	}

	@Test
	void anInterruptNeverLeaksPastTheEndOfItsCall() throws Exception {
		AtomicReference<Deadline> current = new AtomicReference<>();
		AtomicBoolean running = new AtomicBoolean(true);
		Thread firing = new Thread(() -> {
			while (running.get()) {
				Deadline deadline = current.get();
				if (deadline != null) {
					deadline.interruptIfOver(System.nanoTime());
				}
			}
		});
		firing.start();
		int fired = 0;
		try {
			for (int i = 0; i < 20_000; i++) {
				Deadline deadline = deadline(0);
				current.set(deadline);
				// The end of the call meets the interrupt at another moment each time
				for (int spin = 0; spin < i % 200; spin++) {
					Thread.onSpinWait();
				}
				fired += Thread.currentThread().isInterrupted() ? 1 : 0;
				deadline.close();
				assertThat(Thread.interrupted()).as("interrupted after call %d", i).isFalse();
			}
		}
		finally {
			running.set(false);
			firing.join();
		}
		assertThat(Thread.interrupted()).isFalse();
		assertThat(fired).as("calls that were interrupted before they ended").isPositive();
	}

	@Test
	void timedOutCallsOnSeveralThreadsLeaveNoInterruptBehind() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (Engine engine = new Engine()) {
			Limits limits = new Limits(Duration.ofMillis(1), 1 << 20, 0, 0);
			Limits loading = new Limits(Duration.ofSeconds(60), 1 << 20, 0, 0);
			Template template = engine.load(Fixtures.module("spin"), loading, Capabilities.NONE);
			List<Future<?>> calls = new ArrayList<>();
			for (int t = 0; t < 4; t++) {
				calls.add(threads.submit(() -> {
					for (int i = 0; i < 50; i++) {
						SandboxException exception = catchThrowableOfType(SandboxException.class,
								() -> spin(template, limits));
						assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
						assertThat(Thread.interrupted()).isFalse();
					}
				}));
			}
			for (Future<?> call : calls) {
				call.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void spin(Template template, Limits limits) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), limits, Capabilities.NONE)) {
			sandbox.call(new long[0]);
		}
	}

	private Deadline deadline(long timeoutNanos) {
		return TestDeadlines.unwatched(Thread.currentThread(), timeoutNanos);
	}

	/** A thread that is not interrupted before it may be. */
	private static final class SlowlyInterrupted extends Thread {

		private final CountDownLatch interrupting = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		@Override
		public void interrupt() {
			this.interrupting.countDown();
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
