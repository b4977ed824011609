package dev.wasmspring.web;

import java.util.List;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;

/**
 * The functions that can be called over HTTP: to the endpoint, its description and the
 * page there are no others. Immutable; lives as long as the application, shared by all
 * threads.
 *
 * @param functions the functions
 */
public record ExposedFunctions(WasmFunctions functions) {

	/**
	 * Their definitions, as they are in service.
	 * @return the definitions, sorted by name
	 */
	List<FunctionDefinition> definitions() {
		return this.functions.definitions();
	}

}
