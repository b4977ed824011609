package dev.wasmspring.sandbox;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.TestDeadlines;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * Calls that end at about the moment of their deadline, with a watchdog that never rests,
 * so that every few of them meet their interrupt at their very end.
 *
 * @param calls how many there were
 * @param timeouts how many ended at their deadline
 * @param late how many left an interrupt for whatever the thread does next
 */
public record LateInterrupts(int calls, int timeouts, int late) {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	/** Makes calls on several threads at once. */
	public static LateInterrupts of(int calls, int threads) throws Exception {
		AtomicReferenceArray<Deadline> current = new AtomicReferenceArray<>(threads);
		AtomicBoolean running = new AtomicBoolean(true);
		Thread firing = new Thread(() -> {
			while (running.get()) {
				for (int i = 0; i < threads; i++) {
					Deadline deadline = current.get(i);
					if (deadline != null) {
						deadline.interruptIfOver(System.nanoTime());
					}
				}
			}
		});
		firing.start();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try (Engine engine = new Engine()) {
			Template template = engine.load(Fixtures.module("reverse"), LIMITS, Capabilities.NONE);
			List<Callable<LateInterrupts>> work = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int slot = i;
				work.add(() -> race(template, calls / threads, current, slot));
			}
			LateInterrupts all = new LateInterrupts(0, 0, 0);
			for (Future<LateInterrupts> part : executor.invokeAll(work)) {
				all = all.plus(part.get());
			}
			return all;
		}
		finally {
			running.set(false);
			firing.join();
			executor.shutdownNow();
		}
	}

	private static LateInterrupts race(Template template, int calls, AtomicReferenceArray<Deadline> current, int slot) {
		MemoryBudget budget = new MemoryBudget(HostMemory.ofHeap());
		SecureRandom secure = new SecureRandom();
		Random random = new Random(slot);
		byte[] input = new byte[256];
		// What calls take that end by themselves; so deadlines lie on both sides of it
		double typical = 30_000;
		int timeouts = 0;
		int late = 0;
		for (int i = 0; i < calls; i++) {
			long start = System.nanoTime();
			Deadline deadline = TestDeadlines.unwatched(Thread.currentThread(),
					(long) (2 * typical * random.nextDouble()));
			Call call = new Call(deadline, budget, "raced", LIMITS, Capabilities.NONE, secure);
			current.set(slot, deadline);
			try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, call)) {
				sandbox.call(input);
				typical += (Math.min(System.nanoTime() - start, 2 * typical) - typical) / 100;
			}
			catch (SandboxException ex) {
				if (ex.outcome() != Outcome.TIMEOUT) {
					throw ex;
				}
				timeouts++;
			}
			// An interrupt that is on its way may take a moment
			for (int spin = 0; spin < 100; spin++) {
				Thread.onSpinWait();
			}
			late += Thread.interrupted() ? 1 : 0;
		}
		return new LateInterrupts(calls, timeouts, late);
	}

	private LateInterrupts plus(LateInterrupts other) {
		return new LateInterrupts(this.calls + other.calls, this.timeouts + other.timeouts, this.late + other.late);
	}

}
