package dev.wasmspring.web;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

/**
 * Where the endpoint is, and which requests are its own. Immutable; lives as long as the
 * application, shared by all threads.
 * <p>
 * At the root of the application only the paths of functions are its own: everything else
 * there is the application's.
 */
public final class EndpointPath {

	private static final Pattern UNUSABLE = Pattern.compile("[{}*?#;%\\\\\\p{Cntrl}\\s]");

	private static final Pattern PATH_PARAMETERS = Pattern.compile(";[^/]*");

	private final boolean root;

	/** Within the context; empty for its root. */
	private final String path;

	private final Predicate<String> functions;

	/** Tells whether a function takes paths below its own. */
	private final Predicate<String> takesPaths;

	private EndpointPath(boolean root, String path, Predicate<String> functions, Predicate<String> takesPaths) {
		this.root = root;
		this.path = path;
		this.functions = functions;
		this.takesPaths = takesPaths;
	}

	/**
	 * Where the endpoint is.
	 * @param path its path as {@link #normalize} gives it
	 * @param servletPrefix the path of the servlet that serves it, empty for the root
	 * @param functions tells whether there is a function of a name
	 * @param takesPaths tells whether a function takes paths below its own
	 * @return the path
	 */
	public static EndpointPath of(String path, String servletPrefix, Predicate<String> functions,
			Predicate<String> takesPaths) {
		return new EndpointPath(path.isEmpty(), servletPrefix + path, functions, takesPaths);
	}

	/**
	 * Brings a path into its one normal form.
	 * @param path with or without slashes at its ends
	 * @return with a slash at its beginning and none at its end; empty for the root
	 * @throws IllegalArgumentException if it cannot be a path, with the reason
	 */
	public static String normalize(String path) {
		String normal = Arrays.stream(path.strip().split("/"))
			.filter((segment) -> !segment.isEmpty())
			.map((segment) -> "/" + segment)
			.collect(Collectors.joining());
		if (UNUSABLE.matcher(normal).find()) {
			throw new IllegalArgumentException("it is a path and no pattern: letters, digits, '-', '_', '.' and '/'");
		}
		if ((normal + "/").contains("/../") || (normal + "/").contains("/./")) {
			throw new IllegalArgumentException("'.' and '..' are no names in a path");
		}
		return normal;
	}

	/**
	 * The URL pattern of all requests of the endpoint.
	 * @return a pattern of the servlet container
	 */
	public String urlPattern() {
		return this.path + "/*";
	}

	/**
	 * The path within the context.
	 * @return empty for its root
	 */
	@Override
	public String toString() {
		return this.path;
	}

	/**
	 * What a request is about, as the container understands its path.
	 * @return {@code null} if the request is not the endpoint's
	 */
	@Nullable Target target(HttpServletRequest request) {
		String pathInfo = request.getPathInfo();
		return target((pathInfo != null) ? request.getServletPath() + pathInfo : request.getServletPath());
	}

	/**
	 * What a request is about for which the container wants an error page.
	 * @return {@code null} if it is not the endpoint's
	 */
	@Nullable Target failedTarget(HttpServletRequest request) {
		return (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri)
				? target(request.getContextPath(), uri) : null;
	}

	private @Nullable Target target(String contextPath, String uri) {
		String path = PATH_PARAMETERS.matcher(uri).replaceAll("");
		if (!path.startsWith(contextPath)) {
			return null;
		}
		try {
			return target(UriUtils.decode(path.substring(contextPath.length()), StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * What a request for a path is about.
	 * @param path within the application, decoded
	 * @return {@code null} if it is not the endpoint's
	 */
	@Nullable Target target(String path) {
		if (!path.startsWith(this.path)) {
			return null;
		}
		int start = this.path.length();
		if (start < path.length() && path.charAt(start) != '/') {
			return null;
		}
		int end = path.indexOf('/', start + 1);
		String segment = (start < path.length()) ? path.substring(start + 1, (end != -1) ? end : path.length()) : "";
		boolean function = !segment.isEmpty() && this.functions.test(segment);
		if (this.root && !function) {
			return null;
		}
		String rest = (end != -1) ? path.substring(end) : "";
		return new Target(segment.isEmpty() ? null : segment, function && (end == -1 || this.takesPaths.test(segment)),
				rest);
	}

	/**
	 * What a request of the endpoint is about. Immutable; lives for one request.
	 *
	 * @param name the segment below the endpoint's path, {@code null} if there is none
	 * @param function whether that is the path of a function, or one that a function
	 * takes
	 * @param rest what follows the name, with a slash at its beginning; empty if nothing
	 * does
	 */
	record Target(@Nullable String name, boolean function, String rest) {

	}

}
