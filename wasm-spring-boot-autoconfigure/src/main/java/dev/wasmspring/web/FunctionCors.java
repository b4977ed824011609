package dev.wasmspring.web;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The processor that says what pages of other origins may do with the endpoint, and with
 * nothing else of the application. Lives as long as the application; used while it
 * starts.
 */
public final class FunctionCors implements BeanPostProcessor {

	private static final String SPRING_MVC = "requestMappingHandlerMapping";

	private final @Nullable CorsConfiguration configuration;

	private final Supplier<EndpointPath> endpoint;

	/**
	 * Creates the processor.
	 * @param configuration what they may do; {@code null} to leave that to what the
	 * application says of all its paths
	 * @param endpoint the endpoint's path, for requests
	 */
	public FunctionCors(@Nullable CorsConfiguration configuration, Supplier<EndpointPath> endpoint) {
		this.configuration = configuration;
		this.endpoint = endpoint;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.configuration != null && beanName.equals(SPRING_MVC)
				&& bean instanceof RequestMappingHandlerMapping mapping) {
			CorsConfigurationSource others = mapping.getCorsConfigurationSource();
			mapping.setCorsConfigurationSource((request) -> {
				if (this.endpoint.get().target(request) != null) {
					return this.configuration;
				}
				return (others != null) ? others.getCorsConfiguration(request) : null;
			});
		}
		return bean;
	}

}
