/**
 * What a call may use, and how it ends when it wants more: time, memory, outcomes. Knows
 * nothing of WebAssembly.
 */
@NullMarked
package dev.wasmspring.sandbox.limit;

import org.jspecify.annotations.NullMarked;
