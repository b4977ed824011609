package dev.wasmspring.client;

import java.util.Collection;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The bean definitions of clients. Stateless.
 */
@ApiStatus.Internal
public final class ClientBeans {

	/**
	 * The name of the bean whose factory method makes clients.
	 */
	public static final String FACTORY = "wasmClients";

	private ClientBeans() {
	}

	/**
	 * Defines the beans of all clients in some packages.
	 * @param packages the names of the packages
	 * @param registry takes the definitions
	 * @param environment decides about profiles
	 * @param resourceLoader finds the interfaces
	 */
	public static void scan(Collection<String> packages, BeanDefinitionRegistry registry, Environment environment,
			ResourceLoader resourceLoader) {
		Scanner scanner = new Scanner(environment);
		scanner.setResourceLoader(resourceLoader);
		for (String name : packages) {
			for (BeanDefinition found : scanner.findCandidateComponents(name)) {
				register(ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()),
						resourceLoader.getClassLoader()), registry);
			}
		}
	}

	/**
	 * Defines the bean of a client, unless it is defined already.
	 */
	static void register(Class<?> type, BeanDefinitionRegistry registry) {
		Assert.isTrue(type.isInterface(), () -> "A client must be an interface, and " + type.getName() + " is none");
		String name = beanName(type);
		if (registry.containsBeanDefinition(name) && type == type(registry.getBeanDefinition(name))) {
			return;
		}
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setFactoryBeanName(FACTORY);
		definition.setFactoryMethodName("get");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
		definition.setTargetType(ResolvableType.forClass(type));
		definition.setResourceDescription(type.getName());
		registry.registerBeanDefinition(name, definition);
	}

	/**
	 * The interface of a client.
	 * @return {@code null} if the definition is that of something else
	 */
	static @Nullable Class<?> type(BeanDefinition definition) {
		return FACTORY.equals(definition.getFactoryBeanName()) ? definition.getResolvableType().resolve() : null;
	}

	private static String beanName(Class<?> type) {
		WasmClient client = AnnotatedElementUtils.findMergedAnnotation(type, WasmClient.class);
		return (client != null && StringUtils.hasText(client.value())) ? client.value()
				: StringUtils.uncapitalizeAsProperty(ClassUtils.getShortName(type));
	}

	/**
	 * Finds interfaces, which others leave out. Lives for one search.
	 */
	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		Scanner(Environment environment) {
			super(false, environment);
			addIncludeFilter(new AnnotationTypeFilter(WasmClient.class));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			return definition.getMetadata().isInterface() && definition.getMetadata().isIndependent()
					&& !definition.getMetadata().isAnnotation();
		}

	}

}
