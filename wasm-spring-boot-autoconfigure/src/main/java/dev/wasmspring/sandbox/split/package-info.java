/**
 * Splits functions that would become methods too large for the JVM's compilers: a module
 * goes in, and a module comes out that does the same. Knows nothing of the rest of the
 * engine. Start with {@link dev.wasmspring.sandbox.split.FunctionSplitter}.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.split;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
