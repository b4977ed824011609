/**
 * Beans for functions: one for each, with a name that nothing else has. Start with
 * {@link dev.wasmspring.registration.FunctionBeans}. Knows Spring's beans; knows no
 * Spring Boot.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.registration;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
