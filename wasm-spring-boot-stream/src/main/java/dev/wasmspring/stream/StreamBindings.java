package dev.wasmspring.stream;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.cloud.function.context.config.RoutingFunction;
import org.springframework.cloud.stream.function.BindableFunctionProxyFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The bindings that call functions of modules: alone, in a composition, or through Spring
 * Cloud Function's router. Lives as long as the context; asked while bindings are made.
 */
final class StreamBindings {

	private final ApplicationContext context;

	StreamBindings(ApplicationContext context) {
		this.context = context;
	}

	ApplicationContext context() {
		return this.context;
	}

	/**
	 * The names of those that functions get messages from.
	 */
	Set<String> inputs() {
		Set<String> names = new LinkedHashSet<>();
		factories().forEach((factory) -> names.addAll(factory.getInputs()));
		return names;
	}

	/**
	 * The names of those that their results go to.
	 */
	Set<String> outputs() {
		Set<String> names = new LinkedHashSet<>();
		factories().forEach((factory) -> names.addAll(factory.getOutputs()));
		return names;
	}

	private Iterable<BindableFunctionProxyFactory> factories() {
		Predicate<String> ours = this.context.getBean(WasmFunctions.class)::has;
		return this.context.getBeansOfType(BindableFunctionProxyFactory.class)
			.values()
			.stream()
			.filter((factory) -> isOurs(factory.getFunctionDefinition(), ours))
			.toList();
	}

	private static boolean isOurs(String definition, Predicate<String> ours) {
		for (String name : StringUtils.tokenizeToStringArray(definition, "|,")) {
			if (name.equals(RoutingFunction.FUNCTION_NAME) || ours.test(name)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether the application decides on a property of a binder's bindings itself, for
	 * one binding or for all.
	 * @param environment that of the binder
	 * @param prefix the binder's prefix
	 * @param binding the binding's name
	 * @param property the property, for example {@code producer.sync}
	 */
	static boolean isSet(Environment environment, String prefix, String binding, String property) {
		return isSet(environment, prefix + ".bindings." + binding + "." + property)
				|| isSet(environment, prefix + ".default." + property);
	}

	static boolean isSet(Environment environment, String property) {
		return Binder.get(environment)
			.bind(ConfigurationPropertyName.adapt(property, '.'), Bindable.of(String.class))
			.isBound();
	}

}
