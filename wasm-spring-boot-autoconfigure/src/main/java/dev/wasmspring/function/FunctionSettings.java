package dev.wasmspring.function;

import dev.wasmspring.sandbox.Capabilities;
import dev.wasmspring.sandbox.Limits;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * How a function is to be run and presented. Immutable; lives as long as the function.
 *
 * @param description what the function does, for people
 * @param consumes the content type of the input, or {@code null} if it takes any
 * @param produces the content type of the output, or {@code null} if it is that of the
 * input
 * @param limits what one call may use
 * @param concurrency how many calls may run at once, at least 1
 * @param capabilities what the guest may see beyond its input
 */
public record FunctionSettings(@Nullable String description, @Nullable String consumes, @Nullable String produces,
		Limits limits, int concurrency, Capabilities capabilities) {

	public FunctionSettings {
		if (concurrency < 1) {
			throw new IllegalArgumentException("The concurrency limit must be at least 1, but is " + concurrency);
		}
		requireContentType("consumed", consumes);
		requireContentType("produced", produces);
	}

	private static void requireContentType(String verb, @Nullable String contentType) {
		if (contentType != null) {
			MimeType type = MimeTypeUtils.parseMimeType(contentType);
			if (verb.equals("produced") && !type.isConcrete()) {
				throw new IllegalArgumentException("The produced content type must have no wildcard, but is " + type);
			}
		}
	}

}
