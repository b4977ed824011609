package dev.wasmspring.sandbox;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What one call holds of the {@link MemoryBudget}. Lives for that call and is confined to
 * its thread. It takes more than it needs at once, so that the counter that all calls
 * share is not touched for every granule.
 */
final class MemoryClaim implements AutoCloseable {

	/**
	 * How much is taken at once: 8 KiB. The first block also stands for the objects of
	 * the sandbox itself.
	 */
	private static final int BLOCK = 8 * 1024;

	/**
	 * How long a call waits for memory that others hold: 100 milliseconds.
	 */
	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private final MemoryBudget budget;

	private final Deadline deadline;

	private long held;

	private long used;

	MemoryClaim(MemoryBudget budget, Deadline deadline) {
		this.budget = budget;
		this.deadline = deadline;
	}

	/**
	 * Accounts for memory that the call is about to allocate and holds until its end.
	 * @param bytes how much
	 * @throws Refused if all live calls together hold as much as they may, also after a
	 * little while
	 */
	void use(long bytes) {
		this.used += bytes;
		if (this.used > this.held) {
			take(Math.max(this.used - this.held, BLOCK));
		}
	}

	private void take(long bytes) {
		long start = System.nanoTime();
		while (!this.budget.tryTake(bytes)) {
			this.deadline.check();
			if (System.nanoTime() - start > PATIENCE) {
				throw new Refused();
			}
			LockSupport.parkNanos(this, PAUSE);
		}
		this.held += bytes;
	}

	@Override
	public void close() {
		this.budget.giveBack(this.held);
		this.held = 0;
	}

	/**
	 * Unwinds the guest.
	 */
	static final class Refused extends RuntimeException {

		Refused() {
			super("all live calls together hold as much memory as they may", null, false, false);
		}

	}

}
