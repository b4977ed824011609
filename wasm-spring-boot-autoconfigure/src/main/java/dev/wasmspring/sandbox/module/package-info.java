/**
 * Modules as they are found: read, checked and described, before anything is compiled.
 */
@NullMarked
package dev.wasmspring.sandbox.module;

import org.jspecify.annotations.NullMarked;
