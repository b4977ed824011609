package dev.wasmspring.function;

import java.util.Map;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * A request over HTTP as a function sees it that shapes its answer. Immutable; lives for
 * one call. It comes as a header of the function's message, under {@link #HEADER}, where
 * nobody but the endpoint can put one.
 *
 * @param method the method, {@code GET} for {@code HEAD}
 * @param functionPath the path of the function, as it was called
 * @param path what follows it, decoded: empty, or with a slash at its beginning
 * @param query the query as it was sent, {@code null} if there is none
 * @param headers the headers that the function may see, by their names in lower case
 * @param host the host that was asked, without its port
 * @param port the port that was asked
 * @param protocol the protocol, for example {@code HTTP/1.1}
 */
@ApiStatus.Internal
public record FunctionRequest(String method, String functionPath, String path, @Nullable String query,
		Map<String, String> headers, String host, int port, String protocol) {

	/**
	 * The header of a message that has the request.
	 */
	public static final String HEADER = "wasm-http-request";

	public FunctionRequest {
		headers = Map.copyOf(headers);
	}

}
