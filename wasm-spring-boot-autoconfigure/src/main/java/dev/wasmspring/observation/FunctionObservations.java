package dev.wasmspring.observation;

import java.util.Map;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The observer that makes an observation of each call. Lives as long as the application
 * context and is shared by all threads.
 */
@ApiStatus.Internal
public final class FunctionObservations implements FunctionObserver {

	private static final WasmFunctionObservationConvention DEFAULT = new DefaultWasmFunctionObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable WasmFunctionObservationConvention convention;

	/**
	 * Observes calls.
	 * @param registry where handlers are
	 * @param convention names and tags, or {@code null} for those of the registry or else
	 * the default
	 */
	public FunctionObservations(ObservationRegistry registry, @Nullable WasmFunctionObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		return (definition) -> begin(function, definition);
	}

	private Call begin(String function, @Nullable FunctionDefinition definition) {
		if (this.registry.isNoop()) {
			return Call.UNOBSERVED;
		}
		WasmFunctionObservationContext context = new WasmFunctionObservationContext(function, definition);
		Map<String, String> environment = TraceEnvironment.create();
		context.setCarrier(environment);
		Observation observation = WasmFunctionObservationDocumentation.CALL
			.observation(this.convention, DEFAULT, () -> context, this.registry)
			.start();
		return new ObservedCall(context, environment, observation, observation.openScope());
	}

	/**
	 * One call and its observation. Lives for the call and is confined to the thread of
	 * its caller, where the scope is.
	 */
	private record ObservedCall(WasmFunctionObservationContext context, Map<String, String> environment,
			Observation observation, Observation.Scope scope) implements Call {

		@Override
		public void sandbox(long coldStart, boolean load, long memory, long memoryWait) {
			if (load) {
				this.observation.event(WasmFunctionObservationDocumentation.LOADED);
			}
		}

		@Override
		public void ended(Outcome outcome, @Nullable Throwable failure) {
			this.context.outcome(outcome);
			if (failure != null) {
				this.observation.error(failure);
			}
			this.scope.close();
			this.observation.stop();
		}

	}

}
