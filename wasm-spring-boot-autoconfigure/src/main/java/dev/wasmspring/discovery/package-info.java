/**
 * Finding modules and naming their functions, before anything is compiled. Start with
 * {@link dev.wasmspring.discovery.FunctionDiscovery}. Knows Spring's resources; knows no
 * beans, no Spring Boot and none of its properties.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.discovery;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
