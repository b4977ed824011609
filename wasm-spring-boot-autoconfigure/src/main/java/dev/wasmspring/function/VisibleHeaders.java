package dev.wasmspring.function;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;

/**
 * Which headers of its message a function sees: a command as environment variables, a
 * script as its second parameter. Immutable; lives as long as the function.
 * <p>
 * A command sees those that are named, and no other. So does a script that names some;
 * one that names none sees them all where the application or HTTP made them, and none
 * where the message {@linkplain BrokerMessage comes from a broker}, of which nobody knows
 * what others put into it.
 *
 * @param names the names, in lower case
 */
@ApiStatus.Internal
public record VisibleHeaders(Set<String> names) {

	/**
	 * No header is named.
	 */
	public static final VisibleHeaders UNNAMED = new VisibleHeaders(Set.of());

	private static final String PREFIX = "HEADER_";

	/**
	 * What is longer is no header that somebody wrote for a function.
	 */
	private static final int MAX_LENGTH = 8 * 1024;

	public VisibleHeaders {
		names = checked(names);
	}

	private static Set<String> checked(Collection<String> names) {
		Map<String, String> variables = new HashMap<>();
		Set<String> all = new TreeSet<>();
		for (String given : names) {
			String name = given.strip().toLowerCase(Locale.ROOT);
			if (name.isEmpty()) {
				throw new IllegalArgumentException("'" + given + "' is no name of a header");
			}
			if (HttpShape.WITHHELD.contains(name)) {
				throw new IllegalArgumentException("No function sees the header '" + name + "'");
			}
			String other = variables.put(variable(name), name);
			if (other != null && !other.equals(name)) {
				throw new IllegalArgumentException(
						"'" + other + "' and '" + name + "' would be the same variable, " + variable(name));
			}
			all.add(name);
		}
		return Set.copyOf(all);
	}

	private static String variable(String name) {
		return PREFIX + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
	}

	/**
	 * What a command sees.
	 * @param headers the headers of the message, {@code null} if there is none
	 * @return variables, without those that no variable can be
	 */
	Map<String, String> environment(@Nullable MessageHeaders headers) {
		if (headers == null || this.names.isEmpty()) {
			return Map.of();
		}
		Map<String, String> variables = new LinkedHashMap<>();
		headers.forEach((name, value) -> {
			String text = this.names.contains(lowerCase(name)) ? ScriptMessages.line(value) : null;
			if (text != null && text.length() <= MAX_LENGTH && text.indexOf('\0') == -1) {
				variables.putIfAbsent(variable(lowerCase(name)), text);
			}
		});
		return variables;
	}

	/**
	 * What a script sees.
	 * @param headers the headers of the message, {@code null} if there is none
	 * @return some of them, the content type always
	 */
	@Nullable Map<String, Object> script(@Nullable MessageHeaders headers) {
		if (headers == null || (this.names.isEmpty() && BrokerMessage.current() == null)) {
			return headers;
		}
		Map<String, Object> seen = new LinkedHashMap<>();
		headers.forEach((name, value) -> {
			if (name.equals(MessageHeaders.CONTENT_TYPE) || this.names.contains(lowerCase(name))) {
				seen.put(name, value);
			}
		});
		return seen;
	}

	private static String lowerCase(String name) {
		return name.equals(MessageHeaders.CONTENT_TYPE) ? "content-type" : name.toLowerCase(Locale.ROOT);
	}

}
