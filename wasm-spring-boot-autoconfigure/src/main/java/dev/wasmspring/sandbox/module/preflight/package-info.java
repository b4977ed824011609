/**
 * What is checked of a module's bytes before the parser sees them.
 */
@NullMarked
package dev.wasmspring.sandbox.module.preflight;

import org.jspecify.annotations.NullMarked;
