/**
 * Auto-configuration for modules that change while the application runs.
 */
@NullMarked
package dev.wasmspring.autoconfigure.reload;

import org.jspecify.annotations.NullMarked;
