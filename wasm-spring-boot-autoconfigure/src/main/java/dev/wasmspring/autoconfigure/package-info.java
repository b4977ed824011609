/**
 * Auto-configuration for WebAssembly functions.
 */
@NullMarked
package dev.wasmspring.autoconfigure;

import org.jspecify.annotations.NullMarked;
