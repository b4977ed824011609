/**
 * Measures this project beside other ways to run the same functions. Start with
 * {@link dev.wasmspring.benchmarks.BenchmarkRun}.
 */
@NullMarked
package dev.wasmspring.benchmarks;

import org.jspecify.annotations.NullMarked;
