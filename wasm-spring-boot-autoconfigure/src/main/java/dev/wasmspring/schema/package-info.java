/**
 * The JSON Schemas of functions: what they say of inputs and outputs, and the check of
 * inputs before a sandbox exists. Knows the validator, and no WebAssembly.
 */
@NullMarked
package dev.wasmspring.schema;

import org.jspecify.annotations.NullMarked;
