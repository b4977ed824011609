/**
 * What operators see of modules and functions through Spring Boot's actuator. Start with
 * {@link dev.wasmspring.actuate.WasmEndpoint}.
 */
@NullMarked
package dev.wasmspring.actuate;

import org.jspecify.annotations.NullMarked;
