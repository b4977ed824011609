package dev.wasmspring.autoconfigure;

import java.util.List;
import java.util.function.Function;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunction;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

/**
 * Keeps the names of the functions' beans: nothing else may have one, be it defined
 * before the functions or after them, and whether or not bean definitions may override
 * each other. Stateless; works when all bean definitions are known, and whenever
 * functions come later.
 */
final class FunctionBeans implements BeanFactoryPostProcessor {

	/**
	 * The name of the bean whose factory method makes the functions.
	 */
	static final String FACTORY = "wasmFunctions";

	/**
	 * {@code Function<?, ?>}: declared with anything narrower, the functions could not be
	 * injected both as functions of bytes and as functions of text.
	 */
	private static final ResolvableType FUNCTION = ResolvableType
		.forType(new ParameterizedTypeReference<Function<?, ?>>() {
		});

	/**
	 * Defines the bean of a function.
	 */
	static void register(FunctionDefinition function, BeanDefinitionRegistry registry) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setFactoryBeanName(FACTORY);
		definition.setFactoryMethodName("get");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, function.name());
		definition.setTargetType(FUNCTION);
		definition.setResourceDescription(function.module().origin());
		// A @Bean method that is read later would silently give way to an application's
		// definition, but not to a supporting one
		definition.setRole(BeanDefinition.ROLE_SUPPORT);
		registry.registerBeanDefinition(function.name(), definition);
	}

	/**
	 * Checks that nothing that was defined before the functions has the name of one.
	 * @throws FunctionBeanClashException if something has
	 */
	static void requireFree(FunctionDefinition function, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(function.name())) {
			throw clash(function, "the bean" + definedIn(registry.getBeanDefinition(function.name())));
		}
		requireNoAliasOrSingleton(function, registry);
	}

	/**
	 * Checks that nothing that was defined after the functions has taken the name of one.
	 * In an application that was processed ahead of time nothing is known of them yet.
	 * @throws FunctionBeanClashException if something has
	 */
	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getSingleton(DiscoveredFunctions.BEAN_NAME) instanceof DiscoveredFunctions discovered) {
			requireKept(discovered, beanFactory);
		}
	}

	/**
	 * Checks that the beans of the functions' names, where there are any, are the
	 * functions.
	 * @throws FunctionBeanClashException if one is not
	 */
	static void requireKept(DiscoveredFunctions discovered, ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof BeanDefinitionRegistry registry) {
			discovered.definitions().forEach((function) -> requireKept(function, registry));
		}
	}

	private static void requireKept(FunctionDefinition function, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(function.name())) {
			BeanDefinition definition = registry.getBeanDefinition(function.name());
			if (!isFunction(definition)) {
				throw clash(function, "the bean" + definedIn(definition));
			}
		}
		requireNoAliasOrSingleton(function, registry);
	}

	private static void requireNoAliasOrSingleton(FunctionDefinition function, BeanDefinitionRegistry registry) {
		if (registry.isAlias(function.name())) {
			throw clash(function, "an alias of " + aliased(function.name(), registry));
		}
		Object singleton = (registry instanceof SingletonBeanRegistry singletons)
				? singletons.getSingleton(function.name()) : null;
		if (singleton != null && !(singleton instanceof WasmFunction)) {
			throw clash(function, "the singleton of the type " + singleton.getClass().getName());
		}
	}

	private static String aliased(String alias, BeanDefinitionRegistry registry) {
		for (String name : registry.getBeanDefinitionNames()) {
			if (List.of(registry.getAliases(name)).contains(alias)) {
				return "the bean '" + name + "'" + definedIn(registry.getBeanDefinition(name));
			}
		}
		return "another bean";
	}

	private static FunctionBeanClashException clash(FunctionDefinition function, String other) {
		return new FunctionBeanClashException(function.name(), function.module().origin(), other);
	}

	/**
	 * Whether a bean definition is that of a function.
	 */
	static boolean isFunction(BeanDefinition definition) {
		return FACTORY.equals(definition.getFactoryBeanName());
	}

	/**
	 * Where a bean is defined, as the end of a sentence.
	 * @return the empty text if nobody said where
	 */
	static String definedIn(BeanDefinition definition) {
		String description = definition.getResourceDescription();
		return (description != null) ? " defined in " + description : "";
	}

}
