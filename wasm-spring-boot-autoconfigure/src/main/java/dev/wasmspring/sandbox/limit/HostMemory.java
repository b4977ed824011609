package dev.wasmspring.sandbox.limit;

import org.jetbrains.annotations.ApiStatus;

/**
 * What all running calls together may have of the host's memory. Immutable; lives as long
 * as its {@code Engine} and is shared by all threads.
 *
 * @param total what they may hold at once, in bytes
 * @param rate what they may take in a second, in bytes, at least 1 MB; the first 64 KB of
 * each call are not counted, or 256 KB of a script
 */
@ApiStatus.Internal
public record HostMemory(long total, long rate) {

	private static final long MEGABYTE = 1 << 20;

	private static final long RATE_OF_A_PROCESSOR = 256 * MEGABYTE;

	public HostMemory {
		if (total < 0) {
			throw new IllegalArgumentException("The total memory must not be negative, but is " + total);
		}
		if (rate < MEGABYTE) {
			throw new IllegalArgumentException("The memory rate must be at least 1MB a second, but is " + rate);
		}
	}

	/**
	 * A share of the heap: half of it at once, and as much in a second, but no more than
	 * 256 MB for each processor.
	 * @return what suits the heap that this JVM may have
	 */
	public static HostMemory ofHeap() {
		Runtime runtime = Runtime.getRuntime();
		long half = runtime.maxMemory() / 2;
		return new HostMemory(half,
				Math.max(MEGABYTE, Math.min(half, runtime.availableProcessors() * RATE_OF_A_PROCESSOR)));
	}

	/**
	 * The same with another total.
	 * @param total what all running calls may hold at once, in bytes
	 */
	public HostMemory withTotal(long total) {
		return new HostMemory(total, this.rate);
	}

	/**
	 * The same with another rate.
	 * @param rate what all running calls may take in a second, in bytes
	 */
	public HostMemory withRate(long rate) {
		return new HostMemory(this.total, rate);
	}

}
