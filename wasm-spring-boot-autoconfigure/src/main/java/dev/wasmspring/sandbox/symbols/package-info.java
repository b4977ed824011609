/**
 * What the functions of a guest are called and where they stand in its source.
 */
@NullMarked
package dev.wasmspring.sandbox.symbols;

import org.jspecify.annotations.NullMarked;
