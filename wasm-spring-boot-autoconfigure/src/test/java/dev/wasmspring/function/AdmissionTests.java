package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wasmspring.function.FunctionSettings.Queue;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdmissionTests {

	/** Long enough never to decide a test. */
	private static final Duration LONG = Duration.ofSeconds(60);

	@Test
	void asManyCallsEnterAsMayRun() throws Exception {
		Admission admission = new Admission(2, Queue.NONE);
		assertThat(admission.enter()).isTrue();
		assertThat(admission.enter()).isTrue();
		assertThat(admission.enter()).isFalse();
		admission.leave();
		assertThat(admission.enter()).isTrue();
		assertThat(admission.enter()).isFalse();
	}

	@Test
	void aCallAboveTheLimitWaitsForItsTurn() throws Exception {
		Admission admission = new Admission(1, new Queue(1, LONG));
		assertThat(admission.enter()).isTrue();
		FutureTask<Boolean> second = start(admission, 1);
		assertThat(second).isNotDone();
		admission.leave();
		assertThat(second.get()).isTrue();
		assertThat(admission.waiting()).isZero();
	}

	@Test
	void aCallAboveTheQueueDoesNotWait() throws Exception {
		Admission admission = new Admission(1, new Queue(2, LONG));
		assertThat(admission.enter()).isTrue();
		FutureTask<Boolean> second = start(admission, 1);
		FutureTask<Boolean> third = start(admission, 2);
		assertThat(admission.enter()).isFalse();
		assertThat(admission.waiting()).isEqualTo(2);
		admission.leave();
		admission.leave();
		assertThat(second.get()).isTrue();
		assertThat(third.get()).isTrue();
	}

	@Test
	void aCallWaitsNoLongerThanItMayAndLeavesItsPlaceToOthers() throws Exception {
		Admission admission = new Admission(1, new Queue(1, Duration.ofMillis(20)));
		assertThat(admission.enter()).isTrue();
		for (int i = 0; i < 3; i++) {
			long start = System.nanoTime();
			assertThat(admission.enter()).isFalse();
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
			assertThat(admission.waiting()).isZero();
		}
		admission.leave();
		assertThat(admission.enter()).isTrue();
	}

	@Test
	void whoWaitsLongestComesFirst() throws Exception {
		Admission admission = new Admission(1, new Queue(10, LONG));
		assertThat(admission.enter()).isTrue();
		ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			int place = i;
			Thread thread = new Thread(() -> {
				try {
					assertThat(admission.enter()).isTrue();
					order.add(place);
					admission.leave();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
			threads.add(thread);
			thread.start();
			untilBlocked(thread);
		}
		admission.leave();
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
	}

	@RepeatedTest(50)
	void nobodyOvertakesThoseWhoWait() throws Exception {
		Admission admission = new Admission(1, new Queue(2, LONG));
		assertThat(admission.enter()).isTrue();
		FutureTask<Boolean> second = start(admission, 1);
		admission.leave();
		// The second may not have woken up yet. Interrupted, so that it does not wait
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(admission::enter);
		assertThat(second.get()).isTrue();
	}

	@RepeatedTest(50)
	void whoComesWhenATurnIsGivenBackComesAfterThoseWhoWait() throws Exception {
		Admission admission = new Admission(1, new Queue(2, LONG));
		assertThat(admission.enter()).isTrue();
		AtomicBoolean secondRan = new AtomicBoolean();
		FutureTask<Boolean> second = new FutureTask<>(() -> {
			boolean entered = admission.enter();
			secondRan.set(true);
			admission.leave();
			return entered;
		});
		Thread thread = new Thread(second);
		thread.start();
		untilBlocked(thread);
		admission.leave();
		// The second may not have woken up yet, and its turn is free
		assertThat(admission.enter()).isTrue();
		assertThat(secondRan).isTrue();
		assertThat(second.get()).isTrue();
	}

	@Test
	void neverMoreWaitThanMayHoweverManyComeAtOnce() throws Exception {
		for (int i = 0; i < 1_000; i++) {
			twoComeAtOnceAndOneMayWait();
		}
	}

	private static void twoComeAtOnceAndOneMayWait() throws InterruptedException {
		Admission admission = new Admission(1, new Queue(1, LONG));
		assertThat(admission.enter()).isTrue();
		AtomicInteger ready = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			Thread thread = new Thread(() -> {
				ready.incrementAndGet();
				while (ready.get() < 2) {
					Thread.onSpinWait();
				}
				try {
					admission.enter();
				}
				catch (InterruptedException ex) {
					// The end of the test
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
				Thread.yield();
			}
		}
		assertThat(threads.stream().filter(Thread::isAlive)).hasSize(1);
		for (Thread thread : threads) {
			thread.interrupt();
			thread.join();
		}
	}

	@Test
	void anInterruptEndsTheWaitAndCostsNoTurn() throws Exception {
		Admission admission = new Admission(1, new Queue(1, LONG));
		assertThat(admission.enter()).isTrue();
		FutureTask<Throwable> waiting = new FutureTask<>(() -> {
			try {
				admission.enter();
				return null;
			}
			catch (InterruptedException ex) {
				return ex;
			}
		});
		Thread thread = new Thread(waiting);
		thread.start();
		untilBlocked(thread);
		thread.interrupt();
		assertThat(waiting.get()).isInstanceOf(InterruptedException.class);
		assertThat(admission.waiting()).isZero();
		admission.leave();
		assertThat(admission.enter()).isTrue();
	}

	private static FutureTask<Boolean> start(Admission admission, int waiting) throws InterruptedException {
		FutureTask<Boolean> entering = new FutureTask<>(admission::enter);
		Thread thread = new Thread(entering);
		thread.start();
		untilBlocked(thread);
		assertThat(admission.waiting()).isEqualTo(waiting);
		return entering;
	}

	private static void untilBlocked(Thread thread) throws InterruptedException {
		while (thread.getState() != Thread.State.TIMED_WAITING) {
			assertThat(thread.isAlive()).isTrue();
			Thread.sleep(1);
		}
	}

}
