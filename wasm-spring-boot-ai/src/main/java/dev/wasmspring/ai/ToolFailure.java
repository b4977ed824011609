package dev.wasmspring.ai;

import java.io.StringWriter;
import java.util.List;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.schema.InputViolation;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Why a call did not succeed, as a model can use it: a word, what went wrong, and what to
 * do. Never what the guest or the host would rather keep to itself. Immutable; lives for
 * a call.
 *
 * @param outcome a word as in problem documents, or {@code not-compiled}
 * @param message what went wrong, a sentence
 * @param hint what to do about it
 * @param violations what is wrong with the input, mostly nothing
 * @param place where in the model's own code, {@code null} if there is none
 */
record ToolFailure(String outcome, String message, String hint, List<InputViolation> violations,
		@Nullable CodePlace place) {

	static final String NOT_COMPILED = "not-compiled";

	static ToolFailure of(WasmFunctionException failure) {
		return new ToolFailure(failure.outcome().toString(), failure.detail(), hint(failure.outcome()),
				failure.violations(), null);
	}

	static ToolFailure rejected(String message, String hint) {
		return new ToolFailure(Outcome.REJECTED.toString(), message, hint, List.of(), null);
	}

	static ToolFailure invalid(String message, String hint) {
		return new ToolFailure(Outcome.INVALID_INPUT.toString(), message, hint, List.of(), null);
	}

	private static String hint(Outcome outcome) {
		return switch (outcome) {
			case INVALID_INPUT -> "Correct the arguments as the schema of the tool has them, and call it again.";
			case INPUT_LIMIT -> "Send less at once.";
			case REJECTED -> "Try again in a moment.";
			case TIMEOUT -> "Ask for less at once. The same call will hardly be faster the next time.";
			case UNKNOWN_FUNCTION -> "Go on without this tool.";
			case BAD_OUTPUT -> "Ask for less at once.";
			default -> "Do not repeat the same call: it would fail again. Change the arguments, or go on without it.";
		};
	}

	void write(JsonGenerator generator) {
		generator.writeStringProperty("outcome", this.outcome);
		generator.writeStringProperty("message", this.message);
		if (this.place != null) {
			this.place.write(generator);
		}
		if (!this.violations.isEmpty()) {
			generator.writeArrayPropertyStart("errors");
			for (InputViolation violation : this.violations) {
				generator.writeStartObject();
				generator.writeStringProperty("pointer", violation.pointer());
				generator.writeStringProperty("detail", violation.detail());
				generator.writeEndObject();
			}
			generator.writeEndArray();
		}
		generator.writeStringProperty("hint", this.hint);
	}

	/**
	 * The failure as an object.
	 */
	String text() {
		StringWriter written = new StringWriter();
		try (JsonGenerator generator = ToolOutput.JSON.createGenerator(ObjectWriteContext.empty(), written)) {
			generator.writeStartObject();
			write(generator);
			generator.writeEndObject();
		}
		return written.toString();
	}

}
