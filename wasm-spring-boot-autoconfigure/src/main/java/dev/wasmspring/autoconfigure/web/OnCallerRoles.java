package dev.wasmspring.autoconfigure.web;

import java.util.Locale;

import dev.wasmspring.autoconfigure.WasmProperties;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Holds if a function may learn the roles of its callers. Stateless.
 */
final class OnCallerRoles extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Roles of callers");
		return isWanted(context.getEnvironment()) ? ConditionOutcome.match(message.because("a function learns them"))
				: ConditionOutcome.noMatch(message.because("no function learns them"));
	}

	private static boolean isWanted(Environment environment) {
		WasmProperties properties = Binder.get(environment).bindOrCreate("wasm", WasmProperties.class);
		if (properties.getWeb().isCallerRoles() || properties.getFunctions()
			.values()
			.stream()
			.anyMatch((function) -> Boolean.TRUE.equals(function.getWeb().getCallerRoles()))) {
			return true;
		}
		// Which function a variable means is not known yet
		return environment instanceof ConfigurableEnvironment configurable && configurable.getSystemEnvironment()
			.keySet()
			.stream()
			.map((name) -> name.toUpperCase(Locale.ROOT).replace("_", ""))
			.anyMatch((name) -> name.startsWith("WASMFUNCTIONS") && name.endsWith("WEBCALLERROLES"));
	}

}
