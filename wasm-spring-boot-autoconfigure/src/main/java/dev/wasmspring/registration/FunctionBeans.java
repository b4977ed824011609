package dev.wasmspring.registration;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

/**
 * The beans of functions, and the keeper of their names: nothing else may have one, be it
 * defined before the functions or after them, and whether or not bean definitions may
 * override each other. Stateless; at work when all bean definitions are known, and
 * whenever functions come later.
 */
public final class FunctionBeans implements BeanFactoryPostProcessor {

	/**
	 * The name of the bean whose factory method makes the functions.
	 */
	public static final String FACTORY = "wasmFunctions";

	/**
	 * {@code Function<?, ?>}: declared with anything narrower, the functions could not be
	 * injected both as functions of bytes and as functions of text.
	 */
	private static final ResolvableType FUNCTION = ResolvableType
		.forType(new ParameterizedTypeReference<Function<?, ?>>() {
		});

	/**
	 * Beans that a context, its servlets and what runs in it make or look for by their
	 * names. Whatever has such a name would take their place, or end the start.
	 */
	private static final Set<String> RESERVED = Set.of("applicationEventMulticaster", "applicationStartup",
			"bootstrapExecutor", "contextAttributes", "contextParameters", "conversionService", "environment",
			"errorChannel", "flashMapManager", "forwardedHeaderTransformer", "handlerAdapter",
			"handlerExceptionResolver", "handlerMapping", "httpHandler", "lifecycleProcessor", "loadTimeWeaver",
			"localeContextResolver", "localeResolver", "messageSource", "multipartResolver", "nullChannel",
			"serverCodecConfigurer", "servletConfig", "servletContext", "systemEnvironment", "systemProperties",
			"taskExecutor", "taskScheduler", "themeResolver", "viewNameTranslator", "viewResolver", "webHandler",
			"webSessionManager");

	private static final Log logger = LogFactory.getLog(FunctionBeans.class);

	/**
	 * Defines the bean of a function.
	 */
	public static void register(FunctionDefinition function, BeanDefinitionRegistry registry) {
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
	 * Checks that nothing else has the name of a function, and that nothing will.
	 * @throws FunctionBeanClashException if something has
	 */
	static void requireFree(FunctionDefinition function, BeanDefinitionRegistry registry) {
		String name = function.name();
		if (registry.containsBeanDefinition(name) && !isFunction(registry.getBeanDefinition(name))) {
			throw clash(function, "the bean" + definedIn(registry.getBeanDefinition(name)));
		}
		requireNoAliasOrSingleton(function, registry);
		if (RESERVED.contains(name) || name.equals(DiscoveredFunctions.BEAN_NAME)) {
			throw clash(function, "a bean that the application context makes or looks for itself");
		}
	}

	/**
	 * The functions whose names are free, without those of their modules.
	 * @return without the modules that clash, which are logged and rejected, if they are
	 * to be skipped
	 * @throws FunctionBeanClashException if something else has the name of a function,
	 * and its module is not to be skipped
	 */
	public static DiscoveredFunctions free(DiscoveredFunctions discovered,
			ConfigurableListableBeanFactory beanFactory) {
		DiscoveredFunctions free = discovered;
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beanFactory;
		Set<Module> rejected = new HashSet<>();
		for (FunctionDefinition function : discovered.definitions()) {
			try {
				if (!rejected.contains(function.module())) {
					requireFree(function, registry);
				}
			}
			catch (FunctionBeanClashException ex) {
				if (!discovered.skipsInvalid()) {
					throw ex;
				}
				ModuleException rejection = ex.ofModule(function.module());
				logger.warn(rejection.getMessage() + " " + rejection.remedy());
				rejected.add(function.module());
				free = free.rejecting(function.module(), ModuleRejection.of(rejection));
			}
		}
		return free;
	}

	/**
	 * Checks that nothing has taken the name of a function after they were registered. In
	 * an application that was processed ahead of time nothing is known of them yet.
	 * @throws FunctionBeanClashException if something has, and modules are not to be
	 * skipped
	 */
	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof DefaultListableBeanFactory registry
				&& beanFactory.getSingleton(DiscoveredFunctions.BEAN_NAME) instanceof DiscoveredFunctions discovered) {
			DiscoveredFunctions free = free(discovered, beanFactory);
			if (free != discovered) {
				registry.destroySingleton(DiscoveredFunctions.BEAN_NAME);
				registry.registerSingleton(DiscoveredFunctions.BEAN_NAME, free);
				beanFactory.getBeanDefinition(FACTORY).setAttribute(DiscoveredFunctions.BEAN_NAME, free);
				Set<String> kept = new HashSet<>(free.definitions().stream().map(FunctionDefinition::name).toList());
				discovered.definitions()
					.stream()
					.map(FunctionDefinition::name)
					.filter((name) -> !kept.contains(name) && registry.containsBeanDefinition(name)
							&& isFunction(registry.getBeanDefinition(name)))
					.forEach((name) -> remove(name, registry));
			}
		}
	}

	/**
	 * Removes the bean definition of a function, and with it no singleton that has taken
	 * its place.
	 */
	private static void remove(String name, DefaultListableBeanFactory registry) {
		Object singleton = registry.getSingleton(name);
		registry.removeBeanDefinition(name);
		if (singleton != null) {
			registry.registerSingleton(name, singleton);
		}
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
	 * The names of the functions that have beans.
	 */
	public static List<String> names(ConfigurableListableBeanFactory beanFactory) {
		return Stream.of(beanFactory.getBeanDefinitionNames())
			.filter((name) -> isFunction(beanFactory.getBeanDefinition(name)))
			.toList();
	}

	/**
	 * The names of the functions that have beans in a context or those above it.
	 */
	public static Set<String> allNames(ConfigurableListableBeanFactory beanFactory) {
		Set<String> names = new LinkedHashSet<>(names(beanFactory));
		BeanFactory parent = beanFactory.getParentBeanFactory();
		ConfigurableListableBeanFactory above = (parent != null) ? nearest(parent) : null;
		if (above != null) {
			allNames(above).stream().filter((name) -> !beanFactory.containsLocalBean(name)).forEach(names::add);
		}
		return names;
	}

	/**
	 * The function of a bean of a context or those above it, whatever the application has
	 * put around it.
	 * @return {@code null} if no function's bean has the name
	 */
	public static @Nullable WasmFunction find(String name, BeanFactory beanFactory) {
		ConfigurableListableBeanFactory nearest = nearest(beanFactory);
		if (nearest == null) {
			return null;
		}
		if (!nearest.containsLocalBean(name)) {
			BeanFactory parent = nearest.getParentBeanFactory();
			return (parent != null) ? find(name, parent) : null;
		}
		return (nearest.containsBeanDefinition(name) && isFunction(nearest.getBeanDefinition(name)))
				? nearest.getBean(FACTORY, WasmFunctions.class).get(name) : null;
	}

	private static @Nullable ConfigurableListableBeanFactory nearest(BeanFactory beanFactory) {
		BeanFactory inner = (beanFactory instanceof ConfigurableApplicationContext context) ? context.getBeanFactory()
				: beanFactory;
		return (inner instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	/**
	 * Whether a bean definition is that of a function.
	 */
	public static boolean isFunction(BeanDefinition definition) {
		return FACTORY.equals(definition.getFactoryBeanName());
	}

	/**
	 * Where a bean is defined, as the end of a sentence.
	 * @return the empty text if nobody said where
	 */
	public static String definedIn(BeanDefinition definition) {
		String description = definition.getResourceDescription();
		return (description != null) ? " defined in " + description : "";
	}

}
