package dev.wasmspring.autoconfigure;

import java.util.List;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;

/**
 * A function-to-be that has its name and not yet its settings. Immutable; lives as long
 * as discovery.
 *
 * @param name the name that the function will have
 * @param module the module
 * @param export one of the module's callable exports
 */
record NamedExport(String name, Module module, Export export) {

	/**
	 * Names the functions of a module.
	 * @throws ModuleException if an export's name cannot be part of a function's
	 */
	static List<NamedExport> of(Module module) {
		return module.exports()
			.stream()
			.map((export) -> new NamedExport(FunctionNames.of(module, export), module, export))
			.toList();
	}

	@Override
	public String toString() {
		return "export '" + this.export.name() + "' of " + this.module;
	}

}
