package dev.wasmspring.autoconfigure.observation;

import dev.wasmspring.autoconfigure.ConditionalOnFunctionsInContext;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.observation.FunctionObservations;
import dev.wasmspring.observation.WasmFunctionObservationConvention;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for the observation of the calls of WebAssembly functions, which
 * gives them spans and timers.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnFunctionsInContext
public final class WasmObservationAutoConfiguration {

	WasmObservationAutoConfiguration() {
	}

	/**
	 * The first, so that others do their part while the call's trace is there.
	 */
	@Bean
	@Order(0)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	FunctionObservations wasmFunctionObservations(ObservationRegistry registry,
			ObjectProvider<WasmFunctionObservationConvention> convention) {
		return new FunctionObservations(registry, convention.getIfAvailable());
	}

}
