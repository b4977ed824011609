package dev.wasmspring.ai;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets what Spring AI's MCP server needs for what {@code wasm.ai.mcp} says, below
 * whatever the application sets itself. Runs once for each context.
 */
final class McpEnvironment implements EnvironmentPostProcessor {

	private static final String SOURCE = "wasmAiMcp";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		String mcp = environment.getProperty("wasm.ai.mcp", "none").toLowerCase(Locale.ROOT).replace('_', '-');
		Map<String, Object> defaults = new LinkedHashMap<>();
		if (mcp.equals("streamable-http")) {
			defaults.put("spring.ai.mcp.server.enabled", "true");
			defaults.put("spring.ai.mcp.server.stdio", "false");
			defaults.put("spring.ai.mcp.server.protocol", "STREAMABLE");
		}
		if (mcp.equals("stdio")) {
			defaults.put("spring.ai.mcp.server.enabled", "true");
			defaults.put("spring.ai.mcp.server.stdio", "true");
			// Standard output is for the protocol alone
			defaults.put("spring.main.web-application-type", "none");
			defaults.put("spring.main.banner-mode", "off");
			defaults.put("logging.threshold.console", "off");
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
		}
	}

}
