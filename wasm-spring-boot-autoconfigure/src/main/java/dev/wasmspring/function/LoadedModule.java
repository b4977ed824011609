package dev.wasmspring.function;

import java.util.List;

import org.jetbrains.annotations.ApiStatus;

/**
 * A module that is loaded and whose functions are not in service yet. Made by
 * {@link WasmFunctions#load} and used up by {@link WasmFunctions#serve}; immutable.
 */
@ApiStatus.Internal
public final class LoadedModule {

	private final List<FunctionDefinition> functions;

	private final LoadableModule module;

	LoadedModule(List<FunctionDefinition> functions, LoadableModule module) {
		this.functions = List.copyOf(functions);
		this.module = module;
	}

	/**
	 * The functions that the module gives.
	 * @return at least one
	 */
	public List<FunctionDefinition> functions() {
		return this.functions;
	}

	LoadableModule module() {
		return this.module;
	}

}
