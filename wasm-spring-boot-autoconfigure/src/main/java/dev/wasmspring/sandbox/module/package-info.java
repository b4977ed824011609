/**
 * Modules as they are found: read, checked and described, before anything is compiled.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.module;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
