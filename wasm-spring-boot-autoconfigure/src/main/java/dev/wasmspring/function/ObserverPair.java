package dev.wasmspring.function;

import java.util.HashMap;
import java.util.Map;

import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Two observers as one. Lives as they do, and is shared by all threads.
 *
 * @param outer hears first that a call begins, and last that it ends
 * @param inner hears last that a call begins, and first that it ends
 */
record ObserverPair(FunctionObserver outer, FunctionObserver inner) implements FunctionObserver {

	@Override
	public void loaded(Template template) {
		this.outer.loaded(template);
		this.inner.loaded(template);
	}

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		Calls outerCalls = this.outer.calls(function, statistics);
		Calls innerCalls = this.inner.calls(function, statistics);
		return (definition) -> {
			Call outerCall = outerCalls.begin(definition);
			return new CallPair(outerCall, innerCalls.begin(definition));
		};
	}

	/**
	 * Two observers of one call. Lives for the call.
	 */
	private record CallPair(Call outer, Call inner) implements Call {

		@Override
		public Map<String, String> environment() {
			Map<String, String> first = this.outer.environment();
			Map<String, String> second = this.inner.environment();
			if (second.isEmpty()) {
				return first;
			}
			Map<String, String> both = new HashMap<>(first);
			both.putAll(second);
			return both;
		}

		@Override
		public void sandbox(long coldStart, boolean load, long memory, long memoryWait) {
			this.inner.sandbox(coldStart, load, memory, memoryWait);
			this.outer.sandbox(coldStart, load, memory, memoryWait);
		}

		@Override
		public Map<String, Object> headers() {
			Map<String, Object> first = this.outer.headers();
			Map<String, Object> second = this.inner.headers();
			if (second.isEmpty()) {
				return first;
			}
			Map<String, Object> both = new HashMap<>(first);
			both.putAll(second);
			return both;
		}

		@Override
		public void ended(Outcome outcome, @Nullable Throwable failure) {
			try {
				this.inner.ended(outcome, failure);
			}
			finally {
				this.outer.ended(outcome, failure);
			}
		}

	}

}
