package dev.wasmspring.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.MediaType;

/**
 * The description of the endpoint: {@code GET <path>/openapi.json}. A singleton, shared
 * by all threads.
 */
public final class OpenApiController {

	private final OpenApiDescription description;

	/**
	 * Creates the controller.
	 * @param description what it answers with
	 */
	public OpenApiController(OpenApiDescription description) {
		this.description = description;
	}

	void document(HttpServletRequest request, HttpServletResponse response) throws IOException {
		byte[] json = this.description.document(request.getContextPath()).getBytes(StandardCharsets.UTF_8);
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

}
