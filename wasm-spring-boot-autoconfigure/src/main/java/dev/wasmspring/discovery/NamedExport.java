package dev.wasmspring.discovery;

import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A function-to-be that has its name and not yet its settings. Immutable; lives as long
 * as discovery.
 *
 * @param name the name that the function will have
 * @param module the module
 * @param export one of the module's callable exports
 */
public record NamedExport(String name, Module module, Export export) {

	private static final Log logger = LogFactory.getLog(NamedExport.class);

	/**
	 * Names the functions of a module. An export whose name cannot be part of a
	 * function's is left out, which the log says, unless there is no other.
	 * @throws ModuleException if no export's name can be part of a function's
	 */
	public static List<NamedExport> of(Module module) {
		List<Export> nameable = module.exports()
			.stream()
			.filter((export) -> FunctionNames.isNameable(module, export))
			.toList();
		if (nameable.size() < module.exports().size() && !nameable.isEmpty()) {
			List<Export> others = new ArrayList<>(module.exports());
			others.removeAll(nameable);
			logger.warn("Left out of the " + module + ": " + FunctionNames.list(others)
					+ ", which cannot be part of a function's name. " + FunctionNames.RULE);
		}
		return (nameable.isEmpty() ? module.exports() : nameable).stream()
			.map((export) -> new NamedExport(FunctionNames.of(module, export), module, export))
			.toList();
	}

	@Override
	public String toString() {
		return "export '" + this.export.name() + "' of " + this.module;
	}

}
