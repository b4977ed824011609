package dev.wasmspring.function;

import java.util.List;
import java.util.Map;

import org.jetbrains.annotations.ApiStatus;

/**
 * How a function wants its answer over HTTP to look. Immutable; lives for one answer. It
 * is a header of the message that the function returns, under {@link #HEADER}; the body
 * is the message's payload, and the content type the message's as well.
 *
 * @param status a status that ends a request
 * @param headers headers that a function may set, by their names in lower case
 */
@ApiStatus.Internal
public record FunctionAnswer(int status, Map<String, List<String>> headers) {

	/**
	 * The header of a message that has the answer.
	 */
	public static final String HEADER = "wasm-http-answer";

	public FunctionAnswer {
		headers = Map.copyOf(headers);
	}

}
