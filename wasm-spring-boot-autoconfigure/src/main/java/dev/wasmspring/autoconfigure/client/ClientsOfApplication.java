package dev.wasmspring.autoconfigure.client;

import dev.wasmspring.client.ClientBeans;
import dev.wasmspring.discovery.FunctionSelection;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The registrar of the clients in the packages of the application. Lives while the
 * context starts; used by one thread.
 */
final class ClientsOfApplication implements ImportBeanDefinitionRegistrar {

	private final BeanFactory beanFactory;

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	ClientsOfApplication(BeanFactory beanFactory, Environment environment, ResourceLoader resourceLoader) {
		this.beanFactory = beanFactory;
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		// Where a test is for some functions, clients may be for others
		if (AutoConfigurationPackages.has(this.beanFactory)
				&& !this.beanFactory.containsBean(FunctionSelection.BEAN_NAME)) {
			ClientBeans.scan(AutoConfigurationPackages.get(this.beanFactory), registry, this.environment,
					this.resourceLoader);
		}
	}

}
