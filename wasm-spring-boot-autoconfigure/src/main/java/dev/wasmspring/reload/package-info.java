/**
 * Keeping the functions in step with files that change while the application runs. Start
 * with {@link dev.wasmspring.reload.ModuleReload}. Knows no Spring Boot and none of its
 * properties.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.reload;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
