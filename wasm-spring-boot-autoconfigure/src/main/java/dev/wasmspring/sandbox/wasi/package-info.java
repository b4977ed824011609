/**
 * What a guest may ask of the host: the functions of WASI preview 1, files, streams and
 * clocks, for one call each.
 */
@NullMarked
package dev.wasmspring.sandbox.wasi;

import org.jspecify.annotations.NullMarked;
