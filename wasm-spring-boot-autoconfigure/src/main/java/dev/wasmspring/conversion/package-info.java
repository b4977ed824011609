/**
 * Between types of Java and the bytes that functions take and give. Start with
 * {@link dev.wasmspring.conversion.FunctionConversion}. Knows Jackson and Spring's
 * messaging; knows no Spring Boot.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.conversion;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
