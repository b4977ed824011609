package dev.wasmspring.ai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for functions as tools of models, and for code that models write.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class, beforeName = {
		"org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration",
		"org.springframework.ai.mcp.server.common.autoconfigure.ToolCallbackConverterAutoConfiguration",
		"org.springframework.ai.mcp.server.common.autoconfigure.StatelessToolCallbackConverterAutoConfiguration" })
@ConditionalOnClass({ ToolCallbackProvider.class, WasmFunctions.class })
@ConditionalOnBean({ WasmFunctions.class, WasmScripts.class })
@EnableConfigurationProperties(WasmAiProperties.class)
public final class WasmAiAutoConfiguration {

	WasmAiAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ToolAudit wasmToolAudit(ObjectProvider<ObservationRegistry> registry, ApplicationEventPublisher publisher,
			WasmAiProperties properties) {
		return new ToolAudit(registry.getIfUnique(() -> ObservationRegistry.NOOP), publisher,
				properties.getAudit().isIncludeCode());
	}

	@Bean
	@ConditionalOnMissingBean
	FunctionTools wasmFunctionTools(WasmFunctions functions, ToolAudit audit, WasmAiProperties properties) {
		return new FunctionTools(functions, audit, Math.toIntExact(properties.getTools().getOutput().toBytes()));
	}

	@Bean
	@ConditionalOnMissingBean
	WasmTools wasmTools(FunctionTools functions, ObjectProvider<RunCodeTool> code, WasmAiProperties properties) {
		ToolNames names = new ToolNames(properties.getTools().getInclude(), properties.getTools().getExclude());
		return new WasmTools(() -> functions.of(names), code.getIfAvailable());
	}

	/**
	 * Code of models, for those who want it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("wasm.ai.code.enabled")
	static class RunCode {

		@Bean
		@ConditionalOnMissingBean
		CodeRunner wasmCodeRunner(WasmScripts scripts, FunctionTools functions, ToolAudit audit,
				WasmAiProperties properties) {
			return new CodeRunner(scripts, tools(functions, properties), audit, CodeSettings.of(properties.getCode()));
		}

		@Bean
		@ConditionalOnMissingBean
		RunCodeTool wasmRunCodeTool(CodeRunner runner, WasmScripts scripts, FunctionTools functions,
				WasmAiProperties properties) {
			List<String> wanted = properties.getCode().getLanguages();
			List<CodeLanguage> languages = RunCodeTool.languages(scripts.languages(), wanted);
			if (languages.isEmpty() || languages.size() < wanted.size()) {
				throw new InvalidConfigurationPropertyValueException("wasm.ai.code.languages", wanted,
						"There are runtimes on the class path for " + scripts.languages()
								+ " alone. Add the dependency 'dev.wasmspring:wasm-runtime-javascript',"
								+ " or that of another language.");
			}
			return new RunCodeTool(runner, languages, tools(functions, properties),
					CodeSettings.of(properties.getCode()));
		}

		private static Supplier<List<FunctionTool>> tools(FunctionTools functions, WasmAiProperties properties) {
			ToolNames names = new ToolNames(properties.getCode().getTools(), properties.getTools().getExclude());
			return () -> functions.of(names);
		}

	}

	/**
	 * Audit events, where there is the actuator.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AuditApplicationEvent.class)
	static class Auditing {

		@Bean
		ApplicationListener<PayloadApplicationEvent<WasmToolEvent>> wasmToolAuditEvents(
				ApplicationEventPublisher publisher) {
			return (event) -> {
				WasmToolEvent called = event.getPayload();
				String user = called.user();
				publisher.publishEvent(new AuditApplicationEvent(new AuditEvent((user != null) ? user : "unknown",
						called.tool().equals(RunCodeTool.NAME) ? "WASM_CODE_RUN" : "WASM_TOOL_CALLED",
						nullable(called))));
			};
		}

		private static Map<String, @Nullable Object> nullable(WasmToolEvent called) {
			return new LinkedHashMap<>(called.details());
		}

	}

	/**
	 * Keeps our tools off a server that is there for others.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "io.modelcontextprotocol.server.McpServerFeatures")
	@ConditionalOnProperty(name = "wasm.ai.mcp", havingValue = "none", matchIfMissing = true)
	static class NotOverMcp {

		@Bean
		static McpToolsFilter wasmMcpToolsFilter(ObjectProvider<WasmTools> tools) {
			return new McpToolsFilter(tools);
		}

	}

}
