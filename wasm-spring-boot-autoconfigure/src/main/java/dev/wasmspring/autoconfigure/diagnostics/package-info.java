/**
 * Failure analyzers: what a start that fails tells the owner of the application.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.autoconfigure.diagnostics;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
