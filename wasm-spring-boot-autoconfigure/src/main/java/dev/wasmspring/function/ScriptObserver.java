package dev.wasmspring.function;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Observes the calls of scripts that come at run time, all those of one name together:
 * observers hear of a name once, and there may be any number of scripts. Lives as long as
 * the application context; shared by all threads.
 */
final class ScriptObserver implements FunctionObserver {

	/**
	 * So many names are told apart; names that come later count as one. Meters stay for
	 * ever, and tenants may choose names.
	 */
	static final int MOST_NAMES = 100;

	private final FunctionObserver observer;

	private final String others;

	private final ConcurrentMap<String, Calls> names = new ConcurrentHashMap<>();

	/**
	 * Creates the observer.
	 * @param observer is told of the calls
	 * @param others the name of all that come too late to have one of their own
	 */
	ScriptObserver(FunctionObserver observer, String others) {
		this.observer = observer;
		this.others = others;
	}

	@Override
	public Calls calls(String name, CallStatistics statistics) {
		Calls known = this.names.get(name);
		return (known != null) ? known : unknown(name);
	}

	private synchronized Calls unknown(String name) {
		return this.names.computeIfAbsent((this.names.size() < MOST_NAMES) ? name : this.others, this::observed);
	}

	private Calls observed(String name) {
		CallStatistics all = new CallStatistics();
		Calls calls = this.observer.calls(name, all);
		return (definition) -> new CountedCall(calls.begin(definition), all);
	}

	/**
	 * Counts a call for all scripts of its name. Lives for the call and is confined to
	 * the thread of its caller.
	 */
	private record CountedCall(Call call, CallStatistics all) implements Call {

		@Override
		public Map<String, String> environment() {
			return this.call.environment();
		}

		@Override
		public void sandbox(long coldStart, long memory, long memoryWait) {
			// It is closed by now
			this.all.opened(coldStart);
			this.all.closed();
			this.call.sandbox(coldStart, memory, memoryWait);
		}

		@Override
		public void ended(Outcome outcome, @Nullable Throwable failure) {
			this.all.ended(outcome);
			this.call.ended(outcome, failure);
		}

	}

}
