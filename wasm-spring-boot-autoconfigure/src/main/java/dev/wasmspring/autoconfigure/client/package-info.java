/**
 * Auto-configuration for interfaces whose methods are functions.
 */
@NullMarked
package dev.wasmspring.autoconfigure.client;

import org.jspecify.annotations.NullMarked;
