package dev.wasmspring.stream;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.schema.InputViolation;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Why a message is a dead letter. Immutable; lives for one failure.
 */
final class DeadLetter {

	private static final JsonFactory JSON = new JsonFactory();

	private static final String TYPE = "urn:wasm:problem:";

	private static final String NO_FUNCTION = "urn:wasm:problem:internal-server-error";

	private final @Nullable WasmFunctionException cause;

	private final Throwable failure;

	DeadLetter(Throwable failure) {
		this.cause = functionFailure(failure);
		this.failure = failure;
	}

	/**
	 * Why a function of ours failed.
	 * @return {@code null} if something else did
	 */
	@Nullable WasmFunctionException cause() {
		return this.cause;
	}

	/**
	 * What was thrown.
	 */
	Throwable failure() {
		return this.failure;
	}

	/**
	 * The failure of a function among the causes: compositions, converters and binders
	 * put others around it.
	 */
	private static @Nullable WasmFunctionException functionFailure(Throwable thrown) {
		Throwable candidate = thrown;
		// A circle of causes would be somebody's fault, and not ours to be caught in
		for (int depth = 0; candidate != null && depth < 100; depth++) {
			if (candidate instanceof WasmFunctionException exception) {
				return exception;
			}
			candidate = candidate.getCause();
		}
		return null;
	}

	/**
	 * The headers that say so.
	 */
	Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		if (this.cause != null) {
			headers.put(DeadLetterHeaders.OUTCOME, this.cause.outcome().toString());
			headers.put(DeadLetterHeaders.FUNCTION, this.cause.functionName());
		}
		headers.put(DeadLetterHeaders.PROBLEM, problem());
		return headers;
	}

	private String problem() {
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
			generator.writeStartObject();
			if (this.cause != null) {
				write(this.cause, generator);
			}
			else {
				generator.writeStringProperty("type", NO_FUNCTION);
				// Its message may say anything of the host
				generator.writeStringProperty("detail", "The application failed with " + rootOf(this.failure) + ".");
			}
			generator.writeEndObject();
		}
		return json.toString();
	}

	private static void write(WasmFunctionException exception, JsonGenerator generator) {
		generator.writeStringProperty("type", TYPE + exception.outcome());
		generator.writeStringProperty("detail", exception.detail());
		generator.writeStringProperty("function", exception.functionName());
		exception.exitCode().ifPresent((code) -> generator.writeNumberProperty("exitCode", code));
		if (!exception.violations().isEmpty()) {
			generator.writeArrayPropertyStart("errors");
			for (InputViolation violation : exception.violations()) {
				generator.writeStartObject();
				generator.writeStringProperty("pointer", violation.pointer());
				generator.writeStringProperty("detail", violation.detail());
				generator.writeEndObject();
			}
			generator.writeEndArray();
		}
	}

	private static String rootOf(Throwable thrown) {
		Throwable root = thrown;
		for (int depth = 0; root.getCause() != null && depth < 100; depth++) {
			root = root.getCause();
		}
		return root.getClass().getName();
	}

	/**
	 * The same in one line, for the log.
	 */
	@Override
	public String toString() {
		return (this.cause != null) ? String.valueOf(this.cause.getMessage()) : this.failure.toString();
	}

}
