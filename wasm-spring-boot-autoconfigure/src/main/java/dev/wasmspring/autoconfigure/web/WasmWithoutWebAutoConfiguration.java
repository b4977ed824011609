package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.ConditionalOnFunctionsInContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for applications that have no REST endpoint although nobody switched
 * it off: says so.
 */
@AutoConfiguration(after = { WasmWebAutoConfiguration.class, WasmWebFluxAutoConfiguration.class })
@ConditionalOnFunctionsInContext
@ConditionalOnBooleanProperty(name = "wasm.web.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(name = WebPaths.CONTROLLER, search = SearchStrategy.CURRENT)
public final class WasmWithoutWebAutoConfiguration {

	private static final Log logger = LogFactory.getLog(WasmWithoutWebAutoConfiguration.class);

	WasmWithoutWebAutoConfiguration() {
	}

	@Bean
	ApplicationListener<ContextRefreshedEvent> wasmWithoutWebNotice(ApplicationContext context) {
		return (refreshed) -> {
			if (refreshed.getApplicationContext() == context) {
				logger.info("WebAssembly functions are not served over HTTP: " + reason(context)
						+ ", or set 'wasm.web.enabled=false' if they are not to be");
			}
		};
	}

	private static String reason(ApplicationContext context) {
		if (isA(context, "org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext")) {
			return "this is a reactive web application without WebFlux. Add spring-boot-starter-webflux";
		}
		if (isA(context, "org.springframework.web.context.WebApplicationContext")) {
			return "this is a web application without Spring MVC. Add spring-boot-starter-webmvc";
		}
		return "this is not a web application. Add spring-boot-starter-webmvc "
				+ "(and do not set 'spring.main.web-application-type=none')";
	}

	private static boolean isA(ApplicationContext context, String type) {
		ClassLoader classLoader = context.getClassLoader();
		return ClassUtils.isPresent(type, classLoader)
				&& ClassUtils.resolveClassName(type, classLoader).isInstance(context);
	}

}
