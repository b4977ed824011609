package dev.wasmspring.web;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;

/**
 * Between the servlet container and calls that know nothing of it. Stateless.
 */
final class ServletShapes {

	/**
	 * What follows the name of the function, once the request was found to be for one.
	 */
	private static final String REST = ServletShapes.class.getName() + ".REST";

	private ServletShapes() {
	}

	/**
	 * Notes what follows the name of the function.
	 */
	static void rest(HttpServletRequest request, String rest) {
		request.setAttribute(REST, rest);
	}

	static ShapedCalls.Incoming request(HttpServletRequest request) {
		String pathInfo = request.getPathInfo();
		String path = request.getContextPath() + request.getServletPath() + ((pathInfo != null) ? pathInfo : "");
		String rest = (request.getAttribute(REST) instanceof String below) ? below : "";
		return new ShapedCalls.Incoming(request.getMethod(), path.substring(0, path.length() - rest.length()), rest,
				request.getQueryString(), headers(request), request.getContentType(), request.getServerName(),
				request.getServerPort(), request.getProtocol());
	}

	private static Map<String, List<String>> headers(HttpServletRequest request) {
		Map<String, List<String>> headers = new HashMap<>();
		for (String name : Collections.list(request.getHeaderNames())) {
			headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
		}
		return headers;
	}

	static void write(ShapedCalls.Answer answer, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		response.setStatus(answer.status());
		answer.headers().forEach((name, values) -> {
			if (name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
				response.setContentType(values.get(0));
			}
			else {
				// In place of what filters have set, as they have for everybody
				response.setHeader(name, values.get(0));
				values.subList(1, values.size()).forEach((value) -> response.addHeader(name, value));
			}
		});
		if (answer.length() >= 0 && answer.status() != 204 && answer.status() != 304) {
			response.setContentLength(answer.length());
		}
		if (answer.body().length > 0) {
			response.getOutputStream().write(answer.body());
		}
	}

}
