package dev.wasmspring.ai;

import java.time.Duration;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells of each call of a tool, as an event and as an observation. Lives as long as the
 * application context; shared by all threads.
 */
final class ToolAudit {

	static final String OBSERVATION = "wasm.ai.tool";

	private static final String NONE = "none";

	private final ObservationRegistry registry;

	private final ApplicationEventPublisher publisher;

	private final boolean includeCode;

	ToolAudit(ObservationRegistry registry, ApplicationEventPublisher publisher, boolean includeCode) {
		this.registry = registry;
		this.publisher = publisher;
		this.includeCode = includeCode;
	}

	/**
	 * A call begins, within whatever is observed on this thread.
	 * @param tool the function's name, or that of the tool that runs code
	 * @param code the code that runs, or that calls the function; {@code null} for none
	 */
	Run begin(String tool, Caller caller, @Nullable Code code) {
		Observation observation = Observation.createNotStarted(OBSERVATION, this.registry)
			.contextualName(OBSERVATION + " " + tool)
			.lowCardinalityKeyValue("tool", tool)
			.lowCardinalityKeyValue("language", (code != null) ? code.language() : NONE)
			.highCardinalityKeyValue("conversation", (caller.conversation() != null) ? caller.conversation() : NONE)
			.highCardinalityKeyValue("digest", (code != null) ? code.digest() : NONE)
			.start();
		return new Run(tool, caller, code, observation);
	}

	/**
	 * A call of a tool. Lives for the call and is confined to its thread, but for
	 * {@link #in}.
	 */
	final class Run implements AutoCloseable {

		private final String tool;

		private final Caller caller;

		private final @Nullable Code code;

		private final Observation observation;

		private final long start = System.nanoTime();

		/** If nothing is said, somebody threw what is no outcome. */
		private String outcome = "trap";

		private long memory;

		private Run(String tool, Caller caller, @Nullable Code code, Observation observation) {
			this.tool = tool;
			this.caller = caller;
			this.code = code;
			this.observation = observation;
		}

		/**
		 * Does something as a part of what is observed, on whichever thread.
		 */
		<T> T in(Supplier<T> work) {
			Observation.Scope scope = this.observation.openScope();
			try {
				return work.get();
			}
			finally {
				scope.close();
			}
		}

		void ended(String outcome, long memory) {
			this.outcome = outcome;
			this.memory = memory;
		}

		@Override
		public void close() {
			this.observation.lowCardinalityKeyValue("outcome", this.outcome);
			this.observation.stop();
			ToolAudit.this.publisher.publishEvent(new WasmToolEvent(this.tool, this.caller.conversation(),
					this.caller.user(), (this.code != null) ? this.code.digest() : null,
					(this.code != null) ? this.code.language() : null, this.outcome,
					Duration.ofNanos(System.nanoTime() - this.start), this.memory,
					(ToolAudit.this.includeCode && this.code != null) ? this.code.source() : null));
		}

	}

}
