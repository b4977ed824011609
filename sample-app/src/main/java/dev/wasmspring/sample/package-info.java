/**
 * An order-pricing application. Its rules are WebAssembly modules in
 * {@code src/main/resources/wasm}, written in Rust and C (see {@code guests}); Java puts
 * them together.
 */
@NullMarked
package dev.wasmspring.sample;

import org.jspecify.annotations.NullMarked;
