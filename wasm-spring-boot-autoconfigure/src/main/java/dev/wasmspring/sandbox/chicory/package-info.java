/**
 * The one room for what we know of the engine's insides, and for the words of its
 * failures. Knows Chicory and nothing of this project.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox.chicory;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
