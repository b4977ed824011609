package dev.wasmspring.sandbox.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jetbrains.annotations.ApiStatus;

/**
 * How fast all calls together may take memory. Lives as its {@code Engine}; shared by all
 * threads.
 * <p>
 * What calls took is garbage when they end, and the heap is collected whenever it is full
 * of it. Each time every thread of the application stops, and then they all queue for a
 * processor again. Guests that write memory as fast as the machine can would bring that
 * about many times a second, and each of them stay within its limits.
 * <p>
 * A turn is reserved for each block of memory, and turns follow each other at the rate;
 * turns that nobody took in the last tenth of a second may be taken later. That is the
 * virtual scheduling form of the generic cell rate algorithm (ITU-T I.371).
 */
@ApiStatus.Internal
public final class MemoryPace {

	/**
	 * For how long turns that nobody took can be taken later.
	 */
	static final long TOLERANCE = TimeUnit.MILLISECONDS.toNanos(100);

	private final double nanosPerByte;

	private final int block;

	private final AtomicLong next;

	/**
	 * Creates a pace that nobody has used so far.
	 * @param bytesPerSecond the rate
	 * @param now the time, as all times here that of {@link System#nanoTime()}
	 */
	MemoryPace(long bytesPerSecond, long now) {
		this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
		// A millisecond's worth: threads that wait for their turn should not wake up more
		// often than that
		this.block = (int) Math.max(1 << 16, Math.min(bytesPerSecond / 1000, 1 << 20));
		this.next = new AtomicLong(now - TOLERANCE);
	}

	/**
	 * How much is best reserved at once, in bytes.
	 */
	int block() {
		return this.block;
	}

	/**
	 * Reserves the next turn.
	 * @return the time from which the memory may be taken, which may have passed
	 */
	public long reserve(long bytes, long now) {
		long earliest = now - TOLERANCE;
		while (true) {
			long next = this.next.get();
			// Times may overflow; their differences do not
			long turn = (next - earliest < 0) ? earliest : next;
			if (this.next.compareAndSet(next, turn + duration(bytes))) {
				return turn;
			}
		}
	}

	/**
	 * Gives back what was reserved and not taken.
	 */
	void giveBack(long bytes) {
		this.next.addAndGet(-duration(bytes));
	}

	private long duration(long bytes) {
		return (long) (bytes * this.nanosPerByte);
	}

}
