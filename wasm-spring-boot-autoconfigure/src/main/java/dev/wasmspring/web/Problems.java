package dev.wasmspring.web;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.schema.InputViolation;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * The problem documents (RFC 9457) of everything that fails at the endpoint. Stateless.
 * <p>
 * They are written without Spring's converters: a caller that accepts no JSON is to be
 * told as well.
 */
final class Problems {

	static final String RETRY_AFTER_SECONDS = "1";

	private static final String TYPE = "urn:wasm:problem:";

	private static final String FUNCTION = "function";

	private static final URI NO_TYPE = URI.create("about:blank");

	private static final JsonFactory JSON = new JsonFactory();

	private Problems() {
	}

	/**
	 * The problem of a call that failed.
	 */
	static ProblemDetail of(WasmFunctionException exception) {
		Outcome outcome = exception.outcome();
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status(outcome), exception.detail());
		problem.setType(URI.create(TYPE + outcome));
		problem.setTitle(title(outcome));
		problem.setProperty(FUNCTION, exception.functionName());
		if (!exception.violations().isEmpty()) {
			problem.setProperty("errors", exception.violations().stream().map(Problems::error).toList());
		}
		exception.exitCode().ifPresent((code) -> problem.setProperty("exitCode", code));
		return problem;
	}

	private static Map<String, String> error(InputViolation violation) {
		Map<String, String> error = new LinkedHashMap<>();
		error.put("pointer", violation.pointer());
		error.put("detail", violation.detail());
		return error;
	}

	/**
	 * The problem of a request that came to no function.
	 * @param function the name in the path, {@code null} if there is none
	 */
	static ProblemDetail of(int status, @Nullable String function) {
		ProblemDetail problem = ProblemDetail.forStatus(status);
		problem.setDetail(detail(status));
		complete(problem, function);
		return problem;
	}

	/**
	 * Gives a problem that Spring MVC made the form of the endpoint's.
	 * @param function the name in the path, {@code null} if there is none
	 */
	static void complete(ProblemDetail problem, @Nullable String function) {
		if (problem.getType() != null && !problem.getType().equals(NO_TYPE)) {
			return;
		}
		int status = problem.getStatus();
		if (status == HttpStatus.NOT_FOUND.value()) {
			problem.setType(URI.create(TYPE + Outcome.UNKNOWN_FUNCTION));
			problem.setTitle(title(Outcome.UNKNOWN_FUNCTION));
			problem.setDetail(detail(status));
		}
		else {
			problem.setType(URI.create(TYPE + word(status)));
		}
		if (function != null) {
			problem.setProperty(FUNCTION, function);
		}
	}

	/**
	 * The problem that something has read the body before the function could.
	 */
	static ErrorResponseException lostBody(String function, IOException cause) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
				"The body of the request did not reach the function: the application read it before. "
						+ "If it was sent as a form, send it with another content type, such as "
						+ "application/octet-stream.");
		problem.setType(URI.create(TYPE + "lost-body"));
		problem.setTitle("Lost body");
		problem.setProperty(FUNCTION, function);
		return new ErrorResponseException(HttpStatus.INTERNAL_SERVER_ERROR, problem, cause);
	}

	/**
	 * The problem that the body does not come in, or not in its form.
	 */
	static ErrorResponseException unreadableBody(String function, IOException cause) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"The body of the request could not be read to its end.");
		problem.setProperty(FUNCTION, function);
		complete(problem, function);
		return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, cause);
	}

	/**
	 * The problem that the path of a request cannot be handed to a function.
	 */
	static ErrorResponseException unusablePath(String function) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"The path of the request has control characters.");
		complete(problem, function);
		return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null);
	}

	/**
	 * The problem that as many calls run and wait as the application has threads for.
	 */
	static ErrorResponseException rejected(String function) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"The application already runs as many calls as it may.");
		problem.setType(URI.create(TYPE + Outcome.REJECTED));
		problem.setTitle(title(Outcome.REJECTED));
		problem.setProperty(FUNCTION, function);
		ErrorResponseException rejected = new ErrorResponseException(HttpStatus.SERVICE_UNAVAILABLE, problem, null);
		rejected.getHeaders().set("Retry-After", RETRY_AFTER_SECONDS);
		return rejected;
	}

	/**
	 * Writes a problem as the answer.
	 * @param requestUri what was asked for
	 */
	static void write(ProblemDetail problem, String requestUri, HttpServletResponse response) throws IOException {
		response.resetBuffer();
		response.setStatus(problem.getStatus());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setHeader("X-Content-Type-Options", "nosniff");
		byte[] json = json(problem, requestUri).getBytes(StandardCharsets.UTF_8);
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

	private static @Nullable URI uri(String requestUri) {
		try {
			return new URI(requestUri);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	/**
	 * A problem as it is written.
	 * @param requestUri what was asked for
	 */
	static String json(ProblemDetail problem, String requestUri) {
		if (problem.getInstance() == null) {
			problem.setInstance(uri(requestUri));
		}
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
			generator.writeStartObject();
			write(generator, "type", problem.getType());
			write(generator, "title", problem.getTitle());
			generator.writeNumberProperty("status", problem.getStatus());
			write(generator, "detail", problem.getDetail());
			write(generator, "instance", problem.getInstance());
			Map<String, Object> properties = problem.getProperties();
			if (properties != null) {
				properties.forEach((name, value) -> write(generator, name, value));
			}
			generator.writeEndObject();
		}
		return json.toString();
	}

	private static void write(JsonGenerator generator, String name, @Nullable Object value) {
		if (value instanceof Integer number) {
			generator.writeNumberProperty(name, number);
		}
		else if (value instanceof List<?> errors) {
			generator.writeArrayPropertyStart(name);
			for (Object error : errors) {
				generator.writeStartObject();
				((Map<?, ?>) error).forEach((key, text) -> write(generator, String.valueOf(key), text));
				generator.writeEndObject();
			}
			generator.writeEndArray();
		}
		else if (value != null) {
			generator.writeStringProperty(name, value.toString());
		}
	}

	/**
	 * The word for a status, for example {@code method-not-allowed}.
	 */
	private static String word(int code) {
		HttpStatus status = HttpStatus.resolve(code);
		return (status != null) ? status.name().toLowerCase(Locale.ROOT).replace('_', '-') : "status-" + code;
	}

	private static String detail(int code) {
		return switch (code) {
			case 400 -> "The request is not one that the server accepts.";
			case 401 -> "The application wants to know who is calling.";
			case 403 -> "The application does not allow this request.";
			case 404 -> "There is no function at this path, or its module was rejected.";
			default -> (code < 500) ? "The application refused the request." : "The application failed to answer.";
		};
	}

	private static HttpStatus status(Outcome outcome) {
		return switch (outcome) {
			case SUCCESS -> HttpStatus.OK;
			case UNKNOWN_FUNCTION -> HttpStatus.NOT_FOUND;
			case INVALID_INPUT -> HttpStatus.BAD_REQUEST;
			case INPUT_LIMIT -> HttpStatus.CONTENT_TOO_LARGE;
			case REJECTED -> HttpStatus.SERVICE_UNAVAILABLE;
			case ERROR, TRAP, EXIT -> HttpStatus.INTERNAL_SERVER_ERROR;
			case BAD_OUTPUT -> HttpStatus.BAD_GATEWAY;
			case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
		};
	}

	private static String title(Outcome outcome) {
		return switch (outcome) {
			case SUCCESS -> "Success";
			case UNKNOWN_FUNCTION -> "Unknown function";
			case INVALID_INPUT -> "Invalid input";
			case INPUT_LIMIT -> "Input too large";
			case REJECTED -> "Call rejected";
			case ERROR -> "Function failed";
			case TRAP -> "Function trapped";
			case EXIT -> "Function failed";
			case BAD_OUTPUT -> "Bad output";
			case TIMEOUT -> "Deadline passed";
		};
	}

}
