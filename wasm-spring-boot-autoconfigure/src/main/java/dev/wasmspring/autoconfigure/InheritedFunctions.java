package dev.wasmspring.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The functions of the contexts above, where there is a hierarchy of them. As a condition
 * it lets a context have functions of its own unless there are some above it that were
 * made from the same properties: a context below inherits these, and loading every module
 * twice would help nobody. Stateless.
 */
final class InheritedFunctions extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Functions of its own");
		ListableBeanFactory above = above(context.getBeanFactory());
		if (above == null) {
			return ConditionOutcome.match(message.because("no context above has functions"));
		}
		return properties(above).equals(new PropertyNames(context.getEnvironment()).all())
				? ConditionOutcome.noMatch(message.because("a context above has functions of the same properties"))
				: ConditionOutcome.match(message.because("the properties are not those of the context above"));
	}

	/**
	 * The properties from which the functions of a context were made; those that it has
	 * now where nothing is known of that.
	 */
	private static Map<String, Object> properties(ListableBeanFactory above) {
		if (above instanceof SingletonBeanRegistry singletons
				&& singletons.getSingleton(DiscoveredFunctions.BEAN_NAME) instanceof DiscoveredFunctions discovered) {
			return discovered.properties();
		}
		return new PropertyNames(above.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class))
			.all();
	}

	/**
	 * The names of the functions of all contexts above.
	 */
	static Set<String> names(BeanFactory beanFactory) {
		Set<String> names = new TreeSet<>();
		for (ListableBeanFactory above = above(beanFactory); above != null; above = above(above)) {
			for (String name : above.getBeanNamesForType(WasmFunctions.class, true, false)) {
				above.getBean(name, WasmFunctions.class)
					.definitions()
					.stream()
					.map(FunctionDefinition::name)
					.forEach(names::add);
			}
		}
		return names;
	}

	/**
	 * The nearest bean factory above that has functions.
	 */
	private static @Nullable ListableBeanFactory above(@Nullable BeanFactory beanFactory) {
		BeanFactory current = parent(beanFactory);
		while (current != null) {
			if (current instanceof ListableBeanFactory listable
					&& listable.getBeanNamesForType(WasmFunctions.class, true, false).length > 0) {
				return listable;
			}
			current = parent(current);
		}
		return null;
	}

	private static @Nullable BeanFactory parent(@Nullable BeanFactory beanFactory) {
		return (beanFactory instanceof HierarchicalBeanFactory hierarchical) ? hierarchical.getParentBeanFactory()
				: null;
	}

}
