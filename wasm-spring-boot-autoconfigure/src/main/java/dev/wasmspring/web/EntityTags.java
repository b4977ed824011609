package dev.wasmspring.web;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The comparison of entity tags (RFC 9110, 8.8.3). Stateless.
 */
final class EntityTags {

	private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[\\x21\\x23-\\x7e\\x80-\\uffff]*\")");

	private EntityTags() {
	}

	/**
	 * Whether what somebody has kept is still right, by the weak comparison.
	 * @param kept the values of {@code If-None-Match}, {@code null} if there are none
	 * @param tag the tag of what there is now
	 */
	static boolean anyMatches(@Nullable List<String> kept, String tag) {
		if (kept == null) {
			return false;
		}
		String opaque = tag.startsWith("W/") ? tag.substring(2) : tag;
		for (String value : kept) {
			if (value.strip().equals("*")) {
				return true;
			}
			for (Matcher candidate = TAG.matcher(value); candidate.find();) {
				if (candidate.group(1).equals(opaque)) {
					return true;
				}
			}
		}
		return false;
	}

}
