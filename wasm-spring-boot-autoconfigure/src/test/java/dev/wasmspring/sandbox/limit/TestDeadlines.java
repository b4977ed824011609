package dev.wasmspring.sandbox.limit;

import java.time.Duration;

/**
 * Deadlines of which no watchdog knows. Stateless.
 */
public final class TestDeadlines {

	private TestDeadlines() {
	}

	/**
	 * A deadline that nobody watches, for the current thread.
	 */
	public static Deadline unwatched(Duration timeout) {
		return unwatched(Thread.currentThread(), timeout.toNanos());
	}

	/**
	 * A deadline that nobody watches.
	 */
	public static Deadline unwatched(Thread thread, long timeoutNanos) {
		return new Deadline((closed) -> {
		}, thread, timeoutNanos);
	}

}
