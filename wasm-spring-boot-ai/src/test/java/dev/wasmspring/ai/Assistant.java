package dev.wasmspring.ai;

import java.util.Map;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.stereotype.Service;

@Service
class Assistant {

	private final ChatClient chat;

	Assistant(ChatClient.Builder builder, WasmTools tools) {
		this.chat = builder.defaultTools(tools).build();
	}

	String answer(String conversation, String question) {
		return this.chat.prompt(question)
			.toolContext(Map.of(ChatMemory.CONVERSATION_ID, conversation))
			.call()
			.content();
	}

}
