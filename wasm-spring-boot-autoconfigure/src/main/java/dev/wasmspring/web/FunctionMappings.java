package dev.wasmspring.web;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Supplier;

import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.HttpMethod;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.condition.RequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The processor that gives the {@link FunctionController} its paths in Spring MVC, among
 * those of the application's own controllers. Lives as long as the application; used
 * while it starts.
 * <p>
 * It adds to the mapping as soon as the mapping is there, and refers to the controller by
 * name, so that neither is made earlier than it would be otherwise.
 */
public final class FunctionMappings implements BeanPostProcessor {

	private static final String SPRING_MVC = "requestMappingHandlerMapping";

	private static final Method LIST = method("list");

	private static final Method CALL = method("call", HttpServletRequest.class, HttpServletResponse.class);

	private static final Method SHAPED = method("shaped", HttpServletRequest.class, HttpServletResponse.class);

	private static final Method REFUSE = method("refuse", HttpServletRequest.class, HttpServletResponse.class);

	private final String path;

	private final Supplier<EndpointPath> endpoint;

	private final String controller;

	private final Supplier<WasmFunctions> functions;

	/**
	 * Creates the processor.
	 * @param path the endpoint's path, as {@link EndpointPath#normalize} gives it
	 * @param endpoint the same path with what is known later, for requests
	 * @param controller the name of the controller's bean
	 * @param functions the functions, whose settings say what they make of HTTP
	 */
	public FunctionMappings(String path, Supplier<EndpointPath> endpoint, String controller,
			Supplier<WasmFunctions> functions) {
		this.path = path;
		this.endpoint = endpoint;
		this.controller = controller;
		this.functions = functions;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (beanName.equals(SPRING_MVC) && bean instanceof RequestMappingHandlerMapping mapping) {
			register(mapping);
		}
		return bean;
	}

	private void register(RequestMappingHandlerMapping mapping) {
		boolean root = this.path.isEmpty();
		RequestMappingInfo list = info(mapping, root ? "/" : this.path, RequestMethod.GET).build();
		if (!root || !mapping.getHandlerMethods().containsKey(list)) {
			mapping.registerMapping(list, this.controller, LIST);
		}
		String function = this.path + "/{name}";
		RequestMappingInfo.Builder call = info(mapping, function, RequestMethod.POST);
		if (root) {
			// Everything there that is not a function is left to the application
			call.customCondition(new OfFunction(this.endpoint, true));
		}
		mapping.registerMapping(call.build(), this.controller, CALL);
		// Said by us, since the mappings of shaped functions have all methods, so that
		// Spring MVC does not see that one is not supported
		OfFunction notCalled = new OfFunction(this.endpoint, false);
		mapping.registerMapping(info(mapping, function).customCondition(notCalled).build(), this.controller, REFUSE);
		mapping.registerMapping(info(mapping, function, RequestMethod.OPTIONS).customCondition(notCalled).build(),
				this.controller, REFUSE);
		// Of all mappings for a path, the one with the most methods wins
		mapping.registerMapping(RequestMappingInfo.paths(function, function + "/**")
			.methods(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.PUT, RequestMethod.PATCH,
					RequestMethod.DELETE, RequestMethod.OPTIONS)
			.customCondition(new OfShapedFunction(this.endpoint, this.functions, false))
			.options(mapping.getBuilderConfiguration())
			.build(), this.controller, SHAPED);
		// By itself, so that a call, the request that comes most, is compared with few
		// patterns
		mapping.registerMapping(info(mapping, function + "/**", RequestMethod.POST)
			.customCondition(new OfShapedFunction(this.endpoint, this.functions, true))
			.build(), this.controller, SHAPED);
	}

	private static RequestMappingInfo.Builder info(RequestMappingHandlerMapping mapping, String path,
			RequestMethod... methods) {
		return RequestMappingInfo.paths(path).methods(methods).options(mapping.getBuilderConfiguration());
	}

	private static Method method(String name, Class<?>... parameters) {
		return Objects.requireNonNull(ReflectionUtils.findMethod(FunctionController.class, name, parameters));
	}

	/**
	 * The condition that a request is for the path of a function that can be called.
	 * Immutable, shared by all threads.
	 *
	 * @param endpoint where the functions are
	 * @param called whether the request may be a call
	 */
	private record OfFunction(Supplier<EndpointPath> endpoint, boolean called) implements RequestCondition<OfFunction> {

		@Override
		public OfFunction combine(OfFunction other) {
			return other;
		}

		@Override
		public @Nullable OfFunction getMatchingCondition(HttpServletRequest request) {
			if (!this.called && HttpMethod.POST.matches(request.getMethod())) {
				return null;
			}
			EndpointPath.Target target = this.endpoint.get().target(request);
			return (target != null && target.function()) ? this : null;
		}

		@Override
		public int compareTo(OfFunction other, HttpServletRequest request) {
			return 0;
		}

	}

	/**
	 * The condition that a request is for a function that takes more than {@code POST}.
	 * Immutable, shared by all threads.
	 *
	 * @param endpoint where the functions are
	 * @param functions the functions
	 * @param below whether the path is to be below that of the function
	 */
	private record OfShapedFunction(Supplier<EndpointPath> endpoint, Supplier<WasmFunctions> functions,
			boolean below) implements RequestCondition<OfShapedFunction> {

		@Override
		public OfShapedFunction combine(OfShapedFunction other) {
			return other;
		}

		@Override
		public @Nullable OfShapedFunction getMatchingCondition(HttpServletRequest request) {
			EndpointPath.Target target = this.endpoint.get().target(request);
			if (target == null || !target.function() || target.name() == null || (this.below && target.rest().isEmpty())
					|| !ShapedCalls.isMore(this.functions.get(), target.name())) {
				return null;
			}
			ServletShapes.rest(request, target.rest());
			return this;
		}

		@Override
		public int compareTo(OfShapedFunction other, HttpServletRequest request) {
			return 0;
		}

	}

}
