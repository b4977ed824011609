package dev.wasmspring.web;

import dev.wasmspring.function.WasmFunctions;

/**
 * The functions that can be called over HTTP: to the endpoint there are no others.
 * Immutable; lives as long as the application, shared by all threads.
 *
 * @param functions the functions
 */
public record ExposedFunctions(WasmFunctions functions) {

}
