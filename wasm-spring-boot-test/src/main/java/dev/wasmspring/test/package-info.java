/**
 * Tests of functions: {@link dev.wasmspring.test.WasmFunctionTest a slice} for
 * applications, {@link dev.wasmspring.test.ModuleUnderTest modules without one}, and
 * {@link dev.wasmspring.test.WasmAssertions assertions} for both.
 */
@NullMarked
package dev.wasmspring.test;

import org.jspecify.annotations.NullMarked;
