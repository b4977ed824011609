package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * What a guest wants its answer over HTTP to look like, held to the rules: nothing that
 * it says may break the response, or speak for the server or the application. Lives for
 * one answer, used by one thread.
 */
final class AnswerRules {

	private static final int MAX_HEADERS = 64;

	/** Servers have room for 8 KB, and the application may want some of it. */
	private static final int MAX_SIZE = 4096;

	private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

	private static final Pattern ETAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]*\"");

	/**
	 * Of one connection, or of how the body is framed in it.
	 */
	private static final Set<String> CONNECTION = Set.of("connection", "keep-alive", "proxy-connection",
			"proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
			"content-length", "http2-settings", "expect", "host", "date", "server", "via");

	/**
	 * What speaks for the whole application, or is obeyed by servers in front of it.
	 */
	private static final Set<String> APPLICATION = Set.of("set-cookie", "set-cookie2", "strict-transport-security",
			"clear-site-data", "service-worker-allowed", "alt-svc", "x-content-type-options", "x-frame-options",
			"x-xss-protection", "content-security-policy", "content-security-policy-report-only", "referrer-policy",
			"permissions-policy", "report-to", "reporting-endpoints", "nel", "x-sendfile", "x-lighttpd-send-file",
			"public-key-pins", "origin-agent-cluster", "sourcemap", "x-permitted-cross-domain-policies");

	private static final List<String> APPLICATION_PREFIXES = List.of("access-control-", "cross-origin-", "x-accel-",
			"x-forwarded-");

	private final Set<String> allowed;

	private final Map<String, List<String>> headers = new TreeMap<>();

	private int status = 200;

	private int count;

	private int size;

	private @Nullable String contentType;

	private @Nullable String contentLength;

	/**
	 * Begins with an answer that says nothing.
	 * @param allowed the headers that the function may set although they speak for the
	 * application
	 */
	AnswerRules(Set<String> allowed) {
		this.allowed = allowed;
	}

	/**
	 * Whether a header is the server's alone.
	 * @param name in lower case
	 */
	static boolean isOfTheConnection(String name) {
		return CONNECTION.contains(name);
	}

	void status(long status) {
		if (status < 200 || status > 599) {
			throw new BadAnswerException("its status is not between 200 and 599");
		}
		this.status = (int) status;
	}

	void header(String name, String value) {
		if (!TOKEN.matcher(name).matches()) {
			throw new BadAnswerException("one of its headers has a name that is none");
		}
		String stripped = value.strip();
		if (!VALUE.matcher(stripped).matches()) {
			throw new BadAnswerException("the value of its header '" + name + "' has characters that no header has");
		}
		this.size += name.length() + value.length();
		if (++this.count > MAX_HEADERS || this.size > MAX_SIZE) {
			throw new BadAnswerException(
					"it has more than " + MAX_HEADERS + " headers, or more than " + MAX_SIZE + " bytes of them");
		}
		add(name.toLowerCase(Locale.ROOT), stripped);
	}

	private void add(String name, String value) {
		switch (name) {
			case "content-type" -> contentType(value);
			case "content-length" -> this.contentLength = once(name, this.contentLength, value);
			default -> {
				requireAllowed(name);
				if (name.equals("etag") && (!ETAG.matcher(value).matches() || this.headers.containsKey(name))) {
					throw new BadAnswerException("its header 'etag' is no entity tag");
				}
				this.headers.computeIfAbsent(name, (first) -> new ArrayList<>(1)).add(value);
			}
		}
	}

	private void requireAllowed(String name) {
		if (CONNECTION.contains(name)) {
			throw new BadAnswerException("its header '" + name + "' is the server's");
		}
		boolean ofTheApplication = APPLICATION.contains(name)
				|| APPLICATION_PREFIXES.stream().anyMatch(name::startsWith);
		if (ofTheApplication && !this.allowed.contains(name)) {
			throw new BadAnswerException("its header '" + name + "' speaks for the application");
		}
	}

	private void contentType(String value) {
		once("content-type", this.contentType, value);
		try {
			if (!MimeType.valueOf(value).isConcrete()) {
				throw new BadAnswerException("its content type has a wildcard");
			}
		}
		catch (InvalidMimeTypeException ex) {
			throw new BadAnswerException("its content type is none");
		}
		this.contentType = value;
	}

	private static String once(String name, @Nullable String before, String value) {
		if (before != null) {
			throw new BadAnswerException("its header '" + name + "' is there twice");
		}
		return value;
	}

	/**
	 * The content type that the guest has set.
	 * @return {@code null} if it has set none
	 */
	@Nullable String contentType() {
		return this.contentType;
	}

	/**
	 * The answer, if it is one with such a body.
	 * @param statusWithLocation the status of an answer that has a location and no status
	 * of its own, or 0 if there is no such rule
	 */
	FunctionAnswer answer(byte[] body, int statusWithLocation) {
		if (statusWithLocation != 0 && this.headers.containsKey("location")) {
			this.status = statusWithLocation;
		}
		if (body.length > 0 && (this.status == 204 || this.status == 205 || this.status == 304)) {
			throw new BadAnswerException("it has a body, and its status is that of one without");
		}
		if (this.contentLength != null && !this.contentLength.equals(String.valueOf(body.length))) {
			throw new BadAnswerException("its content length is not that of its body");
		}
		return new FunctionAnswer(this.status, this.headers);
	}

	/**
	 * A text of ASCII, as headers are.
	 */
	static String ascii(byte[] bytes, int start, int end) {
		return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
	}

}
