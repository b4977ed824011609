package dev.wasmspring.client;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import dev.wasmspring.conversion.FunctionConversion;
import org.jetbrains.annotations.ApiStatus;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * The factory of clients, whose beans it makes. Lives as long as the context; used while
 * it starts, by one thread, and whenever a client is asked for after that.
 */
@ApiStatus.Internal
public final class WasmClients implements SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final FunctionConversion conversion;

	private final Supplier<Executor> executor;

	/**
	 * Creates the factory.
	 * @param beanFactory where the functions' beans are
	 * @param conversion converts parameters and results
	 * @param executor runs the calls of methods that return at once
	 */
	public WasmClients(ConfigurableListableBeanFactory beanFactory, FunctionConversion conversion,
			Supplier<Executor> executor) {
		this.beanFactory = beanFactory;
		this.conversion = conversion;
		this.executor = executor;
	}

	/**
	 * Makes a client. The factory method of the clients' beans.
	 * @param type its interface
	 * @return an implementation
	 * @throws InvalidClientException if one of its methods cannot be a function
	 */
	public Object get(Class<?> type) {
		Map<Method, ClientMethod> methods = new HashMap<>();
		Map<Method, MethodHandle> defaults = new HashMap<>();
		for (Method method : type.getMethods()) {
			if (method.isDefault()) {
				defaults.put(method, handle(method));
			}
			if (Modifier.isAbstract(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method)) {
				methods.put(method, ClientMethod.of(method, type, this.beanFactory, this.conversion, this.executor));
			}
		}
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler(type, methods, defaults));
	}

	/**
	 * The body of a default method, also that of an interface that is not public.
	 */
	private static MethodHandle handle(Method method) {
		Class<?> declaring = method.getDeclaringClass();
		try {
			return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup()).unreflectSpecial(method, declaring);
		}
		catch (IllegalAccessException ex) {
			throw new InvalidClientException(declaring.getSimpleName() + "." + method.getName(),
					"its body cannot be called from here.",
					"Open the package of the interface to the module dev.wasmspring.", List.of());
		}
	}

	private static InvocationHandler handler(Class<?> type, Map<Method, ClientMethod> methods,
			Map<Method, MethodHandle> defaults) {
		return (proxy, method, arguments) -> {
			ClientMethod function = methods.get(method);
			if (function != null) {
				return function.call((arguments != null) ? arguments : new Object[0]);
			}
			MethodHandle body = defaults.get(method);
			if (body != null) {
				return body.bindTo(proxy).invokeWithArguments((arguments != null) ? arguments : new Object[0]);
			}
			return switch (method.getName()) {
				case "equals" -> proxy == arguments[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> "client " + type.getName();
			};
		};
	}

	/**
	 * Makes all clients, those that are lazy too, so that none fails at its first call.
	 * Where all beans are lazy, this one is not: Spring Boot makes no bean lazy that is
	 * told of this.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			if (ClientBeans.type(this.beanFactory.getBeanDefinition(name)) != null) {
				this.beanFactory.getBean(name);
			}
		}
	}

}
