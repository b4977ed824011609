package dev.wasmspring.function;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.schema.FunctionSchemas;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * A function before its module is compiled: what will be called, and how. Immutable.
 *
 * @param name the function's name, which is also its bean's name
 * @param module the module that it comes from
 * @param export the export that it calls
 * @param settings how it is to be run and presented
 * @param schemas what it takes and answers with, as far as it says so
 */
public record FunctionDefinition(String name, @ApiStatus.Internal Module module, @ApiStatus.Internal Export export,
		@ApiStatus.Internal FunctionSettings settings, @ApiStatus.Internal FunctionSchemas schemas) {

	/**
	 * A function that brings no schemas.
	 * @param name the function's name
	 * @param module the module that it comes from
	 * @param export the export that it calls
	 * @param settings how it is to be run and presented
	 */
	@ApiStatus.Internal
	public FunctionDefinition(String name, Module module, Export export, FunctionSettings settings) {
		this(name, module, export, settings, FunctionSchemas.NONE);
	}

	/**
	 * Whether the function is a script, which tells from the content type of its input
	 * what it is given, and whose output has the content type of what it returns.
	 */
	public boolean isScript() {
		return this.export.kind() == Kind.SCRIPT;
	}

	/**
	 * The content type of the output: as set, and JSON for numbers.
	 * @return {@code null} if it is that of the input, or what a script returns
	 */
	public @Nullable String produces() {
		String produces = this.settings.produces();
		return (produces == null && this.export.kind() == Kind.NUMERIC) ? "application/json" : produces;
	}

}
