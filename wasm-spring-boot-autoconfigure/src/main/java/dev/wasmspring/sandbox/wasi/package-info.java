/**
 * What a guest may ask of the host: the functions of WASI preview 1, files, streams and
 * clocks, for one call each.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.wasi;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
