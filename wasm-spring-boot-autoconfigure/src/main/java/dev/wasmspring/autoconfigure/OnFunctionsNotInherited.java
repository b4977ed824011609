package dev.wasmspring.autoconfigure;

import java.util.Map;

import dev.wasmspring.discovery.DiscoveredFunctions;

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
 * Condition for a context to have functions of its own: unless there are some above it
 * that were made from the same properties. A context below inherits these, and loading
 * every module twice would help nobody. Stateless.
 */
final class OnFunctionsNotInherited extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Functions not inherited");
		ListableBeanFactory above = FunctionsAbove.nearest(context.getBeanFactory());
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
			return discovered.settings();
		}
		return new PropertyNames(above.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class))
			.all();
	}

}
