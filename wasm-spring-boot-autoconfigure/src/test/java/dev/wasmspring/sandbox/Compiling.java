package dev.wasmspring.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * Compiles modules as an engine does, without making a template of them.
 */
final class Compiling {

	private Compiling() {
	}

	static CompiledModule compile(Module module, @Nullable CompilationCache cache) {
		return CompiledModule.compile(ModuleBinary.read(module), cache);
	}

}
