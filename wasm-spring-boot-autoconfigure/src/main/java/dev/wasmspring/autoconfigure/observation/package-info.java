/**
 * Auto-configuration for meters and observations.
 */
@NullMarked
package dev.wasmspring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
