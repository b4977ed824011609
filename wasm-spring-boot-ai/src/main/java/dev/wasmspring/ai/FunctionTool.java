package dev.wasmspring.ai;

import java.util.Map;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.schema.JsonSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * A function as a tool. Lives as long as the version of the function that it describes,
 * and calls whichever version is in service; shared by all threads.
 */
final class FunctionTool implements ToolCallback {

	private final WasmFunction function;

	private final FunctionDefinition described;

	private final ToolInput input;

	private final ToolDefinition definition;

	private final ToolAudit audit;

	private final int most;

	/**
	 * Makes a tool.
	 * @param most how many characters of its output a model gets
	 */
	FunctionTool(WasmFunction function, FunctionDefinition described, ToolAudit audit, int most) {
		this.function = function;
		this.described = described;
		this.input = ToolInput.of(described);
		this.audit = audit;
		this.most = most;
		this.definition = ToolDefinition.builder()
			.name(ToolNames.of(described.name()))
			.description(description(described))
			.inputSchema(this.input.schema())
			.build();
	}

	private static String description(FunctionDefinition function) {
		String description = function.settings().description();
		JsonSchema schema = function.schemas().input();
		if (description == null && schema != null && schema.content() instanceof Map<?, ?> map) {
			Object said = map.containsKey("description") ? map.get("description") : map.get("title");
			description = (said != null) ? said.toString() : null;
		}
		return (description != null) ? description : "The function '" + function.name() + "' of this application.";
	}

	boolean describes(FunctionDefinition current) {
		return this.described == current;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.definition;
	}

	@Override
	public String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		Caller caller = Caller.of(toolContext);
		ToolAudit.Run run = this.audit.begin(this.function.name(), caller, null);
		try {
			String answer = run.in(() -> answer(toolInput).text(this.most));
			run.ended(Outcome.SUCCESS.toString(), 0);
			return answer;
		}
		catch (FailedException ex) {
			run.ended(ex.failure.outcome(), 0);
			return ToolAnswer.failed(ex.failure.text(), caller);
		}
		finally {
			run.close();
		}
	}

	private ToolOutput answer(String toolInput) {
		try {
			return call(this.input.content(toolInput));
		}
		catch (IllegalArgumentException ex) {
			throw new FailedException(ToolFailure.invalid("The arguments cannot be read: " + ex.getMessage() + ".",
					"Send an object as the schema of the tool has it."));
		}
	}

	/**
	 * Calls the function on behalf of code that a model wrote.
	 * @param json what the code passed, {@code null} for nothing
	 * @return what it answered
	 * @throws FailedException if it did not succeed
	 */
	ToolOutput callFromCode(@Nullable String json) {
		try {
			return call(this.input.value(json));
		}
		catch (IllegalArgumentException ex) {
			throw new FailedException(ToolFailure.invalid("The input cannot be read: " + ex.getMessage() + ".",
					"Pass what the schema of the tool describes."));
		}
	}

	/**
	 * What code passes, as a JSON Schema.
	 */
	String argument() {
		return this.input.argument();
	}

	String functionName() {
		return this.function.name();
	}

	private ToolOutput call(ToolInput.Content content) {
		try {
			Object answer = this.function.apply(MessageBuilder.withPayload(content.bytes())
				.setHeader(MessageHeaders.CONTENT_TYPE, content.contentType())
				.build());
			return ToolOutput.of((Message<?>) answer);
		}
		catch (WasmFunctionException ex) {
			throw new FailedException(ToolFailure.of(ex));
		}
	}

	/**
	 * Carries a failure to where it is told.
	 */
	static final class FailedException extends RuntimeException {

		private final transient ToolFailure failure;

		FailedException(ToolFailure failure) {
			super(failure.message(), null, false, false);
			this.failure = failure;
		}

		ToolFailure failure() {
			return this.failure;
		}

	}

}
