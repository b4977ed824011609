package dev.wasmspring.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.sandbox.module.Module;

/**
 * What discovery found: its only result. Immutable; lives as long as the context that it
 * was made for.
 *
 * @param definitions the functions to register, none of them disabled
 * @param rejections why the modules that cannot be used cannot
 * @param modules where all of these were found
 * @param skipsInvalid whether another of them is left out if it cannot be used
 * @param settings what all of that was made from
 */
public record DiscoveredFunctions(List<FunctionDefinition> definitions, List<ModuleRejection> rejections,
		List<ModuleResource> modules, boolean skipsInvalid, Map<String, Object> settings) {

	/**
	 * The name of the singleton by which the result is handed on to the beans.
	 */
	public static final String BEAN_NAME = "dev.wasmspring.discovery.discoveredFunctions";

	/**
	 * The same without a module, which is rejected.
	 * @param module the module
	 * @param rejection why it cannot be used
	 * @return another result
	 */
	public DiscoveredFunctions rejecting(Module module, ModuleRejection rejection) {
		List<ModuleRejection> all = new ArrayList<>(this.rejections);
		all.add(rejection);
		return new DiscoveredFunctions(
				this.definitions.stream().filter((function) -> function.module() != module).toList(), List.copyOf(all),
				this.modules, this.skipsInvalid, this.settings);
	}

}
