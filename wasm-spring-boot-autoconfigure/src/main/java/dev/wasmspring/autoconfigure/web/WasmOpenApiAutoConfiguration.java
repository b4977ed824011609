package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.web.EndpointPath;
import dev.wasmspring.web.ExposedFunctions;
import dev.wasmspring.web.OpenApiController;
import dev.wasmspring.web.OpenApiDescription;
import dev.wasmspring.web.PageMappings;
import dev.wasmspring.web.ReactiveEndpointPath;
import dev.wasmspring.web.ReactiveOpenApiController;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
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
@AutoConfiguration(after = { WasmWebAutoConfiguration.class, WasmWebFluxAutoConfiguration.class })
@ConditionalOnBean(ExposedFunctions.class)
@ConditionalOnBooleanProperty(name = "wasm.web.openapi.enabled", matchIfMissing = true)
public final class WasmOpenApiAutoConfiguration {

	private static final String CONTROLLER = "wasmOpenApiController";

	WasmOpenApiAutoConfiguration() {
	}

	private static OpenApiDescription description(ExposedFunctions functions, String path, Environment environment,
			ObjectProvider<BuildProperties> build) {
		String name = environment.getProperty("spring.application.name");
		BuildProperties properties = build.getIfAvailable();
		String version = (properties != null) ? properties.getVersion() : null;
		return new OpenApiDescription(functions, path, StringUtils.hasText(name) ? name : "Functions",
				StringUtils.hasText(version) ? version : "unversioned");
	}

	/**
	 * With Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(EndpointPath.class)
	static class WebMvcConfiguration {

		@Bean
		OpenApiDescription wasmOpenApiDescription(ExposedFunctions functions, EndpointPath path,
				Environment environment, ObjectProvider<BuildProperties> build) {
			return description(functions, path.toString(), environment, build);
		}

		@Bean(CONTROLLER)
		OpenApiController wasmOpenApiController(OpenApiDescription description) {
			return new OpenApiController(description);
		}

		@Bean
		static PageMappings wasmOpenApiMappings(Environment environment) {
			return PageMappings.openApi(WebPaths.path(environment), CONTROLLER);
		}

	}

	/**
	 * With WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ReactiveEndpointPath.class)
	static class WebFluxConfiguration {

		@Bean
		OpenApiDescription wasmOpenApiDescription(ExposedFunctions functions, ReactiveEndpointPath path,
				Environment environment, ObjectProvider<BuildProperties> build) {
			return description(functions, path.toString(), environment, build);
		}

		@Bean(CONTROLLER)
		ReactiveOpenApiController wasmOpenApiController(OpenApiDescription description) {
			return new ReactiveOpenApiController(description);
		}

		@Bean
		static BeanPostProcessor wasmOpenApiMappings(Environment environment) {
			return ReactiveOpenApiController.mappings(WebPaths.path(environment), CONTROLLER);
		}

	}

	/**
	 * Where springdoc describes the application, it describes the functions as well.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ OpenApiCustomizer.class, io.swagger.v3.oas.models.OpenAPI.class })
	static class SpringdocConfiguration {

		@Bean
		OpenApiCustomizer wasmOpenApiCustomizer(OpenApiDescription description) {
			return new SpringdocFunctions(description);
		}

	}

}
