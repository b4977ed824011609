/**
 * From a module to classes of the JVM, which are kept between starts.
 */
@NullMarked
package dev.wasmspring.sandbox.compiler;

import org.jspecify.annotations.NullMarked;
