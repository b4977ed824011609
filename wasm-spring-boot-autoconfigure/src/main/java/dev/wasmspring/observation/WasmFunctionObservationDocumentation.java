package dev.wasmspring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
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

		@Override
		public Observation.Event[] getEvents() {
			return new Observation.Event[] { LOADED };
		}

	};

	/**
	 * The call had to wait for its module to be loaded.
	 */
	static final Observation.Event LOADED = Observation.Event.of("wasm.module.loaded");

}
