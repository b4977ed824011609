/**
 * Functions as tools of models, and code that a model wrote as a call. Start with
 * {@link dev.wasmspring.ai.WasmTools}, which is what a {@code ChatClient} takes. Knows
 * Spring AI; the starter knows nothing of this.
 */
@NullMarked
package dev.wasmspring.ai;

import org.jspecify.annotations.NullMarked;
