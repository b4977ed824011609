package dev.wasmspring.sandbox.module;

import com.dylibso.chicory.wasm.WasmModule;

/**
 * The bytes of a module together with their outline. Lives while the module is loaded and
 * is confined to the thread that loads it: afterwards neither is kept.
 *
 * @param bytes what is compiled
 * @param outline the same without the code of its functions: what is instantiated
 */
public record ModuleBinary(Module module, byte[] bytes, WasmModule outline) {

	/**
	 * Reads a module once more.
	 * @throws ModuleException if it cannot be read, or if it is another one by now
	 */
	public static ModuleBinary read(Module module) {
		byte[] bytes = module.binary();
		return new ModuleBinary(module, bytes, Outline.parse(bytes));
	}

}
