package dev.wasmspring.autoconfigure.actuate;

import dev.wasmspring.actuate.WasmInfoContributor;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what the actuator endpoint {@code info} tells of WebAssembly
 * functions.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass({ InfoContributor.class, ConditionalOnEnabledInfoContributor.class })
@ConditionalOnEnabledInfoContributor("wasm")
@ConditionalOnBean(WasmFunctions.class)
public final class WasmInfoAutoConfiguration {

	WasmInfoAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WasmInfoContributor wasmInfoContributor(WasmFunctions functions) {
		return new WasmInfoContributor(functions);
	}

}
