package dev.wasmspring.versions;

import java.util.function.LongSupplier;

/**
 * How many calls may begin in a second, on average: after a rest as many at once as in a
 * second, and one at least. Lives as long as its tenant; shared by all threads.
 */
final class CallRate {

	private static final double NANOS = 1e9;

	private final double rate;

	private final double most;

	private final LongSupplier nanoTime;

	private double left;

	private long last;

	CallRate(double callsPerSecond, LongSupplier nanoTime) {
		this.rate = callsPerSecond;
		this.most = Math.max(1, callsPerSecond);
		this.nanoTime = nanoTime;
		this.left = this.most;
		this.last = nanoTime.getAsLong();
	}

	/**
	 * Whether a call may begin now, which counts it.
	 */
	synchronized boolean tryBegin() {
		long now = this.nanoTime.getAsLong();
		this.left = Math.min(this.most, this.left + (now - this.last) / NANOS * this.rate);
		this.last = now;
		if (this.left < 1) {
			return false;
		}
		this.left--;
		return true;
	}

}
