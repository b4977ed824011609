package dev.wasmspring.sandbox.compiler;

import com.dylibso.chicory.wasm.WasmModule;

/**
 * What comes of compiling a module. Immutable; lives while the module is loaded and is
 * confined to the thread that loads it.
 *
 * @param compiled the module's classes
 * @param outline what the classes were compiled from, without the code of its functions:
 * what is instantiated
 */
public record Compilation(CompiledModule compiled, WasmModule outline) {

}
