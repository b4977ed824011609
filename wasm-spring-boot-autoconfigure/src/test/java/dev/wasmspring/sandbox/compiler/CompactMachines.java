package dev.wasmspring.sandbox.compiler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.module.preflight.Preflight;

/**
 * Makes machines of modules that were parsed already, with the compact code that
 * applications get. Their instances need a linear memory of ours. Stateless.
 */
public final class CompactMachines {

	private CompactMachines() {
	}

	/** The classes as the compiler hands them out. */
	static byte[] jar(WasmModule module) {
		Captured captured = new Captured();
		MachineFactoryCompiler.builder(module)
			.withInterpreterFallback(InterpreterFallback.FAIL)
			.withMaxFunctionsPerClass(Preflight.FUNCTIONS_PER_CLASS)
			.withCache(captured)
			.compile();
		return captured.jar;
	}

	public static Function<Instance, Machine> of(WasmModule module) {
		try {
			byte[] compact = CompactCode.of(jar(module), CompactCode.hasGlobalsBesideMemory(module));
			return ModuleClasses.load(ModuleClasses.pack(compact, new byte[0])).machines();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Captured implements Cache {

		private byte[] jar = {};

		@Override
		public byte[] get(String digest) {
			return null;
		}

		@Override
		public void putIfAbsent(String digest, byte[] compiled) {
			this.jar = compiled;
		}

	}

}
