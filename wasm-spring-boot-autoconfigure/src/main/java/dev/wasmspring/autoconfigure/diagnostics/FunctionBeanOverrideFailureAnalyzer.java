package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.registration.FunctionBeans;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a start that failed because a bean was to be defined that has the name of a
 * function. It comes before Spring Boot's own explanation, which advises to let bean
 * definitions override each other; with functions that is refused as well.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class FunctionBeanOverrideFailureAnalyzer extends AbstractFailureAnalyzer<BeanDefinitionOverrideException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanDefinitionOverrideException cause) {
		if (!FunctionBeans.isFunction(cause.getExistingDefinition())) {
			return null;
		}
		return FunctionBeanClashFailureAnalyzer.analysis(String.valueOf(cause.getBeanName()),
				String.valueOf(cause.getExistingDefinition().getResourceDescription()),
				"the bean" + FunctionBeans.definedIn(cause.getBeanDefinition()), cause);
	}

}
