package dev.wasmspring.web;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The last calls of each function, whichever way they came, for the page that shows them.
 * A singleton, shared by all threads.
 */
public final class PlaygroundCalls implements FunctionObserver {

	/** As many as the chart has room for. */
	static final int REMEMBERED = 50;

	private final Map<String, Deque<Ended>> recent = new ConcurrentHashMap<>();

	private final ThreadLocal<Followed> followed = new ThreadLocal<>();

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		Deque<Ended> calls = this.recent.computeIfAbsent(function, (name) -> new ArrayDeque<>());
		return (definition) -> begin(calls, definition);
	}

	private Call begin(Deque<Ended> calls, @Nullable FunctionDefinition definition) {
		long start = System.nanoTime();
		return new Call() {

			private @Nullable Double coldStart;

			@Override
			public void sandbox(long coldStart, long memory, long memoryWait) {
				this.coldStart = millis(coldStart);
			}

			@Override
			public void ended(Outcome outcome, @Nullable Throwable failure) {
				Ended ended = new Ended(System.currentTimeMillis(), outcome, millis(System.nanoTime() - start),
						this.coldStart);
				synchronized (calls) {
					if (calls.size() == REMEMBERED) {
						calls.removeFirst();
					}
					calls.addLast(ended);
				}
				Followed current = PlaygroundCalls.this.followed.get();
				if (current != null) {
					current.call = ended;
				}
			}

		};
	}

	/**
	 * The last calls of a function.
	 * @return those that ended, the latest at the end
	 */
	List<Ended> recent(String function) {
		Deque<Ended> calls = this.recent.get(function);
		if (calls == null) {
			return List.of();
		}
		synchronized (calls) {
			return List.copyOf(calls);
		}
	}

	/**
	 * Follows the calls that begin on this thread, until {@link #unfollow}.
	 */
	Followed follow() {
		Followed begun = new Followed();
		this.followed.set(begun);
		return begun;
	}

	void unfollow() {
		this.followed.remove();
	}

	private static double millis(long nanos) {
		return Math.round(nanos / 1_000.0) / 1_000.0;
	}

	/**
	 * A call that ended. Immutable.
	 *
	 * @param at when, in milliseconds since 1970
	 * @param outcome how
	 * @param millis how long it took
	 * @param coldStartMillis after which time it had its sandbox; {@code null} if it had
	 * none
	 */
	record Ended(long at, Outcome outcome, double millis, @Nullable Double coldStartMillis) {

	}

	/**
	 * What becomes of the call that a request makes. Confined to its thread.
	 */
	static final class Followed {

		@Nullable Ended call;

	}

}
