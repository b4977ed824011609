package dev.wasmspring.client;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.wasmspring.conversion.FunctionConversion;
import dev.wasmspring.conversion.TypedFunction;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.registration.FunctionBeans;
import dev.wasmspring.sandbox.module.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/**
 * A method of a client, which calls a function. Lives as long as the client; shared by
 * all threads.
 */
final class ClientMethod {

	private static final Set<Class<?>> FUTURES = Set.of(CompletableFuture.class, CompletionStage.class, Future.class);

	private final TypedFunction function;

	private final List<Integer> payload;

	private final Map<Integer, String> headers;

	private final boolean several;

	private final @Nullable Supplier<Executor> executor;

	private ClientMethod(TypedFunction function, List<Integer> payload, Map<Integer, String> headers, boolean several,
			@Nullable Supplier<Executor> executor) {
		this.function = function;
		this.payload = payload;
		this.headers = headers;
		this.several = several;
		this.executor = executor;
	}

	/**
	 * The client method that a method of an interface is.
	 * @param method the method, without a body
	 * @param client the interface that is implemented, which may extend that of the
	 * method
	 * @param executor runs the calls of methods that return at once
	 * @throws InvalidClientException if it cannot be one
	 */
	@SuppressWarnings("unchecked")
	static ClientMethod of(Method method, Class<?> client, ConfigurableListableBeanFactory beanFactory,
			FunctionConversion conversion, Supplier<Executor> executor) {
		String described = client.getSimpleName() + "." + method.getName();
		String name = name(method, client, beanFactory);
		Map<Integer, String> headers = headers(method);
		List<Integer> payload = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (!headers.containsKey(i)) {
				payload.add(i);
			}
		}
		var function = FunctionBeans.find(name, beanFactory);
		FunctionDefinition definition = (function != null) ? function.definition() : null;
		boolean several = payload.size() > 1;
		if (several && definition != null && (definition.export().kind() != Kind.NUMERIC
				|| definition.export().parameters().size() != payload.size())) {
			throw new InvalidClientException(described,
					"it has " + payload.size() + " parameters, and the function '" + name + "' takes "
							+ ((definition.export().kind() != Kind.NUMERIC) ? "one input."
									: definition.export().parameters().size() + " numbers."),
					"Use one parameter for the input, and mark those that go with it with @Header.", List.of());
		}
		ResolvableType result = ResolvableType.forMethodReturnType(method, client);
		boolean future = FUTURES.contains(result.resolve(Object.class));
		TypedFunction typed = conversion.typed(name, beanFactory.getBean(name, Function.class), definition,
				input(method, client, payload), future ? result.getGeneric() : result, declaration(method, client));
		return new ClientMethod(typed, payload, headers, several, future ? executor : null);
	}

	private static ResolvableType input(Method method, Class<?> client, List<Integer> payload) {
		if (payload.isEmpty()) {
			return ResolvableType.forClass(Void.class);
		}
		if (payload.size() > 1) {
			return ResolvableType.forClassWithGenerics(List.class, Object.class);
		}
		return ResolvableType
			.forMethodParameter(new MethodParameter(method, payload.get(0)).withContainingClass(client));
	}

	private static String declaration(Method method, Class<?> client) {
		return ResolvableType.forMethodReturnType(method, client) + " " + client.getName() + "." + method.getName()
				+ Arrays.stream(method.getGenericParameterTypes())
					.map((type) -> type.getTypeName())
					.collect(Collectors.joining(", ", "(", ")"));
	}

	private static String name(Method method, Class<?> client, ConfigurableListableBeanFactory beanFactory) {
		WasmFunction annotation = AnnotatedElementUtils.findMergedAnnotation(method, WasmFunction.class);
		String named = (annotation != null) ? annotation.value() : "";
		List<String> candidates = !named.isEmpty() ? List.of(named) : List.of(method.getName(),
				method.getName().replaceAll("(?<=[a-z0-9])([A-Z])", "-$1").toLowerCase(Locale.ROOT));
		return candidates.stream()
			.filter((candidate) -> FunctionBeans.find(candidate, beanFactory) != null)
			.findFirst()
			.orElseThrow(() -> new InvalidClientException(client.getSimpleName() + "." + method.getName(),
					"there is no function '" + candidates.get(0) + "'.",
					"Correct the name in @WasmFunction, or check that 'wasm.locations' finds the module.",
					FunctionBeans.allNames(beanFactory).stream().sorted().toList()));
	}

	/**
	 * The parameters that are headers: by their names, or empty for all of a map.
	 */
	private static Map<Integer, String> headers(Method method) {
		Map<Integer, String> headers = new LinkedHashMap<>();
		Parameter[] parameters = method.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			Header header = AnnotatedElementUtils.findMergedAnnotation(parameters[i], Header.class);
			if (header != null) {
				headers.put(i, !header.name().isEmpty() ? header.name() : parameters[i].getName());
			}
			else if (parameters[i].isAnnotationPresent(Headers.class)
					|| parameters[i].getType() == MessageHeaders.class) {
				headers.put(i, "");
			}
		}
		return headers;
	}

	/**
	 * Calls the function.
	 */
	@Nullable Object call(@Nullable Object[] arguments) {
		Object input = input(arguments);
		Map<String, Object> with = headers(arguments);
		if (this.executor == null) {
			return call(input, with);
		}
		return CompletableFuture.supplyAsync(() -> call(input, with), this.executor.get());
	}

	private @Nullable Object input(@Nullable Object[] arguments) {
		if (this.several) {
			List<@Nullable Object> numbers = new ArrayList<>();
			this.payload.forEach((index) -> numbers.add(arguments[index]));
			return numbers;
		}
		return this.payload.isEmpty() ? null : arguments[this.payload.get(0)];
	}

	private @Nullable Object call(@Nullable Object input, @Nullable Map<String, Object> with) {
		if (input instanceof Message<?> message) {
			Map<String, Object> all = new LinkedHashMap<>(message.getHeaders());
			if (with != null) {
				all.putAll(with);
			}
			return this.function.call(message.getPayload(), all);
		}
		return this.function.call(input, with);
	}

	private @Nullable Map<String, Object> headers(@Nullable Object[] arguments) {
		if (this.headers.isEmpty()) {
			return null;
		}
		Map<String, Object> values = new LinkedHashMap<>();
		this.headers.forEach((index, name) -> {
			Object value = arguments[index];
			if (!name.isEmpty() && value != null) {
				values.put(name, value);
			}
			else if (value instanceof Map<?, ?> map) {
				map.forEach((key, element) -> {
					if (element != null) {
						values.put(String.valueOf(key), element);
					}
				});
			}
		});
		return values;
	}

}
