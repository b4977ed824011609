package dev.wasmspring.autoconfigure.reload;

import java.time.Duration;
import java.util.List;

import dev.wasmspring.autoconfigure.ConfiguredFunctions;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.discovery.DiscoverySettings;
import dev.wasmspring.discovery.ModuleLocator;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeanRegistry;
import dev.wasmspring.reload.ModuleExchange;
import dev.wasmspring.reload.ModuleFiles;
import dev.wasmspring.reload.ModuleReload;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration for keeping the functions in step with modules in files.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnBean(value = WasmFunctions.class, name = ServedModules.BEAN_NAME, search = SearchStrategy.CURRENT)
@ConditionalOnBooleanProperty("wasm.reload")
public final class WasmReloadAutoConfiguration {

	WasmReloadAutoConfiguration() {
	}

	@Bean
	ModuleReload wasmModuleReload(@Qualifier(ServedModules.BEAN_NAME) ServedModules served, WasmFunctions functions,
			WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			ObjectProvider<DiscoveredFunctions> found, ConfigurableListableBeanFactory beanFactory) {
		DiscoverySettings settings = ConfiguredFunctions.discoverySettings(properties);
		DiscoveredFunctions discovered = found.getIfAvailable();
		ModuleFiles files = new ModuleFiles(new ModuleLocator(settings, resourceLoader),
				(discovered != null) ? discovered.modules() : List.of());
		return reload(new ModuleExchange(served, functions,
				new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory).discovery(), settings,
				files, new FunctionBeanRegistry(beanFactory)), properties.getReloadInterval());
	}

	private static ModuleReload reload(ModuleExchange exchange, Duration interval) {
		try {
			return new ModuleReload(exchange, interval);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("wasm.reload-interval", interval,
					ex.getMessage() + ".");
		}
	}

}
