package dev.wasmspring.observation;

import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and tags of the observation of a call. A bean of this type takes the place of
 * {@link DefaultWasmFunctionObservationConvention}; lives as long as the application
 * context and is shared by all threads.
 */
public interface WasmFunctionObservationConvention extends ObservationConvention<WasmFunctionObservationContext> {

	@Override
	default boolean supportsContext(Context context) {
		return context instanceof WasmFunctionObservationContext;
	}

}
