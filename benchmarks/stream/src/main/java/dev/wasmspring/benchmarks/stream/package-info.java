/**
 * Measures functions on Kafka beside beans in Java.
 */
@NullMarked
package dev.wasmspring.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
