/**
 * The engine: from a module's bytes to a sandbox for one call. Start with
 * {@link dev.wasmspring.sandbox.Engine}, the only door. This package and those below it
 * are the only ones that know Chicory; they know no Spring.
 *
 * <pre>
 * bytes -&gt; Module -&gt; CompiledModule -&gt; Template     once
 * input -&gt; Sandbox(Template) -&gt; output | Outcome    every call
 * </pre>
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.sandbox;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
