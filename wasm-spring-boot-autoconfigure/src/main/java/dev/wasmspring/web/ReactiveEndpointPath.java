package dev.wasmspring.web;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Where the endpoint is in a WebFlux application, and which requests are its own.
 * Immutable; lives as long as the application, shared by all threads.
 */
public final class ReactiveEndpointPath {

	private final EndpointPath path;

	private ReactiveEndpointPath(EndpointPath path) {
		this.path = path;
	}

	/**
	 * Where the endpoint is.
	 * @param path its path as {@link EndpointPath#normalize} gives it
	 * @param functions tells whether there is a function of a name
	 * @param takesPaths tells whether a function takes paths below its own
	 * @return the path
	 */
	public static ReactiveEndpointPath of(String path, Predicate<String> functions, Predicate<String> takesPaths) {
		return new ReactiveEndpointPath(EndpointPath.of(path, "", functions, takesPaths));
	}

	/**
	 * The path within the application.
	 * @return empty for its root
	 */
	@Override
	public String toString() {
		return this.path.toString();
	}

	/**
	 * Whether a request is the endpoint's.
	 * @param exchange the request
	 * @return {@code false} if it is for something else of the application
	 */
	public boolean isTargetOf(ServerWebExchange exchange) {
		return target(exchange.getRequest()) != null;
	}

	/**
	 * What a request is about.
	 * @return {@code null} if the request is not the endpoint's
	 */
	EndpointPath.@Nullable Target target(ServerHttpRequest request) {
		return this.path.target(path(request));
	}

	/**
	 * The path of a request within the application, decoded, and without parameters.
	 */
	static String path(ServerHttpRequest request) {
		StringBuilder path = new StringBuilder();
		for (PathContainer.Element element : request.getPath().pathWithinApplication().elements()) {
			path.append(
					(element instanceof PathContainer.PathSegment segment) ? segment.valueToMatch() : element.value());
		}
		return path.toString();
	}

}
