/**
 * Scripts as functions: languages, the runtimes that they run in, and what becomes of
 * scripts before and after they are called. Knows the sandbox, and no Spring.
 */
@NullMarked
package dev.wasmspring.script;

import org.jspecify.annotations.NullMarked;
