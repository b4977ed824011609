package dev.wasmspring.sandbox.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jetbrains.annotations.ApiStatus;

/**
 * What one call holds of the {@link MemoryBudget}, and how much it has taken at the
 * {@link MemoryPace}. Lives for that call and is confined to its thread. It takes more
 * than it needs at once, so that what all calls share is not touched for every granule.
 */
@ApiStatus.Internal
public final class MemoryClaim implements AutoCloseable {

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

	/**
	 * What a call takes at any speed: 64 KiB. Most calls take less, and the HTTP request
	 * around a call leaves behind nearly half as much.
	 */
	private static final int UNPACED = 64 * 1024;

	/**
	 * What a call of a script takes at any speed: 256 KiB. Interpreters write 60 to 150
	 * KiB before they have done anything, and need so long for it that calls of modules
	 * could take more in the same time.
	 */
	private static final int UNPACED_OF_SCRIPTS = 256 * 1024;

	private final MemoryBudget budget;

	private final Deadline deadline;

	private long held;

	/** What is held beside memory that was used: no part of it, and at no pace. */
	private long stack;

	private long used;

	private long discarded;

	private long waited;

	private long unpaced = UNPACED;

	/** What the call may have used and discarded so far, at the pace of all calls. */
	private long paced = UNPACED;

	public MemoryClaim(MemoryBudget budget, Deadline deadline) {
		this.budget = budget;
		this.deadline = deadline;
	}

	/**
	 * Says that the call is one of a script, before it takes anything.
	 */
	public void ofScript() {
		this.unpaced = UNPACED_OF_SCRIPTS;
		this.paced = UNPACED_OF_SCRIPTS;
	}

	/**
	 * Accounts for memory that the call is about to allocate and holds until its end;
	 * waits for the call's turn if it takes much.
	 * @param bytes how much
	 * @throws RefusedException if all live calls together hold as much as they may, also
	 * after a little while
	 * @throws Deadline.PassedException if the call's time is over before it may
	 */
	public void use(long bytes) {
		this.used += bytes;
		if (this.used > this.held) {
			keepPace();
			take(Math.max(this.used - this.held, BLOCK));
		}
	}

	/**
	 * Accounts for memory that the call allocates and does not hold; waits for the call's
	 * turn if it takes much.
	 * @param bytes how much
	 * @throws Deadline.PassedException if the call's time is over before it may
	 */
	public void discard(long bytes) {
		this.discarded += bytes;
		keepPace();
	}

	/**
	 * Accounts for the stack of the thread that the call runs on. It is no garbage after
	 * the call, so it is taken at no pace.
	 * @param bytes how much
	 * @throws RefusedException if all live calls together hold as much as they may, also
	 * after a little while
	 * @throws Deadline.PassedException if the call's time is over before it may
	 */
	public void holdStack(long bytes) {
		acquire(bytes);
		this.stack += bytes;
	}

	private void keepPace() {
		long ahead = this.used + this.discarded - this.paced;
		if (ahead > 0) {
			waitForTurn(Math.max(ahead, this.budget.pace().block()));
		}
	}

	private void waitForTurn(long bytes) {
		MemoryPace pace = this.budget.pace();
		long start = System.nanoTime();
		long turn = pace.reserve(bytes, start);
		try {
			for (long left = turn - start; left > 0; left = turn - System.nanoTime()) {
				pause(left);
			}
		}
		catch (Deadline.PassedException ex) {
			// Or turns of calls that are gone would keep those waiting that are there
			pace.giveBack(bytes);
			throw ex;
		}
		this.paced += bytes;
	}

	private void take(long bytes) {
		acquire(bytes);
		this.held += bytes;
	}

	private void acquire(long bytes) {
		long start = System.nanoTime();
		while (!this.budget.tryTake(bytes)) {
			if (System.nanoTime() - start > PATIENCE) {
				throw new RefusedException();
			}
			pause(PAUSE);
		}
	}

	private void pause(long nanos) {
		this.deadline.check();
		long start = System.nanoTime();
		LockSupport.parkNanos(this, nanos);
		this.waited += System.nanoTime() - start;
	}

	/**
	 * How long the call has waited for memory so far, in nanoseconds.
	 */
	public long waited() {
		return this.waited;
	}

	@Override
	public void close() {
		this.budget.giveBack(this.held + this.stack);
		this.held = 0;
		this.stack = 0;
		long taken = Math.max(this.used + this.discarded, this.unpaced);
		if (this.paced > taken) {
			this.budget.pace().giveBack(this.paced - taken);
		}
	}

	/**
	 * Unwinds the guest.
	 */
	public static final class RefusedException extends RuntimeException {

		RefusedException() {
			super("all live calls together hold as much memory as they may", null, false, false);
		}

	}

}
