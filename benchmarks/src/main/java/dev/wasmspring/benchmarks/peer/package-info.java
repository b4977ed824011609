/**
 * The ways to run a function that are compared, one class each. Start with
 * {@link dev.wasmspring.benchmarks.peer.Peers}.
 */
@NullMarked
package dev.wasmspring.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
