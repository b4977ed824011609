package dev.wasmspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wasmspring.autoconfigure.WasmProperties.InvalidModules;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.sandbox.module.Module;

/**
 * What discovery found: its only result. Immutable; lives as long as the context that it
 * was made for.
 *
 * @param definitions the functions to register, none of them disabled
 * @param rejected the modules that cannot be used
 * @param modules where all of these were found
 * @param invalidModules what happens when another of them cannot be used
 * @param properties the properties from which all of that was made
 */
record DiscoveredFunctions(List<FunctionDefinition> definitions, List<ModuleRejection> rejected,
		List<ModuleResource> modules, InvalidModules invalidModules, Map<String, Object> properties) {

	/**
	 * The name of the singleton by which the registrar hands its result on.
	 */
	static final String BEAN_NAME = "dev.wasmspring.autoconfigure.discoveredFunctions";

	/**
	 * The same without a module, which is rejected.
	 */
	DiscoveredFunctions rejecting(Module module, ModuleRejection rejection) {
		List<ModuleRejection> all = new ArrayList<>(this.rejected);
		all.add(rejection);
		return new DiscoveredFunctions(
				this.definitions.stream().filter((function) -> function.module() != module).toList(), List.copyOf(all),
				this.modules, this.invalidModules, this.properties);
	}

	/**
	 * Whether a module that cannot be used is left out.
	 */
	boolean skips() {
		return this.invalidModules == InvalidModules.SKIP;
	}

}
