package dev.wasmspring.sandbox.compiler;

import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleBinary;
import org.jspecify.annotations.Nullable;

/**
 * Compiles modules as an engine does, without making a template of them.
 */
public final class Compiling {

	private Compiling() {
	}

	public static CompiledModule compile(Module module, @Nullable CompilationCache cache) {
		return CompiledModule.compile(ModuleBinary.read(module), cache);
	}

}
