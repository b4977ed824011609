package dev.wasmspring.ai;

import java.util.ArrayList;
import java.util.List;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * A model that calls tools as it was told to, one after the other, and then says what
 * they answered. Lives for a test.
 */
final class ScriptedModel implements ChatModel {

	private final List<AssistantMessage.ToolCall> calls = new ArrayList<>();

	private final List<String> offered = new ArrayList<>();

	private int next;

	ScriptedModel thenCalls(String tool, String arguments) {
		this.calls.add(new AssistantMessage.ToolCall("call-" + this.calls.size(), "function", tool, arguments));
		return this;
	}

	@Override
	public ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		if (prompt.getOptions() instanceof ToolCallingChatOptions options) {
			this.offered.clear();
			options.getToolCallbacks().forEach((tool) -> this.offered.add(tool.getToolDefinition().name()));
		}
		if (this.next < this.calls.size()) {
			AssistantMessage message = AssistantMessage.builder()
				.content("")
				.toolCalls(List.of(this.calls.get(this.next++)))
				.build();
			return new ChatResponse(List.of(new Generation(message)));
		}
		List<String> answers = prompt.getInstructions()
			.stream()
			.filter(ToolResponseMessage.class::isInstance)
			.flatMap((message) -> ((ToolResponseMessage) message).getResponses().stream())
			.map(ToolResponseMessage.ToolResponse::responseData)
			.toList();
		return new ChatResponse(List.of(new Generation(new AssistantMessage(String.join(" | ", answers)))));
	}

	/**
	 * The names of the tools that it could have called.
	 */
	List<String> offered() {
		return this.offered;
	}

}
