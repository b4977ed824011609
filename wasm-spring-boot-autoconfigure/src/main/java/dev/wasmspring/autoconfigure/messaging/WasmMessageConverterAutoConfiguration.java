package dev.wasmspring.autoconfigure.messaging;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what Spring Cloud Function does to the payloads of functions:
 * bytes stay as they are.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass(FunctionCatalog.class)
@ConditionalOnBean(WasmFunctions.class)
public final class WasmMessageConverterAutoConfiguration {

	WasmMessageConverterAutoConfiguration() {
	}

	/**
	 * Without an order: before the converters of Spring Cloud Function, but after those
	 * of the application.
	 */
	@Bean
	BytesMessageConverter wasmBytesMessageConverter() {
		return new BytesMessageConverter();
	}

}
