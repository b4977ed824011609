package dev.wasmspring.autoconfigure.actuate;

import dev.wasmspring.actuate.WasmHealthIndicator;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.autoconfigure.WasmProperties.Health.RejectedModules;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health contributor {@code wasm}.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("wasm")
@ConditionalOnBean(WasmFunctions.class)
public final class WasmHealthAutoConfiguration {

	WasmHealthAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = { "wasmHealthIndicator", "wasmHealthContributor" },
			search = SearchStrategy.CURRENT)
	WasmHealthIndicator wasmHealthIndicator(WasmFunctions functions, WasmProperties properties) {
		return new WasmHealthIndicator(functions,
				properties.getHealth().getRejectedModules() == RejectedModules.OUT_OF_SERVICE);
	}

}
