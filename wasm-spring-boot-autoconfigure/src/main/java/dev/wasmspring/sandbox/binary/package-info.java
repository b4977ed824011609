/**
 * The one cursor over WebAssembly's binary format. Knows nothing but bytes.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.binary;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
