package dev.wasmspring.ai;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/**
 * An application with functions, tools and code, as users have it.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class TestApplication {

	/** Models may run code and call everything from it. */
	private static final String[] WITH_CODE = { "wasm.ai.code.enabled=true", "wasm.ai.code.tools=*",
			"wasm.ai.code.calls-per-conversation=3", "wasm.ai.code.limits.timeout=2s" };

	private static ConfigurableApplicationContext withCode;

	/**
	 * Heard of in one application.
	 */
	static final class Events {

		private final List<WasmToolEvent> all = new CopyOnWriteArrayList<>();

		@EventListener
		void heard(WasmToolEvent event) {
			this.all.add(event);
		}

		List<WasmToolEvent> all() {
			return this.all;
		}

	}

	/**
	 * A server in a process of its own.
	 */
	public static void main(String[] args) {
		SpringApplication.run(TestApplication.class, args);
	}

	@Bean
	Events events() {
		return new Events();
	}

	static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.run(Stream.concat(Stream.of("spring.ai.mcp.server.enabled=false"), Stream.of(properties))
				.map((property) -> "--" + property)
				.toArray(String[]::new));
	}

	/**
	 * The one that tests share which change nothing of it.
	 */
	static synchronized ConfigurableApplicationContext withCode() {
		if (withCode == null) {
			withCode = start(WITH_CODE);
		}
		return withCode;
	}

	static ToolCallback tool(ConfigurableApplicationContext application, String name) {
		return List.of(application.getBean(WasmTools.class).getToolCallbacks())
			.stream()
			.filter((tool) -> tool.getToolDefinition().name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	static ToolContext conversation(String id) {
		return new ToolContext(Map.of("conversationId", id));
	}

}
