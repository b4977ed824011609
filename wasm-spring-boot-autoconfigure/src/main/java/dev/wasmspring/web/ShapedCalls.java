package dev.wasmspring.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import dev.wasmspring.function.FunctionAnswer;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionRequest;
import dev.wasmspring.function.HttpShape;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * The call of a function that takes more than {@code POST}, whatever server the request
 * came to: what it is called with, and what its answer is. Lives for one request, used by
 * one thread at a time.
 */
final class ShapedCalls {

	private static final String TEXT = "text/plain;charset=UTF-8";

	private static final byte[] NOTHING = {};

	private final FunctionDefinition function;

	private final HttpShape http;

	private final Incoming request;

	ShapedCalls(FunctionDefinition function, Incoming request) {
		this.function = function;
		this.http = function.settings().http();
		this.request = request;
	}

	/**
	 * Whether there is such a function, and it takes more than {@code POST} at its own
	 * path.
	 */
	static boolean isMore(WasmFunctions functions, String name) {
		try {
			return functions.require(name).definition().settings().http().isMore();
		}
		catch (WasmFunctionException ex) {
			// The module was removed since the function was found
			return false;
		}
	}

	/**
	 * The methods that the path of the request takes.
	 */
	List<String> allowed() {
		return this.http.allowed(!this.request.rest().isEmpty());
	}

	/**
	 * The same as the answer to {@code OPTIONS} has it.
	 */
	String allow() {
		return String.join(",", allowed()) + ",OPTIONS";
	}

	boolean isAllowed() {
		return allowed().contains(this.request.method());
	}

	private boolean isRead() {
		return this.request.method().equals("GET") || this.request.method().equals("HEAD");
	}

	/**
	 * Whether the body of the request is the function's: that of a {@code GET} means
	 * nothing.
	 */
	boolean hasBody() {
		return !isRead();
	}

	/**
	 * Calls the function.
	 * @param bean the function's bean
	 * @param body what was sent
	 */
	Answer call(Function<Object, Object> bean, byte[] body) {
		if (this.request.rest().chars().anyMatch(Character::isISOControl)) {
			throw Problems.unusablePath(this.function.name());
		}
		return answer(bean.apply(this.http.shaped() ? shaped(body) : plain(body)));
	}

	/**
	 * A function that knows nothing of HTTP gets what stands below its path.
	 */
	private Object plain(byte[] body) {
		String rest = this.request.rest();
		boolean ofThePath = isRead() && rest.length() > 1;
		byte[] input = ofThePath ? rest.substring(1).getBytes(StandardCharsets.UTF_8) : body;
		if (!this.function.isScript()) {
			return input;
		}
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(input);
		this.request.headers().forEach((name, values) -> ScriptRequests.addHeader(name, values, message));
		String contentType = ofThePath ? pathType() : this.request.contentType();
		if (contentType != null) {
			message.setHeader(MessageHeaders.CONTENT_TYPE, contentType);
		}
		return message.build();
	}

	private String pathType() {
		String consumes = this.function.settings().consumes();
		return (consumes != null && MediaType.valueOf(consumes).isConcrete()) ? consumes : TEXT;
	}

	private Message<byte[]> shaped(byte[] body) {
		Map<String, List<String>> all = this.request.headers();
		Map<String, String> seen = new LinkedHashMap<>();
		for (String name : new TreeSet<>(this.http.requestHeaders())) {
			List<String> values = all.get(name);
			if (values != null) {
				seen.put(name, String.join(", ", values));
			}
		}
		String contentType = this.request.contentType();
		if (contentType != null && hasBody()) {
			seen.put("content-type", contentType);
		}
		FunctionRequest request = new FunctionRequest(isRead() ? "GET" : this.request.method(),
				this.request.functionPath(), this.request.rest(), this.request.query(), seen, this.request.host(),
				this.request.port(), this.request.protocol());
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(body);
		seen.forEach((name, value) -> ScriptRequests.addHeader(name, List.of(value), message));
		if (seen.containsKey("content-type")) {
			message.setHeader(MessageHeaders.CONTENT_TYPE, seen.get("content-type"));
		}
		return message.setHeader(FunctionRequest.HEADER, request).build();
	}

	private Answer answer(Object returned) {
		HttpHeaders headers = new HttpHeaders();
		int status = 200;
		Object payload = returned;
		Object contentType = null;
		if (returned instanceof Message<?> message) {
			payload = message.getPayload();
			contentType = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
			if (message.getHeaders().get(FunctionAnswer.HEADER) instanceof FunctionAnswer answer) {
				status = answer.status();
				answer.headers().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
			}
		}
		else {
			contentType = (this.function.produces() != null) ? this.function.produces() : requestType();
		}
		byte[] body = (byte[]) payload;
		if (contentType == null && body.length > 0) {
			contentType = MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
		if (contentType != null) {
			headers.set(HttpHeaders.CONTENT_TYPE, contentType.toString());
		}
		headers.set("X-Content-Type-Options", "nosniff");
		return (isRead() && status == 200) ? cacheable(headers, body) : answer(status, headers, body);
	}

	private String requestType() {
		if (isRead()) {
			return (this.request.rest().length() > 1) ? pathType() : MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
		return AnswerTypes.of(this.request.contentType());
	}

	/**
	 * Lets caches keep the answer as the application has said, and says by its entity tag
	 * whether what they have kept is still right.
	 */
	private Answer cacheable(HttpHeaders headers, byte[] body) {
		if (!headers.containsHeader(HttpHeaders.CACHE_CONTROL)) {
			headers.set(HttpHeaders.CACHE_CONTROL, this.http.cacheControl());
		}
		if (!this.http.requestHeaders().isEmpty()) {
			Set<String> vary = new LinkedHashSet<>(headers.getOrDefault(HttpHeaders.VARY, List.of()));
			vary.addAll(new TreeSet<>(this.http.requestHeaders()));
			headers.put(HttpHeaders.VARY, List.of(String.join(", ", vary)));
		}
		String tag = headers.getFirst(HttpHeaders.ETAG);
		if (tag == null) {
			tag = tag(body, headers.getFirst(HttpHeaders.CONTENT_TYPE));
			headers.set(HttpHeaders.ETAG, tag);
		}
		if (EntityTags.anyMatches(this.request.headers().get("if-none-match"), tag)) {
			HttpHeaders kept = new HttpHeaders();
			for (String name : List.of(HttpHeaders.CACHE_CONTROL, HttpHeaders.ETAG, HttpHeaders.VARY,
					HttpHeaders.EXPIRES, HttpHeaders.CONTENT_LOCATION, HttpHeaders.LAST_MODIFIED,
					"X-Content-Type-Options")) {
				List<String> values = headers.get(name);
				if (values != null) {
					kept.put(name, values);
				}
			}
			return new Answer(304, kept, NOTHING, -1);
		}
		return answer(200, headers, body);
	}

	private Answer answer(int status, HttpHeaders headers, byte[] body) {
		return new Answer(status, headers, this.request.method().equals("HEAD") ? NOTHING : body, body.length);
	}

	private static String tag(byte[] body, @Nullable String contentType) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(String.valueOf(contentType).getBytes(StandardCharsets.UTF_8));
			return '"' + HexFormat.of().formatHex(digest.digest(body), 0, 16) + '"';
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A request as a server gives it. Immutable; lives for one request.
	 *
	 * @param method its method
	 * @param functionPath the path of the function, as it was called
	 * @param rest what follows it, decoded
	 * @param query as it was sent
	 * @param headers all of its headers, by their names in lower case
	 * @param contentType its content type, {@code null} if it has none
	 * @param host the host that was asked
	 * @param port the port that was asked
	 * @param protocol its protocol
	 */
	record Incoming(String method, String functionPath, String rest, @Nullable String query,
			Map<String, List<String>> headers, @Nullable String contentType, String host, int port, String protocol) {
	}

	/**
	 * What is answered. Immutable; lives for one request.
	 *
	 * @param status the status
	 * @param headers all headers but that of the length
	 * @param body the body, empty for {@code HEAD}
	 * @param length the length to announce, -1 for none
	 */
	record Answer(int status, HttpHeaders headers, byte[] body, int length) {
	}

}
