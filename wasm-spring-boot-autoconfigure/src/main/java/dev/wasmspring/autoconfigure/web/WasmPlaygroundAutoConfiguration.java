package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.web.EndpointPath;
import dev.wasmspring.web.ExposedFunctions;
import dev.wasmspring.web.OpenApiController;
import dev.wasmspring.web.PageMappings;
import dev.wasmspring.web.PlaygroundCalls;
import dev.wasmspring.web.PlaygroundController;
import dev.wasmspring.web.PlaygroundTimingFilter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the page on which functions are tried.
 */
@AutoConfiguration(after = { WasmWebAutoConfiguration.class, WasmOpenApiAutoConfiguration.class })
@ConditionalOnBean({ ExposedFunctions.class, EndpointPath.class })
@ConditionalOnBooleanProperty("wasm.web.playground.enabled")
public final class WasmPlaygroundAutoConfiguration {

	private static final Log logger = LogFactory.getLog(WasmPlaygroundAutoConfiguration.class);

	private static final String CONTROLLER = "wasmPlaygroundController";

	WasmPlaygroundAutoConfiguration() {
	}

	@Bean
	static PlaygroundCalls wasmPlaygroundCalls() {
		return new PlaygroundCalls();
	}

	@Bean(CONTROLLER)
	PlaygroundController wasmPlaygroundController(ExposedFunctions exposed, WasmFunctions functions,
			PlaygroundCalls calls, ObjectProvider<WasmScripts> scripts, ObjectProvider<OpenApiController> openApi,
			EndpointPath path, Environment environment) {
		logger.info("Functions can be tried at " + environment.getProperty("server.servlet.context-path", "") + path
				+ "/playground, and scripts be run there. This is for development: see 'wasm.web.playground.enabled'");
		return new PlaygroundController(exposed, functions, calls, scripts.getIfAvailable(),
				environment.getProperty("spring.application.name", ""), openApi.getIfAvailable() != null);
	}

	@Bean
	static PageMappings wasmPlaygroundMappings(Environment environment) {
		return PageMappings.playground(WebPaths.path(environment), CONTROLLER);
	}

	@Bean
	FilterRegistrationBean<PlaygroundTimingFilter> wasmPlaygroundTimingFilter(EndpointPath path,
			PlaygroundCalls calls) {
		FilterRegistrationBean<PlaygroundTimingFilter> registration = new FilterRegistrationBean<>(
				new PlaygroundTimingFilter(calls));
		registration.addUrlPatterns(path.urlPattern());
		return registration;
	}

}
