package dev.wasmspring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of functions.
 */
public enum WasmFunctionObservationDocumentation implements ObservationDocumentation {

	/**
	 * A call of a function, from the moment it was called to its outcome, a wait for its
	 * turn included.
	 */
	CALL {

		@Override
		public String getName() {
			return "wasm.function";
		}

		@Override
		public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
			return DefaultWasmFunctionObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return WasmFunctionKeyName.values();
		}

	}

}
