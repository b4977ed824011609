package dev.wasmspring.web;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a form and a query, read from text. Lives for one request, used by
 * one thread at a time.
 */
final class FormParameters {

	/** As Tomcat has it: a short body can have very many. */
	private static final int MOST = 1_000;

	private final Map<String, List<String>> values = new LinkedHashMap<>();

	private final Charset charset;

	private int count;

	FormParameters(Charset charset) {
		this.charset = charset;
	}

	/**
	 * Adds what can be read; what cannot is no parameter.
	 */
	void add(@Nullable String text) {
		int start = 0;
		while (text != null && start < text.length() && this.count < MOST) {
			int end = text.indexOf('&', start);
			end = (end != -1) ? end : text.length();
			if (end > start) {
				addPair(text.substring(start, end));
			}
			start = end + 1;
		}
	}

	private void addPair(String pair) {
		int equals = pair.indexOf('=');
		try {
			String name = decode((equals != -1) ? pair.substring(0, equals) : pair);
			String value = (equals != -1) ? decode(pair.substring(equals + 1)) : "";
			this.values.computeIfAbsent(name, (first) -> new ArrayList<>(1)).add(value);
			this.count++;
		}
		catch (IllegalArgumentException ex) {
			// Not encoded as forms are: nobody can have meant a parameter
			return;
		}
	}

	private String decode(String text) {
		return URLDecoder.decode(text, this.charset);
	}

	Map<String, String[]> asMap() {
		Map<String, String[]> map = new LinkedHashMap<>();
		this.values.forEach((name, values) -> map.put(name, values.toArray(String[]::new)));
		return Collections.unmodifiableMap(map);
	}

}
