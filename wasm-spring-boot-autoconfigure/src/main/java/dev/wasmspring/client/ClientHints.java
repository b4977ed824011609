package dev.wasmspring.client;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Tells ahead of time which proxies clients are, and which types they convert. Stateless.
 */
final class ClientHints implements BeanRegistrationAotProcessor {

	private static final BindingReflectionHintsRegistrar BINDING = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> type = ClientBeans.type(registeredBean.getMergedBeanDefinition());
		return (type != null) ? (generation, code) -> register(type, generation.getRuntimeHints()) : null;
	}

	private static void register(Class<?> type, RuntimeHints hints) {
		hints.proxies().registerJdkProxy(type);
		for (Method method : type.getMethods()) {
			BINDING.registerReflectionHints(hints.reflection(), method.getGenericReturnType());
			BINDING.registerReflectionHints(hints.reflection(), method.getGenericParameterTypes());
		}
	}

}
