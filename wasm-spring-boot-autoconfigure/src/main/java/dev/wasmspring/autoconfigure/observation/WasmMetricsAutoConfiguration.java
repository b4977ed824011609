package dev.wasmspring.autoconfigure.observation;

import dev.wasmspring.autoconfigure.ConditionalOnFunctionsInContext;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.observation.FunctionMeters;
import dev.wasmspring.observation.FunctionObservations;
import dev.wasmspring.observation.FunctionTimerHandler;
import dev.wasmspring.observation.FunctionTimers;
import dev.wasmspring.observation.ModuleMeters;
import dev.wasmspring.observation.ScriptMeters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for the meters of WebAssembly functions.
 */
@AutoConfiguration(after = WasmObservationAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnFunctionsInContext
public final class WasmMetricsAutoConfiguration {

	WasmMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	FunctionMeters wasmFunctionMeters(MeterRegistry registry) {
		return new FunctionMeters(registry);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ModuleMeters wasmModuleMeters(ObjectProvider<WasmFunctions> functions) {
		return new ModuleMeters(functions::getObject);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ScriptMeters wasmScriptMeters(ObjectProvider<WasmScripts> scripts) {
		return new ScriptMeters(scripts::getObject);
	}

	/**
	 * Before Micrometer's own handler, which would count the same calls otherwise.
	 */
	@Bean
	@Order(0)
	@ConditionalOnBean(value = FunctionObservations.class, search = SearchStrategy.CURRENT)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	FunctionTimerHandler wasmFunctionTimerHandler(MeterRegistry registry) {
		return new FunctionTimerHandler(registry);
	}

	@Bean
	@ConditionalOnMissingBean(value = { FunctionObservations.class, FunctionTimers.class },
			search = SearchStrategy.CURRENT)
	FunctionTimers wasmFunctionTimers(MeterRegistry registry) {
		return new FunctionTimers(registry);
	}

}
