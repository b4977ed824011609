package dev.wasmspring.sandbox.limit;

import java.util.concurrent.atomic.AtomicLong;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The host memory that all live sandboxes may hold together. Lives as its {@code Engine};
 * shared by all threads.
 * <p>
 * The memory limit of a function bounds one call; without this budget enough calls at
 * once would still end in an {@link OutOfMemoryError}, which hits whichever thread
 * allocates next and not the greedy one.
 */
@ApiStatus.Internal
public final class MemoryBudget {

	private static final long LEAST_RATE = 1 << 20;

	private final long total;

	private final long rate;

	private final MemoryPace pace;

	private final AtomicLong taken = new AtomicLong();

	/** What this was taken from, for good. */
	private final @Nullable MemoryBudget whole;

	public MemoryBudget(HostMemory memory) {
		this(memory.total(), memory.rate(), null);
	}

	private MemoryBudget(long total, long rate, @Nullable MemoryBudget whole) {
		this.total = total;
		this.rate = rate;
		this.pace = new MemoryPace(rate, System.nanoTime());
		this.whole = whole;
	}

	/**
	 * Sets a part of the memory aside, which nobody else gets until it is
	 * {@linkplain #release() released}, and which may be taken at a pace of its own.
	 * @param bytes how much
	 * @return {@code null} if there is not as much left
	 */
	public @Nullable MemoryBudget share(long bytes) {
		if (!tryTake(bytes)) {
			return null;
		}
		double part = (this.total > 0) ? (double) bytes / this.total : 1;
		return new MemoryBudget(bytes, Math.max(LEAST_RATE, (long) (this.rate * part)), this);
	}

	/**
	 * Gives a share back to what it was taken from.
	 */
	public void release() {
		if (this.whole != null) {
			this.whole.giveBack(this.total);
		}
	}

	/**
	 * How fast it may be taken.
	 */
	public MemoryPace pace() {
		return this.pace;
	}

	/**
	 * Takes memory if there is enough.
	 * @param bytes how much
	 * @return whether it was taken
	 */
	boolean tryTake(long bytes) {
		// The optimistic order: two that exceed the total together may both be turned
		// away although one would have fitted, but never may both be let in
		if (this.taken.addAndGet(bytes) <= this.total) {
			return true;
		}
		giveBack(bytes);
		return false;
	}

	/**
	 * Whether half of all memory would be left for others if this were taken.
	 * @param bytes how much
	 */
	public boolean hasPlentyFor(long bytes) {
		return this.taken.get() + bytes <= this.total / 2;
	}

	void giveBack(long bytes) {
		this.taken.addAndGet(-bytes);
	}

	/**
	 * What live sandboxes hold now.
	 * @return bytes
	 */
	public long taken() {
		return this.taken.get();
	}

}
