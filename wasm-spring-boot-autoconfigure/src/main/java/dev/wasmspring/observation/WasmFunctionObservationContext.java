package dev.wasmspring.observation;

import java.util.Map;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * What conventions and handlers know of one call. Lives for the call and is confined to
 * the thread of its caller. It knows nothing of input and output.
 * <p>
 * To tracing, a call is something that is sent: what the tracer's propagation writes into
 * the carrier is how the guest learns of the trace.
 */
public final class WasmFunctionObservationContext extends SenderContext<Map<String, String>> {

	private final String function;

	private final @Nullable FunctionDefinition definition;

	private @Nullable Outcome outcome;

	/** As the meter registry's clock counts, in nanoseconds. */
	private long start;

	/**
	 * Creates the context of a call that begins.
	 * @param function the name of the function
	 * @param definition what is called, or {@code null} if the function's module was
	 * removed
	 */
	public WasmFunctionObservationContext(String function, @Nullable FunctionDefinition definition) {
		super(TraceEnvironment::set, Kind.CLIENT);
		this.function = function;
		this.definition = definition;
	}

	/**
	 * The name of the function.
	 * @return one of the names of the application's functions
	 */
	public String function() {
		return this.function;
	}

	/**
	 * What is called, and how.
	 * @return {@code null} if the function's module was removed
	 */
	public @Nullable FunctionDefinition definition() {
		return this.definition;
	}

	/**
	 * How the call ended.
	 * @return {@code null} while it runs
	 */
	public @Nullable Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Notes how the call ended.
	 * @param outcome how
	 */
	public void outcome(Outcome outcome) {
		this.outcome = outcome;
	}

	long start() {
		return this.start;
	}

	void start(long start) {
		this.start = start;
	}

}
