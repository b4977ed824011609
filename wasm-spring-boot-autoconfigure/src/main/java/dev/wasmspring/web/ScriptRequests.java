package dev.wasmspring.web;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.wasmspring.function.FunctionDefinition;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Makes messages for scripts of requests, and answers of what they return. Stateless.
 */
final class ScriptRequests {

	/**
	 * What proves who is calling is the application's, and no function's.
	 */
	private static final Set<String> WITHHELD = Set.of("authorization", "proxy-authorization", "cookie");

	private ScriptRequests() {
	}

	/**
	 * The request as a message: its headers by their names in lower case, and those that
	 * come several times as lists.
	 */
	static Message<byte[]> message(HttpServletRequest request, byte[] body) {
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(body);
		for (String header : Collections.list(request.getHeaderNames())) {
			addHeader(header.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(header)), message);
		}
		String contentType = request.getContentType();
		if (contentType != null) {
			message.setHeader(MessageHeaders.CONTENT_TYPE, contentType);
		}
		return message.build();
	}

	/**
	 * Gives a message a header of a request, unless it is none of a function's business.
	 * @param name in lower case
	 */
	static void addHeader(String name, List<String> values, MessageBuilder<byte[]> message) {
		if (!WITHHELD.contains(name) && !name.equals("content-type") && !name.equals(MessageHeaders.ID)
				&& !name.equals(MessageHeaders.TIMESTAMP)) {
			message.setHeader(name, (values.size() == 1) ? values.get(0) : values);
		}
	}

	/**
	 * Answers with what the function's bean returned, which may be a message or, where
	 * the application has put something around it, its payload.
	 */
	static void answer(Object answer, FunctionDefinition function, HttpServletResponse response) throws IOException {
		Object payload = answer;
		Object contentType = function.produces();
		if (answer instanceof Message<?> message) {
			payload = message.getPayload();
			contentType = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		}
		byte[] output = (byte[]) payload;
		response.setContentType(type(contentType, output.length));
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentLength(output.length);
		response.getOutputStream().write(output);
	}

	private static @Nullable String type(@Nullable Object contentType, int length) {
		if (contentType != null) {
			return contentType.toString();
		}
		return (length > 0) ? MediaType.APPLICATION_OCTET_STREAM_VALUE : null;
	}

}
