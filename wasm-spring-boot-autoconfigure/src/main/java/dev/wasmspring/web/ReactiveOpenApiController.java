package dev.wasmspring.web;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import reactor.core.publisher.Mono;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The description of the endpoint in a WebFlux application, the same as
 * {@link OpenApiController} is with Spring MVC. A singleton, shared by all threads.
 */
public final class ReactiveOpenApiController {

	private final OpenApiDescription description;

	/**
	 * Creates the controller.
	 * @param description what it answers with
	 */
	public ReactiveOpenApiController(OpenApiDescription description) {
		this.description = description;
	}

	Mono<Void> document(ServerWebExchange exchange) {
		byte[] json = this.description.document(exchange.getRequest().getPath().contextPath().value())
			.getBytes(StandardCharsets.UTF_8);
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		response.getHeaders().set("X-Content-Type-Options", "nosniff");
		response.getHeaders().setContentLength(json.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(json)));
	}

	/**
	 * The processor that gives a controller its path, unless the application has
	 * something there.
	 * @param path the endpoint's path, as {@link EndpointPath#normalize} gives it
	 * @param controller the name of the controller's bean
	 * @return the processor
	 */
	public static BeanPostProcessor mappings(String path, String controller) {
		return new Mappings(path + "/openapi.json", controller);
	}

	/**
	 * Adds the path to WebFlux's own mapping. Lives as long as the application; used
	 * while that starts.
	 */
	private record Mappings(String path, String controller) implements BeanPostProcessor {

		private static final Method DOCUMENT = Objects.requireNonNull(
				ReflectionUtils.findMethod(ReactiveOpenApiController.class, "document", ServerWebExchange.class));

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (beanName.equals(ReactiveFunctionMappings.WEBFLUX)
					&& bean instanceof RequestMappingHandlerMapping mapping) {
				RequestMappingInfo info = RequestMappingInfo.paths(this.path)
					.methods(RequestMethod.GET)
					.options(ReactiveFunctionMappings.options(mapping))
					.build();
				if (!mapping.getHandlerMethods().containsKey(info)) {
					mapping.registerMapping(info, this.controller, DOCUMENT);
				}
			}
			return bean;
		}

	}

}
