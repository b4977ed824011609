package dev.wasmspring.autoconfigure;

import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.registration.FunctionBeans;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * The registrar of the functions' beans. It registers them when all other bean
 * definitions are known: whatever has a function's name is there by then, so one rule
 * holds for all of them, and no function makes an auto-configuration back off. Lives
 * while the context starts; used by one thread.
 * <p>
 * It runs where bean definitions are made: at an ordinary start, and when an application
 * is processed ahead of time, but not when such an application starts. What it found is
 * therefore handed on by a singleton, and the definitions hold nothing but names.
 */
final class WasmFunctionRegistrar
		implements BeanDefinitionRegistryPostProcessor, BeanFactoryInitializationAotProcessor {

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	WasmFunctionRegistrar(Environment environment, ResourceLoader resourceLoader) {
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		// Others of its kind may still register what has the name of a function
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		WasmProperties properties = Binder.get(this.environment).bindOrCreate("wasm", WasmProperties.class);
		DiscoveredFunctions discovered = FunctionBeans.free(
				new ConfiguredFunctions(properties, this.environment, this.resourceLoader, beanFactory).discover(),
				beanFactory);
		beanFactory.registerSingleton(DiscoveredFunctions.BEAN_NAME, discovered);
		// Singletons are gone when a failure is explained
		beanFactory.getBeanDefinition(FunctionBeans.FACTORY).setAttribute(DiscoveredFunctions.BEAN_NAME, discovered);
		discovered.definitions()
			.forEach((function) -> FunctionBeans.register(function, (BeanDefinitionRegistry) beanFactory));
	}

	/**
	 * Contributes nothing, and by being asked stays out of the processed application.
	 */
	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		return null;
	}

}
