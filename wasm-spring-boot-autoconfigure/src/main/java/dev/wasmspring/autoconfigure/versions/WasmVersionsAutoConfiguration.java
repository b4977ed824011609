package dev.wasmspring.autoconfigure.versions;

import dev.wasmspring.autoconfigure.ConfiguredFunctions;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeanRegistry;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.versions.ModuleVersions;
import dev.wasmspring.versions.VersionListener;
import dev.wasmspring.versions.WasmTenants;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration for versions of modules at run time, and for tenants. Both are made
 * when somebody asks for them: before that no version is kept but the one in service.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnBean(value = WasmFunctions.class, name = ServedModules.BEAN_NAME, search = SearchStrategy.CURRENT)
public final class WasmVersionsAutoConfiguration {

	WasmVersionsAutoConfiguration() {
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ModuleVersions wasmModuleVersions(@Qualifier(ServedModules.BEAN_NAME) ServedModules served, WasmFunctions functions,
			WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<VersionListener> listeners) {
		return new ModuleVersions(served, functions,
				new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory).discovery(),
				new FunctionBeanRegistry(beanFactory), properties.getLimits().getModuleSize().toBytes(),
				(principal, action, details) -> listeners.orderedStream()
					.forEach((listener) -> listener.changed(principal, action, details)));
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WasmTenants wasmTenants(Engine engine, WasmProperties properties, Environment environment,
			ResourceLoader resourceLoader, ConfigurableListableBeanFactory beanFactory) {
		ConfiguredFunctions configured = new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory);
		return new WasmTenants(engine, configured.runtimes(), configured.common(),
				properties.getLimits().getModuleSize().toBytes());
	}

}
