/**
 * Linear memory and tables that are copied when they are written. Knows of a call only
 * that it has checkpoints.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.memory;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
