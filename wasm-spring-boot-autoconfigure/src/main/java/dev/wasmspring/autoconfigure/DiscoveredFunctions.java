package dev.wasmspring.autoconfigure;

import java.util.List;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.RejectedModule;

/**
 * What discovery found: its only result. Immutable; lives as long as the context that it
 * was made for.
 *
 * @param definitions the functions to register, none of them disabled
 * @param rejected the modules that cannot be used
 * @param modules where all of these were found
 */
record DiscoveredFunctions(List<FunctionDefinition> definitions, List<RejectedModule> rejected,
		List<ModuleResource> modules) {

	/**
	 * The name of the singleton by which the registrar hands its result on.
	 */
	static final String BEAN_NAME = "dev.wasmspring.autoconfigure.discoveredFunctions";

}
