package dev.wasmspring.function;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jetbrains.annotations.ApiStatus;

/**
 * What a function may make of HTTP. Immutable; lives as long as the function.
 *
 * @param safe whether calling the function changes nothing, so that it answers
 * {@code GET} and {@code HEAD} as well
 * @param shaped whether the function sees the request, and shapes the answer
 * @param methods the methods that it takes, {@code GET} and {@code HEAD} among them if it
 * is safe
 * @param cacheControl what answers to {@code GET} say of caches
 * @param requestHeaders the headers of a request that the function sees, in lower case
 * @param responseHeaders the headers that the function may set although they speak for
 * the whole application, in lower case
 */
@ApiStatus.Internal
public record HttpShape(boolean safe, boolean shaped, Set<String> methods, String cacheControl,
		Set<String> requestHeaders, Set<String> responseHeaders) {

	/**
	 * What answers to {@code GET} say of caches unless something else is set: they may be
	 * kept, and must be asked for again.
	 */
	public static final String CACHE_CONTROL = "no-cache";

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

	private static final List<String> SAFE_METHODS = List.of("GET", "HEAD");

	/**
	 * What proves who is calling, which is no function's, and what would become a
	 * variable that HTTP clients obey.
	 */
	static final Set<String> WITHHELD = Set.of("authorization", "proxy-authorization", "cookie", "proxy");

	private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

	/**
	 * A function that takes {@code POST} and knows nothing of HTTP.
	 */
	public static final HttpShape NONE = new HttpShape(false, false, Set.of(), CACHE_CONTROL, Set.of(), Set.of());

	public HttpShape {
		methods = methods(methods, safe);
		requestHeaders = names(requestHeaders);
		responseHeaders = names(responseHeaders);
		if (!shaped && (!requestHeaders.isEmpty() || !responseHeaders.isEmpty())) {
			throw new IllegalArgumentException("Headers are of functions that are 'http.shaped'");
		}
		for (String name : requestHeaders) {
			if (WITHHELD.contains(name)) {
				throw new IllegalArgumentException("No function sees the header '" + name + "'");
			}
		}
		for (String name : responseHeaders) {
			if (AnswerRules.isOfTheConnection(name)) {
				throw new IllegalArgumentException("The header '" + name + "' is the server's");
			}
		}
		if (!VALUE.matcher(cacheControl).matches()) {
			throw new IllegalArgumentException("It is no value of the header Cache-Control");
		}
	}

	private static Set<String> methods(Collection<String> methods, boolean safe) {
		Set<String> all = new TreeSet<>();
		for (String method : methods) {
			String name = method.strip().toUpperCase(Locale.ROOT);
			if (!METHODS.contains(name)) {
				throw new IllegalArgumentException(
						"Methods are " + new TreeSet<>(METHODS) + ", and not '" + method + "'");
			}
			if (SAFE_METHODS.contains(name) && !safe) {
				throw new IllegalArgumentException("'" + name + "' is for functions that are 'http.safe'");
			}
			all.add(name);
		}
		if (all.isEmpty()) {
			all.add("POST");
		}
		if (safe) {
			all.addAll(SAFE_METHODS);
		}
		return Set.copyOf(all);
	}

	private static Set<String> names(Collection<String> names) {
		Set<String> all = new TreeSet<>();
		for (String name : names) {
			if (!TOKEN.matcher(name.strip()).matches()) {
				throw new IllegalArgumentException("'" + name + "' is no name of a header");
			}
			all.add(name.strip().toLowerCase(Locale.ROOT));
		}
		return Set.copyOf(all);
	}

	/**
	 * Whether the function takes more than {@code POST} at its own path.
	 */
	public boolean isMore() {
		return this.safe || this.shaped || !this.methods.equals(NONE.methods);
	}

	/**
	 * Whether the function takes paths below its own.
	 */
	public boolean takesPaths() {
		return this.safe || this.shaped;
	}

	/**
	 * The methods as the header {@code Allow} has them.
	 * @param below whether the request is for a path below that of the function
	 */
	public List<String> allowed(boolean below) {
		return List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
			.stream()
			.filter(this.methods::contains)
			.filter((method) -> !below || this.shaped || SAFE_METHODS.contains(method))
			.toList();
	}

}
