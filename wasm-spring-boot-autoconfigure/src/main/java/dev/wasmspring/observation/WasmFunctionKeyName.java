package dev.wasmspring.observation;

import java.util.Locale;

import io.micrometer.common.docs.KeyName;

/**
 * The keys by which calls are told apart, all of them with few values. They stand outside
 * of the documentation of the observation, since that refers to the convention, and the
 * convention uses them.
 */
public enum WasmFunctionKeyName implements KeyName {

	/**
	 * The name of the function.
	 */
	FUNCTION,

	/**
	 * How the call ended: one of the words of
	 * {@link dev.wasmspring.sandbox.limit.Outcome}.
	 */
	OUTCOME;

	@Override
	public String asString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
