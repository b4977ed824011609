package dev.wasmspring.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.common.KeyValues;

/**
 * The names and tags of calls unless an application has its own: each has the tags of its
 * function and its outcome. Lives as long as the application context and is shared by all
 * threads.
 */
public class DefaultWasmFunctionObservationConvention implements WasmFunctionObservationConvention {

	/**
	 * By function and outcome: as many as there are functions, and an outcome is one of a
	 * few.
	 */
	private final Map<String, KeyValues[]> keyValues = new ConcurrentHashMap<>();

	/**
	 * Creates the convention.
	 */
	public DefaultWasmFunctionObservationConvention() {
	}

	@Override
	public String getName() {
		return "wasm.function";
	}

	@Override
	public String getContextualName(WasmFunctionObservationContext context) {
		return "wasm " + context.function();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(WasmFunctionObservationContext context) {
		Outcome outcome = context.outcome();
		if (outcome == null) {
			return KeyValues.empty();
		}
		return this.keyValues.computeIfAbsent(context.function(),
				DefaultWasmFunctionObservationConvention::ofFunction)[outcome.ordinal()];
	}

	private static KeyValues[] ofFunction(String function) {
		Outcome[] outcomes = Outcome.values();
		KeyValues[] keyValues = new KeyValues[outcomes.length];
		for (Outcome outcome : outcomes) {
			keyValues[outcome.ordinal()] = KeyValues.of(WasmFunctionKeyName.FUNCTION.withValue(function),
					WasmFunctionKeyName.OUTCOME.withValue(outcome.toString()));
		}
		return keyValues;
	}

}
