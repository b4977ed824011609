/**
 * An application whose functions work on messages.
 */
@NullMarked
package dev.wasmspring.sample.stream;

import org.jspecify.annotations.NullMarked;
