package dev.wasmspring.discovery;

import java.util.List;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.module.Module;

/**
 * A module that was found while the application runs, and its functions. Immutable; lives
 * until it is in service, or rejected.
 *
 * @param module the module, parsed and not compiled
 * @param functions its functions, none of them disabled; possibly none at all
 */
public record DiscoveredModule(Module module, List<FunctionDefinition> functions) {

}
