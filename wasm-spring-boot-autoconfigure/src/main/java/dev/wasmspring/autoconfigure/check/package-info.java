/**
 * The check of all functions instead of a start, for builds and images:
 * {@code java -jar app.jar --wasm.check}.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.autoconfigure.check;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
