/**
 * The one cursor over WebAssembly's binary format. Knows nothing but bytes.
 */
@NullMarked
package dev.wasmspring.sandbox.binary;

import org.jspecify.annotations.NullMarked;
