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

	private final ExposedFunctions functions;

	private final EndpointPath path;

	private final String title;

	private final String version;

	/**
	 * Creates the controller.
	 * @param functions the functions that it describes
	 * @param path where they are
	 * @param title the name of the application
	 * @param version its version
	 */
	public OpenApiController(ExposedFunctions functions, EndpointPath path, String title, String version) {
		this.functions = functions;
		this.path = path;
		this.title = title;
		this.version = version;
	}

	void document(HttpServletRequest request, HttpServletResponse response) throws IOException {
		byte[] json = document(request.getContextPath()).getBytes(StandardCharsets.UTF_8);
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

	/**
	 * The document as it is now.
	 * @param contextPath the path of the application, empty for the root
	 * @return the document, in JSON
	 */
	public String document(String contextPath) {
		return OpenApiDocument.of(this.functions.definitions(), this.path.toString(),
				contextPath.isEmpty() ? "/" : contextPath, this.title, this.version);
	}

}
