/**
 * What Micrometer sees of modules and functions. Start with
 * {@link dev.wasmspring.observation.WasmFunctionObservationConvention}, which
 * applications may replace. Knows functions and Micrometer; knows no Spring Boot.
 */
@NullMarked
package dev.wasmspring.observation;

import org.jspecify.annotations.NullMarked;
