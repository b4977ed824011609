package dev.wasmspring.function;

import org.jspecify.annotations.Nullable;

/**
 * What a function gave that shapes its answer over HTTP. Lives for one call.
 *
 * @param body the body
 * @param contentType its content type, {@code null} if the function did not say
 * @param answer status and headers
 */
record ShapedOutput(byte[] body, @Nullable String contentType, FunctionAnswer answer) {
}
