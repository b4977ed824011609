package dev.wasmspring.autoconfigure.actuate;

import dev.wasmspring.actuate.WasmEndpoint;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the actuator endpoint {@code wasm}.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(WasmEndpoint.class)
@ConditionalOnBean(WasmFunctions.class)
public final class WasmEndpointAutoConfiguration {

	WasmEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WasmEndpoint wasmEndpoint(WasmFunctions functions) {
		return new WasmEndpoint(functions);
	}

}
