package dev.wasmspring.autoconfigure;

import dev.wasmspring.function.WasmFunctions;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Holds for a context in which functions are beans, and not for one that inherits those
 * of a context above it: they are measured there. Stateless.
 */
final class OnFunctionsInContext extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Functions in this context");
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		boolean own = beanFactory != null
				&& beanFactory.getBeanNamesForType(WasmFunctions.class, true, false).length > 0;
		return own ? ConditionOutcome.match(message.because("this context has functions"))
				: ConditionOutcome.noMatch(message.because("this context has no functions"));
	}

}
