/**
 * An application that serves WebAssembly modules as functions, and an order-pricing shop
 * that uses them. The shop's rules are modules in {@code src/main/resources/wasm},
 * written in Rust and C (see {@code guests}); Java puts them together.
 */
@NullMarked
package dev.wasmspring.sample;

import org.jspecify.annotations.NullMarked;
