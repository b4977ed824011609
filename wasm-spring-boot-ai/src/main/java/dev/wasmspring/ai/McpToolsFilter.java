package dev.wasmspring.ai;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Takes our tools out of those that Spring AI makes of every provider for its MCP server.
 * An application may have that server for something else, and code that models write is
 * nothing that should be reached from outside by accident. Lives as long as the
 * application context.
 */
final class McpToolsFilter implements BeanPostProcessor {

	/** What Spring AI calls the lists that it makes of providers. */
	private static final Set<String> BEANS = Set.of("syncTools", "asyncTools");

	private final ObjectProvider<WasmTools> tools;

	McpToolsFilter(ObjectProvider<WasmTools> tools) {
		this.tools = tools;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!BEANS.contains(beanName) || !(bean instanceof List<?> specifications)) {
			return bean;
		}
		Set<String> ours = Arrays.stream(this.tools.getObject().getToolCallbacks())
			.map((tool) -> tool.getToolDefinition().name())
			.collect(Collectors.toSet());
		return specifications.stream().filter((specification) -> !isIn(ours, specification)).toList();
	}

	private static boolean isIn(Set<String> names, Object specification) {
		String name = name(specification);
		return name != null && names.contains(name);
	}

	private static @Nullable String name(Object specification) {
		if (specification instanceof McpServerFeatures.SyncToolSpecification sync) {
			return sync.tool().name();
		}
		if (specification instanceof McpServerFeatures.AsyncToolSpecification async) {
			return async.tool().name();
		}
		if (specification instanceof McpStatelessServerFeatures.SyncToolSpecification sync) {
			return sync.tool().name();
		}
		return (specification instanceof McpStatelessServerFeatures.AsyncToolSpecification async) ? async.tool().name()
				: null;
	}

}
