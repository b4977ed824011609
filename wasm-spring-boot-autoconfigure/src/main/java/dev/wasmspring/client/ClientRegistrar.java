package dev.wasmspring.client;

import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * The registrar of the clients that {@code ImportWasmClients} names. Lives while the
 * context starts; used by one thread.
 */
final class ClientRegistrar implements ImportBeanDefinitionRegistrar {

	/** By its name: the annotation knows this class. */
	private static final String ANNOTATION = "dev.wasmspring.client.ImportWasmClients";

	private final Environment environment;

	private final ResourceLoader resourceLoader;

	ClientRegistrar(Environment environment, ResourceLoader resourceLoader) {
		this.environment = environment;
		this.resourceLoader = resourceLoader;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		AnnotationAttributes attributes = AnnotationAttributes.fromMap(importing.getAnnotationAttributes(ANNOTATION));
		Assert.notNull(attributes, "Imported by the annotation alone");
		Set<String> packages = new LinkedHashSet<>(Set.of(attributes.getStringArray("basePackages")));
		for (Class<?> type : attributes.getClassArray("basePackageClasses")) {
			packages.add(type.getPackageName());
		}
		Class<?>[] types = attributes.getClassArray("types");
		for (Class<?> type : types) {
			ClientBeans.register(type, registry);
		}
		if (packages.isEmpty() && types.length == 0) {
			packages.add(ClassUtils.getPackageName(importing.getClassName()));
		}
		ClientBeans.scan(packages, registry, this.environment, this.resourceLoader);
	}

}
