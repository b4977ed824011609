package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.ConditionalOnFunctionsInContext;
import dev.wasmspring.autoconfigure.ConfiguredFunctions;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.web.CallerRoles;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for functions that learn the roles of their callers.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@Conditional(OnCallerRoles.class)
@ConditionalOnFunctionsInContext
public final class WasmCallerRolesAutoConfiguration {

	private static final String SPRING_SECURITY = "org.springframework.security.core.context.SecurityContextHolder";

	WasmCallerRolesAutoConfiguration() {
	}

	@Bean
	FunctionObserver wasmCallerRoles(WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			BeanFactory beanFactory) {
		if (!ClassUtils.isPresent(SPRING_SECURITY, resourceLoader.getClassLoader())) {
			throw new InvalidConfigurationPropertyValueException("wasm.web.caller-roles", true,
					"Roles are what Spring Security knows of callers, and it is not on the class path. Add"
							+ " spring-boot-starter-security, or remove the property.");
		}
		ConfiguredFunctions configured = new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory);
		return new CallerRoles(configured::learnsCallerRoles);
	}

}
