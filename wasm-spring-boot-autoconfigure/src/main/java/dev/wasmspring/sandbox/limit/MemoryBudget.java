package dev.wasmspring.sandbox.limit;

import java.util.concurrent.atomic.AtomicLong;

import org.jetbrains.annotations.ApiStatus;

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

	private final long total;

	private final MemoryPace pace;

	private final AtomicLong taken = new AtomicLong();

	public MemoryBudget(HostMemory memory) {
		this.total = memory.total();
		this.pace = new MemoryPace(memory.rate(), System.nanoTime());
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
