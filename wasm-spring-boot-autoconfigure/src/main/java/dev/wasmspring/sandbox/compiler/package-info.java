/**
 * From a module to classes of the JVM, which are kept between starts.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.compiler;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
