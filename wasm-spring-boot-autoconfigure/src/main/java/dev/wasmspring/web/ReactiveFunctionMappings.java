package dev.wasmspring.web;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Supplier;

import dev.wasmspring.function.WasmFunctions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.result.condition.RequestCondition;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The processor that gives the {@link ReactiveFunctionController} its paths in WebFlux,
 * among those of the application's own controllers. Lives as long as the application;
 * used while it starts.
 */
public final class ReactiveFunctionMappings implements BeanPostProcessor {

	static final String WEBFLUX = "requestMappingHandlerMapping";

	private static final Method LIST = method("list");

	private static final Method CALL = method("call", ServerWebExchange.class);

	private final String path;

	private final Supplier<ReactiveEndpointPath> endpoint;

	private final String controller;

	private final Supplier<WasmFunctions> functions;

	/**
	 * Creates the processor.
	 * @param path the endpoint's path, as {@link EndpointPath#normalize} gives it
	 * @param endpoint the same path with what is known later, for requests
	 * @param controller the name of the controller's bean
	 * @param functions the functions, whose settings say what they make of HTTP
	 */
	public ReactiveFunctionMappings(String path, Supplier<ReactiveEndpointPath> endpoint, String controller,
			Supplier<WasmFunctions> functions) {
		this.path = path;
		this.endpoint = endpoint;
		this.controller = controller;
		this.functions = functions;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (beanName.equals(WEBFLUX) && bean instanceof RequestMappingHandlerMapping mapping) {
			register(mapping);
		}
		return bean;
	}

	private void register(RequestMappingHandlerMapping mapping) {
		RequestMappingInfo.BuilderConfiguration options = options(mapping);
		boolean root = this.path.isEmpty();
		RequestMappingInfo list = RequestMappingInfo.paths(root ? "/" : this.path)
			.methods(RequestMethod.GET)
			.options(options)
			.build();
		if (!root || !mapping.getHandlerMethods().containsKey(list)) {
			mapping.registerMapping(list, this.controller, LIST);
		}
		String function = this.path + "/{name}";
		OfFunction ofFunction = new OfFunction(this.endpoint);
		// Of all mappings for a path the one with the most methods wins, and of those
		// with
		// as many the one with a condition
		mapping.registerMapping(info(options, ofFunction, function).methods(RequestMethod.POST).build(),
				this.controller, CALL);
		mapping.registerMapping(info(options, ofFunction, function).methods(RequestMethod.OPTIONS).build(),
				this.controller, CALL);
		mapping.registerMapping(info(options, ofFunction, function).build(), this.controller, CALL);
		mapping.registerMapping(
				info(options, new OfShapedFunction(this.endpoint, this.functions), function, function + "/**")
					.methods(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.POST, RequestMethod.PUT,
							RequestMethod.PATCH, RequestMethod.DELETE, RequestMethod.OPTIONS)
					.build(),
				this.controller, CALL);
	}

	/**
	 * How the mapping reads paths.
	 */
	static RequestMappingInfo.BuilderConfiguration options(RequestMappingHandlerMapping mapping) {
		RequestMappingInfo.BuilderConfiguration options = new RequestMappingInfo.BuilderConfiguration();
		options.setPatternParser(mapping.getPathPatternParser());
		options.setContentTypeResolver(mapping.getContentTypeResolver());
		return options;
	}

	private static RequestMappingInfo.Builder info(RequestMappingInfo.BuilderConfiguration options,
			RequestCondition<?> condition, String... paths) {
		return RequestMappingInfo.paths(paths).customCondition(condition).options(options);
	}

	private static Method method(String name, Class<?>... parameters) {
		return Objects.requireNonNull(ReflectionUtils.findMethod(ReactiveFunctionController.class, name, parameters));
	}

	/**
	 * The condition that a request is for the path of a function that can be called.
	 * Immutable, shared by all threads.
	 *
	 * @param endpoint where the functions are
	 */
	private record OfFunction(Supplier<ReactiveEndpointPath> endpoint) implements RequestCondition<OfFunction> {

		@Override
		public OfFunction combine(OfFunction other) {
			return other;
		}

		@Override
		public @Nullable OfFunction getMatchingCondition(ServerWebExchange exchange) {
			EndpointPath.Target target = this.endpoint.get().target(exchange.getRequest());
			return (target != null && target.function()) ? this : null;
		}

		@Override
		public int compareTo(OfFunction other, ServerWebExchange exchange) {
			return 0;
		}

	}

	/**
	 * The condition that a request is for a function that takes more than {@code POST}.
	 * Immutable, shared by all threads.
	 *
	 * @param endpoint where the functions are
	 * @param functions the functions
	 */
	private record OfShapedFunction(Supplier<ReactiveEndpointPath> endpoint,
			Supplier<WasmFunctions> functions) implements RequestCondition<OfShapedFunction> {

		@Override
		public OfShapedFunction combine(OfShapedFunction other) {
			return other;
		}

		@Override
		public @Nullable OfShapedFunction getMatchingCondition(ServerWebExchange exchange) {
			EndpointPath.Target target = this.endpoint.get().target(exchange.getRequest());
			return (target != null && target.function() && target.name() != null
					&& ShapedCalls.isMore(this.functions.get(), target.name())) ? this : null;
		}

		@Override
		public int compareTo(OfShapedFunction other, ServerWebExchange exchange) {
			return 0;
		}

	}

}
