package dev.wasmspring.sandbox.compiler;

import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;

/**
 * Compiles modules as an engine does, without making a template of them.
 */
public final class Compiling {

	private Compiling() {
	}

	public static CompiledModule compile(Module module, @Nullable CompilationCache cache) {
		return compile(module, cache, Splitting.NONE);
	}

	static CompiledModule compile(Module module, @Nullable CompilationCache cache, Splitting splitting) {
		return Compilation.of(module, splitting, cache).compiled();
	}

}
