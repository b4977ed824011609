/**
 * Auto-configuration for what operators see through the actuator.
 */
@NullMarked
package dev.wasmspring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
