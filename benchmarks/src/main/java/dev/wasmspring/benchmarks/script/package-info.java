/**
 * Programs that measure scripts, one language in a JVM of its own. Start with
 * {@link dev.wasmspring.benchmarks.script.Script}.
 */
@NullMarked
package dev.wasmspring.benchmarks.script;

import org.jspecify.annotations.NullMarked;
