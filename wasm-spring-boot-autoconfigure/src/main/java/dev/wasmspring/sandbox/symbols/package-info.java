/**
 * What the functions of a guest are called and where they stand in its source.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.symbols;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
