package dev.wasmspring.sandbox;

import java.time.Duration;

/**
 * Deadlines of which no watchdog knows. Stateless.
 */
final class TestDeadlines {

	private TestDeadlines() {
	}

	/**
	 * A deadline that nobody watches, for the current thread.
	 */
	static Deadline unwatched(Duration timeout) {
		return unwatched(Thread.currentThread(), timeout.toNanos());
	}

	/**
	 * A deadline that nobody watches.
	 */
	static Deadline unwatched(Thread thread, long timeoutNanos) {
		return new Deadline((closed) -> {
		}, thread, timeoutNanos);
	}

}
