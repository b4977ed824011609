/**
 * What is checked of a module's bytes before the parser sees them.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.module.preflight;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
