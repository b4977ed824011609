package dev.wasmspring.web;

import java.net.URI;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * Writes failed calls as problem documents (RFC 9457). Stateless.
 */
final class Problems {

	private static final String RETRY_AFTER_SECONDS = "1";

	private Problems() {
	}

	static ResponseEntity<ProblemDetail> of(WasmFunctionException exception) {
		Outcome outcome = exception.outcome();
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status(outcome), exception.detail());
		problem.setType(URI.create("urn:wasm:problem:" + outcome));
		problem.setTitle(title(outcome));
		problem.setProperty("function", exception.functionName());
		exception.exitCode().ifPresent((code) -> problem.setProperty("exitCode", code));
		ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.getStatus())
			.contentType(MediaType.APPLICATION_PROBLEM_JSON);
		if (outcome == Outcome.REJECTED) {
			response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
		}
		return response.body(problem);
	}

	private static HttpStatus status(Outcome outcome) {
		return switch (outcome) {
			case SUCCESS -> HttpStatus.OK;
			case UNKNOWN_FUNCTION -> HttpStatus.NOT_FOUND;
			case INVALID_INPUT -> HttpStatus.BAD_REQUEST;
			case INPUT_LIMIT -> HttpStatus.CONTENT_TOO_LARGE;
			case REJECTED -> HttpStatus.SERVICE_UNAVAILABLE;
			case TRAP, EXIT -> HttpStatus.INTERNAL_SERVER_ERROR;
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
			case TRAP -> "Function trapped";
			case EXIT -> "Function failed";
			case BAD_OUTPUT -> "Bad output";
			case TIMEOUT -> "Deadline passed";
		};
	}

}
