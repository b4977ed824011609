/**
 * Linear memory and tables that are copied when they are written. Knows of a call only
 * that it has checkpoints.
 */
@NullMarked
package dev.wasmspring.sandbox.memory;

import org.jspecify.annotations.NullMarked;
