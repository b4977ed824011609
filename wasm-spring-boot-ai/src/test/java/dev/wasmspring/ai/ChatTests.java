package dev.wasmspring.ai;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chats whose model calls tools.
 */
class ChatTests {

	@Test
	void aModelCallsAFunctionAndGetsItsAnswer() {
		try (ConfigurableApplicationContext application = TestApplication.start("wasm.ai.tools.include=lookup,vat")) {
			ScriptedModel model = new ScriptedModel().thenCalls("lookup", "{\"input\":\"CB-7\"}")
				.thenCalls("lookup", "{\"input\":\"XX\"}");
			String said = ChatClient.create(model)
				.prompt("What is a cable?")
				.tools(application.getBean(WasmTools.class))
				.call()
				.content();
			assertThat(model.offered()).containsExactly("lookup", "vat");
			assertThat(said).startsWith("{\"sku\":\"CB-7\",\"cents\":333} | {\"outcome\":\"error\"").contains("hint");
		}
	}

	@Test
	void aModelRunsCodeThatCallsFunctions() {
		ConfigurableApplicationContext application = TestApplication.withCode();
		String code = "def handle(skus):\n    return sum(tools.lookup(sku)['cents'] for sku in skus)\n";
		ScriptedModel model = new ScriptedModel()
			.thenCalls("run_code", RunningCode.arguments("python", code.replace("sku in", "sku of"), "[]"))
			.thenCalls("run_code", RunningCode.arguments("python", code, "[\"CB-7\",\"KB-101\",\"CB-7\"]"));
		String said = ChatClient.create(model)
			.prompt("What do two cables and a keyboard cost?")
			.tools(application.getBean(WasmTools.class))
			.toolContext(Map.of(ChatMemory.CONVERSATION_ID, "of a chat"))
			.call()
			.content();
		assertThat(said).contains("not-compiled", "\"line\":2").endsWith("{\"outcome\":\"success\",\"result\":5656}");
		assertThat(application.getBean(TestApplication.Events.class).all())
			.filteredOn((event) -> "of a chat".equals(event.conversation()))
			.extracting(WasmToolEvent::tool)
			.containsExactly("run_code", "lookup", "lookup", "lookup", "run_code");
	}

}
