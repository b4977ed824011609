package dev.wasmspring.web;

import java.util.List;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;

/**
 * The functions that can be reached over HTTP: the one place that says which these are. A
 * singleton, shared by all threads.
 */
public final class ExposedFunctions {

	private final WasmFunctions functions;

	/**
	 * Exposes functions.
	 * @param functions all functions
	 */
	public ExposedFunctions(WasmFunctions functions) {
		this.functions = functions;
	}

	/**
	 * Their definitions, as they are in service.
	 * @return the definitions, sorted by name
	 */
	List<FunctionDefinition> definitions() {
		return this.functions.definitions();
	}

}
