/**
 * Functions made of modules. Start with {@link dev.wasmspring.function.WasmFunctions},
 * which holds them, and {@link dev.wasmspring.function.WasmFunction}, the bean. Knows the
 * sandbox and Spring's messaging; knows no Spring Boot.
 */
@NullMarked
package dev.wasmspring.function;

import org.jspecify.annotations.NullMarked;
