package dev.wasmspring.sandbox.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchdogTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final Set<Thread> others = watching();

	private final Watchdog watchdog = new Watchdog();

	@AfterEach
	void close() {
		this.watchdog.close();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void itStartsNoThreadBeforeTheFirstCall() {
		assertThat(own()).isEmpty();
		this.watchdog.start(HOUR).close();
		assertThat(own()).hasSize(1);
	}

	@Test
	void itsThreadIsADaemon() {
		this.watchdog.start(HOUR).close();
		assertThat(own()).hasSize(1).allMatch(Thread::isDaemon);
	}

	@Test
	void oneThreadServesAllCalls() throws Exception {
		CountDownLatch allReady = new CountDownLatch(16);
		List<Callable<Void>> calls = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			calls.add(() -> {
				allReady.countDown();
				allReady.await();
				this.watchdog.start(HOUR).close();
				return null;
			});
		}
		runAtTheSameTime(calls);
		assertThat(own()).hasSize(1);
	}

	@Test
	void itsThreadEndsWithIt() throws Exception {
		this.watchdog.start(HOUR).close();
		Thread thread = own().iterator().next();
		this.watchdog.close();
		thread.join(60_000);
		assertThat(thread.isAlive()).isFalse();
	}

	@Test
	void itInterruptsACallAtItsDeadline() {
		try (Deadline deadline = this.watchdog.start(Duration.ofMillis(20))) {
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(WatchdogTests::waitForEver);
			assertThat(deadline.isOver()).isTrue();
		}
	}

	@Test
	void itInterruptsACallAgainThatSwallowedAnInterrupt() {
		try (Deadline deadline = this.watchdog.start(Duration.ofMillis(20))) {
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(InterruptedException.class).isThrownBy(WatchdogTests::waitForEver);
			}
			assertThat(deadline.isOver()).isTrue();
		}
	}

	@Test
	void itWakesUpForACallAfterATimeWithoutAny() throws Exception {
		this.watchdog.start(HOUR).close();
		Thread thread = own().iterator().next();
		// Parked without a time limit
		while (thread.getState() != Thread.State.WAITING) {
			Thread.sleep(1);
		}
		itInterruptsACallAtItsDeadline();
	}

	@Test
	void itNeverSleepsThroughACallHoweverBrieflyItWasIdle() {
		for (int i = 0; i < 200; i++) {
			this.watchdog.start(HOUR).close();
			try (Deadline deadline = this.watchdog.start(Duration.ofNanos(1))) {
				assertThatExceptionOfType(InterruptedException.class).isThrownBy(WatchdogTests::waitForEver);
				assertThat(deadline.isOver()).isTrue();
			}
		}
	}

	@Test
	void itLeavesOtherCallsAlone() throws Exception {
		CountDownLatch otherHasTimedOut = new CountDownLatch(1);
		runAtTheSameTime(List.of(() -> {
			try (Deadline deadline = this.watchdog.start(HOUR)) {
				otherHasTimedOut.await();
				assertThat(deadline.isOver()).isFalse();
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
			}
			return null;
		}, () -> {
			try (Deadline deadline = this.watchdog.start(Duration.ofMillis(20))) {
				assertThatExceptionOfType(InterruptedException.class).isThrownBy(WatchdogTests::waitForEver);
				assertThat(deadline.isOver()).isTrue();
			}
			otherHasTimedOut.countDown();
			return null;
		}));
	}

	@Test
	void closingItStillEndsTheCallsThatRun() throws Exception {
		Thread thread;
		try (Deadline deadline = this.watchdog.start(Duration.ofMillis(50))) {
			thread = own().iterator().next();
			this.watchdog.close();
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(WatchdogTests::waitForEver);
			assertThat(deadline.isOver()).isTrue();
		}
		thread.join(60_000);
		assertThat(thread.isAlive()).isFalse();
	}

	@Test
	void onceClosedItTakesNoCall() {
		this.watchdog.close();
		assertThatIllegalStateException().isThrownBy(() -> this.watchdog.start(HOUR))
			.withMessage("The engine is closed");
		assertThat(own()).isEmpty();
	}

	@Test
	void aCallThatComesAfterTheEndIsNotWatched() throws Exception {
		this.watchdog.start(HOUR).close();
		Thread thread = own().iterator().next();
		Deadline running = this.watchdog.start(HOUR);
		this.watchdog.close();
		assertThatIllegalStateException().isThrownBy(() -> this.watchdog.start(HOUR));
		assertThat(this.watchdog.running().getAsInt()).isEqualTo(1);
		running.close();
		thread.join(60_000);
		assertThat(thread.isAlive()).isFalse();
	}

	@Test
	void itKeepsNoProcessFromEnding() throws Exception {
		Thread caller = new Thread(() -> this.watchdog.start(HOUR).close());
		// As threads of servers are; the thread of a test may be a daemon itself
		caller.setDaemon(false);
		caller.start();
		caller.join();
		assertThat(own()).singleElement().satisfies((thread) -> assertThat(thread.isDaemon()).isTrue());
	}

	@Test
	void theLongestTimeoutNeverPasses() {
		try (Deadline deadline = this.watchdog.start(Duration.ofSeconds(Long.MAX_VALUE))) {
			assertThat(deadline.isOver()).isFalse();
		}
	}

	private Set<Thread> own() {
		Set<Thread> threads = watching();
		threads.removeAll(this.others);
		return threads;
	}

	private static Set<Thread> watching() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("wasm-watchdog"))
			.collect(Collectors.toSet());
	}

	private static void waitForEver() throws InterruptedException {
		new CountDownLatch(1).await();
	}

	private static void runAtTheSameTime(List<Callable<Void>> calls) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(calls.size());
		try {
			List<Future<Void>> results = new ArrayList<>();
			for (Callable<Void> call : calls) {
				results.add(threads.submit(call));
			}
			for (Future<Void> result : results) {
				result.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
