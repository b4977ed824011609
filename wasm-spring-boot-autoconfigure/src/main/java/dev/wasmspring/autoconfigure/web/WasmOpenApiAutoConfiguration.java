package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.web.EndpointPath;
import dev.wasmspring.web.ExposedFunctions;
import dev.wasmspring.web.OpenApiController;
import dev.wasmspring.web.PageMappings;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for the description of the endpoint in OpenAPI.
 */
@AutoConfiguration(after = WasmWebAutoConfiguration.class)
@ConditionalOnBean({ ExposedFunctions.class, EndpointPath.class })
@ConditionalOnBooleanProperty(name = "wasm.web.openapi.enabled", matchIfMissing = true)
public final class WasmOpenApiAutoConfiguration {

	private static final String CONTROLLER = "wasmOpenApiController";

	WasmOpenApiAutoConfiguration() {
	}

	@Bean(CONTROLLER)
	OpenApiController wasmOpenApiController(ExposedFunctions functions, EndpointPath path, Environment environment,
			ObjectProvider<BuildProperties> build) {
		String name = environment.getProperty("spring.application.name");
		BuildProperties properties = build.getIfAvailable();
		String version = (properties != null) ? properties.getVersion() : null;
		return new OpenApiController(functions, path, StringUtils.hasText(name) ? name : "Functions",
				StringUtils.hasText(version) ? version : "unversioned");
	}

	@Bean
	static PageMappings wasmOpenApiMappings(Environment environment) {
		return PageMappings.openApi(WasmWebAutoConfiguration.path(environment), CONTROLLER);
	}

	/**
	 * Where springdoc describes the application, it describes the functions as well.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ OpenApiCustomizer.class, io.swagger.v3.oas.models.OpenAPI.class })
	static class SpringdocConfiguration {

		@Bean
		OpenApiCustomizer wasmOpenApiCustomizer(OpenApiController document) {
			return new SpringdocFunctions(document);
		}

	}

}
