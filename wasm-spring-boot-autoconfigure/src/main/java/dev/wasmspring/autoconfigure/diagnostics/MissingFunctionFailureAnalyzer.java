package dev.wasmspring.autoconfigure.diagnostics;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.wasmspring.autoconfigure.FunctionsAbove;
import dev.wasmspring.autoconfigure.Nearness;
import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.registration.FunctionBeans;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/**
 * Explains a start that failed because a function was to be injected that does not exist.
 * It comes before Spring Boot's own explanation, which knows no functions but beans.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class MissingFunctionFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	MissingFunctionFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType type = cause.getResolvableType();
		String name = qualifier(rootFailure, cause);
		if (this.beanFactory == null || !this.beanFactory.containsBeanDefinition(FunctionBeans.FACTORY) || name == null
				|| type == null || (type.resolve() != Function.class && type.resolve() != WasmFunction.class)) {
			return null;
		}
		List<String> functions = functions(this.beanFactory);
		String existing = functions.isEmpty() ? "There are no functions at all."
				: "The functions that exist are, the nearest first: "
						+ String.join(", ", Nearness.sorted(name, functions)) + ".";
		ModuleRejection rejected = rejected(this.beanFactory, name);
		String why = (rejected != null) ? "\n\nThe module '" + rejected.name() + "' from " + rejected.origin()
				+ " is rejected: " + rejected.reason() : "";
		return new FailureAnalysis(
				"There is no WebAssembly function and no other bean '" + name + "' of the type " + type + ".\n\n"
						+ existing + why,
				(rejected != null) ? rejected.remedy()
						: "Correct the name in @Qualifier, or check that 'wasm.locations' finds the module.",
				cause);
	}

	private static List<String> functions(ConfigurableListableBeanFactory beanFactory) {
		List<String> functions = new ArrayList<>(FunctionsAbove.names(beanFactory));
		functions.addAll(FunctionBeans.names(beanFactory));
		return functions.stream().distinct().toList();
	}

	private static @Nullable ModuleRejection rejected(ConfigurableListableBeanFactory beanFactory, String function) {
		if (!(beanFactory.getBeanDefinition(FunctionBeans.FACTORY)
			.getAttribute(DiscoveredFunctions.BEAN_NAME) instanceof DiscoveredFunctions discovered)) {
			return null;
		}
		return discovered.rejections()
			.stream()
			.filter((module) -> function.equals(module.name()) || function.startsWith(module.name() + "-"))
			.findFirst()
			.orElse(null);
	}

	/**
	 * The name that was asked for, where the dependency was declared.
	 */
	private static @Nullable String qualifier(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		for (Throwable failure = rootFailure; failure != null; failure = failure.getCause()) {
			InjectionPoint point = (failure instanceof UnsatisfiedDependencyException unsatisfied
					&& failure.getCause() == cause) ? unsatisfied.getInjectionPoint() : null;
			if (point != null) {
				for (Annotation annotation : point.getAnnotations()) {
					if (annotation instanceof Qualifier qualifier && !qualifier.value().isEmpty()) {
						return qualifier.value();
					}
				}
			}
		}
		return null;
	}

}
