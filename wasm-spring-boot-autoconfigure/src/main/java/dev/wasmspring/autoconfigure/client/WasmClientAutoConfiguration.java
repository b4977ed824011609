package dev.wasmspring.autoconfigure.client;

import java.util.concurrent.Executor;

import dev.wasmspring.autoconfigure.types.WasmTypesAutoConfiguration;
import dev.wasmspring.client.ClientBeans;
import dev.wasmspring.client.WasmClients;
import dev.wasmspring.conversion.FunctionConversion;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration for interfaces whose methods are functions: those in the
 * application's packages become beans.
 */
@AutoConfiguration(after = WasmTypesAutoConfiguration.class)
@ConditionalOnBean({ WasmFunctions.class, FunctionConversion.class })
@Import(ClientsOfApplication.class)
public final class WasmClientAutoConfiguration {

	WasmClientAutoConfiguration() {
	}

	@Bean(ClientBeans.FACTORY)
	WasmClients wasmClients(ConfigurableListableBeanFactory beanFactory, FunctionConversion conversion,
			@Qualifier("applicationTaskExecutor") ObjectProvider<Executor> executor) {
		return new WasmClients(beanFactory, conversion,
				SingletonSupplier.of(() -> executor.getIfAvailable(() -> new SimpleAsyncTaskExecutor("wasm-client-"))));
	}

}
