/**
 * What operators see of modules and functions through Spring Boot's actuator. Start with
 * {@link dev.wasmspring.actuate.WasmEndpoint}.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.actuate;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
