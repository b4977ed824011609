package dev.wasmspring.autoconfigure;

import dev.wasmspring.function.FunctionDefinition;

import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each function. Used by one thread while bean definitions are read,
 * then discarded.
 * <p>
 * It runs where bean definitions are made: at an ordinary start, and when an application
 * is processed ahead of time, but not when such an application starts. What it found is
 * therefore handed on by a singleton, and the definitions hold nothing but names.
 */
final class WasmFunctionRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	WasmFunctionRegistrar(Environment environment, ResourceLoader resourceLoader) {
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
		WasmProperties properties = Binder.get(this.environment).bindOrCreate("wasm", WasmProperties.class);
		DiscoveredFunctions discovered = new FunctionDiscovery(properties, this.resourceLoader).discover();
		if (registry instanceof SingletonBeanRegistry singletons) {
			singletons.registerSingleton(DiscoveredFunctions.BEAN_NAME, discovered);
		}
		for (FunctionDefinition function : discovered.definitions()) {
			FunctionBeans.requireFree(function, registry);
			FunctionBeans.register(function, registry);
		}
	}

}
