package dev.wasmspring.ai;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tools as those of an MCP server, listed and called by a client of the MCP SDK.
 */
class McpServerTests {

	private static ConfigurableApplicationContext server(String... properties) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.SERVLET)
			.run(Stream
				.concat(Stream.of("server.port=0", "spring.ai.mcp.server.enabled=true",
						"wasm.ai.tools.include=discount,lookup,vat", "wasm.ai.code.enabled=true",
						"wasm.ai.code.tools=lookup", "wasm.ai.code.calls-per-conversation=3"), Stream.of(properties))
				.map((property) -> "--" + property)
				.toArray(String[]::new));
	}

	private static McpSyncClient client(McpClientTransport transport) {
		McpSyncClient client = McpClient.sync(transport)
			.requestTimeout(Duration.ofSeconds(60))
			.initializationTimeout(Duration.ofSeconds(60))
			.build();
		client.initialize();
		return client;
	}

	private static McpSyncClient client(ConfigurableApplicationContext server) {
		int port = ((WebServerApplicationContext) server).getWebServer().getPort();
		return client(HttpClientStreamableHttpTransport.builder("http://localhost:" + port).build());
	}

	private static String text(CallToolResult result) {
		return ((TextContent) result.content().get(0)).text();
	}

	private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
		return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
	}

	@Test
	void toolsAreListedAndCalledOverHttp() {
		try (ConfigurableApplicationContext server = server("wasm.ai.mcp=streamable-http");
				McpSyncClient client = client(server);
				McpSyncClient other = client(server)) {
			assertThat(client.listTools().tools()).extracting(Tool::name)
				.containsExactlyInAnyOrder("discount", "lookup", "vat", "run_code");
			CallToolResult found = call(client, "lookup", Map.of("input", "CB-7"));
			assertThat(text(found)).isEqualTo("{\"sku\":\"CB-7\",\"cents\":333}");
			assertThat(found.isError()).isFalse();
			CallToolResult failed = call(client, "lookup", Map.of("input", "XX"));
			assertThat(failed.isError()).isTrue();
			assertThat(text(failed)).contains("\"outcome\":\"error\"", "hint").doesNotContain("secret");
			Map<String, Object> code = Map.of("language", "javascript", "code",
					"function handle(sku) { return tools.lookup(sku).cents * 2; }", "input", "CB-7");
			for (int i = 0; i < 3; i++) {
				assertThat(text(call(client, "run_code", code))).isEqualTo("{\"outcome\":\"success\",\"result\":666}");
			}
			// A session is a conversation
			assertThat(text(call(client, "run_code", code))).contains("\"outcome\":\"rejected\"");
			assertThat(text(call(other, "run_code", code))).contains("\"outcome\":\"success\"");
			List<WasmToolEvent> events = server.getBean(TestApplication.Events.class).all();
			assertThat(events).extracting(WasmToolEvent::conversation).doesNotContainNull();
			assertThat(events.stream().map(WasmToolEvent::conversation).distinct()).hasSize(2);
		}
	}

	@Test
	void toolsAreOnNoServerThatIsThereForOthers() {
		try (ConfigurableApplicationContext server = server("spring.ai.mcp.server.protocol=STREAMABLE");
				McpSyncClient client = client(server)) {
			assertThat(server.getBean(WasmTools.class).getToolCallbacks()).hasSize(4);
			assertThat(client.listTools().tools()).isEmpty();
		}
	}

	@Test
	void toolsAreListedAndCalledOverStandardInputAndOutput() {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		ServerParameters process = ServerParameters
			.builder(Path.of(System.getProperty("java.home"), "bin", "java").toString())
			.args("-cp", classPath, TestApplication.class.getName(), "--wasm.ai.mcp=stdio",
					"--spring.ai.mcp.server.enabled=true", "--wasm.ai.tools.include=lookup",
					"--wasm.ai.code.enabled=true", "--wasm.ai.code.languages=javascript")
			.build();
		try (McpSyncClient client = client(new StdioClientTransport(process, McpJsonDefaults.getMapper()))) {
			assertThat(client.listTools().tools()).extracting(Tool::name)
				.containsExactlyInAnyOrder("lookup", "run_code");
			assertThat(text(call(client, "lookup", Map.of("input", "CB-7")))).contains("333");
			assertThat(text(call(client, "run_code",
					Map.of("language", "javascript", "code", "function handle() { print('seen'); return 7; }"))))
				.isEqualTo("{\"outcome\":\"success\",\"result\":7,\"printed\":\"seen\\n\"}");
		}
	}

}
