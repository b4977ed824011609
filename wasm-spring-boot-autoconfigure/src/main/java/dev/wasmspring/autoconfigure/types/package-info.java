/**
 * Auto-configuration for the types of functions.
 */
@NullMarked
package dev.wasmspring.autoconfigure.types;

import org.jspecify.annotations.NullMarked;
