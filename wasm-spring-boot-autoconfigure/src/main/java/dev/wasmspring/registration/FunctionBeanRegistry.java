package dev.wasmspring.registration;

import java.util.Collection;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.module.ModuleException;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/**
 * The beans of functions that come and go while the application runs. Lives as long as
 * the context; used by one thread at a time.
 */
public final class FunctionBeanRegistry {

	private final ConfigurableListableBeanFactory beanFactory;

	private final BeanDefinitionRegistry registry;

	/**
	 * Finds and registers beans.
	 * @param beanFactory a bean factory that is also a registry of bean definitions
	 */
	public FunctionBeanRegistry(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.registry = (BeanDefinitionRegistry) beanFactory;
	}

	/**
	 * Checks that nothing but the function has its name.
	 * @param function the function, which may have a bean already
	 * @throws ModuleException if something else has
	 */
	public void requireFree(FunctionDefinition function) {
		if (isRegistered(function)) {
			return;
		}
		try {
			FunctionBeans.requireFree(function, this.registry);
		}
		catch (FunctionBeanClashException ex) {
			throw ex.ofModule(function.module());
		}
	}

	/**
	 * Defines the bean of a function, unless it has one.
	 * @param function the function
	 */
	public void register(FunctionDefinition function) {
		if (!isRegistered(function)) {
			FunctionBeans.register(function, this.registry);
		}
	}

	private boolean isRegistered(FunctionDefinition function) {
		return this.registry.containsBeanDefinition(function.name())
				&& FunctionBeans.isFunction(this.registry.getBeanDefinition(function.name()));
	}

	/**
	 * Removes the beans that no other bean holds: with them, Spring would destroy those
	 * that do. What stays answers that it is unknown.
	 * @param functions the names of functions that are gone
	 */
	public void remove(Collection<String> functions) {
		for (String name : functions) {
			if (this.registry.containsBeanDefinition(name) && this.beanFactory.getDependentBeans(name).length == 0) {
				this.registry.removeBeanDefinition(name);
			}
		}
	}

}
