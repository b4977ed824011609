package dev.wasmspring.function;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wasmspring.function.FunctionSettings.Queue;

/**
 * The turns of a function's calls: at most a given number of them run at once, and at
 * most a given number wait. Lives as long as its function; shared by all threads. Who
 * waits longest comes first.
 */
final class Admission {

	private final Semaphore permits;

	private final Queue queue;

	private final AtomicInteger waiting = new AtomicInteger();

	Admission(int concurrency, Queue queue) {
		this.permits = new Semaphore(concurrency, true);
		this.queue = queue;
	}

	/**
	 * Asks for a turn, and waits for it if there is room in the queue. Every turn must be
	 * {@linkplain #leave() given back}.
	 * @return whether the call may run
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	boolean enter() throws InterruptedException {
		if (this.waiting.get() == 0 && this.permits.tryAcquire()) {
			return true;
		}
		if (this.queue.size() == 0) {
			return false;
		}
		// Counted before it waits, so that never more wait than may
		if (this.waiting.incrementAndGet() > this.queue.size()) {
			this.waiting.decrementAndGet();
			return false;
		}
		try {
			return this.permits.tryAcquire(this.queue.timeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		finally {
			this.waiting.decrementAndGet();
		}
	}

	void leave() {
		this.permits.release();
	}

	/**
	 * How many calls wait now.
	 * @return 0 to the size of the queue, and for a moment more when it is full
	 */
	int waiting() {
		return this.waiting.get();
	}

}
