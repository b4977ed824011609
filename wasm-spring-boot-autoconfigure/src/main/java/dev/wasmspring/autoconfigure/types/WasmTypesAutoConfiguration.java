package dev.wasmspring.autoconfigure.types;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.conversion.FunctionConversion;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.TypedInjection;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration for functions of the application's types.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass(JsonMapper.class)
@ConditionalOnBean(WasmFunctions.class)
public final class WasmTypesAutoConfiguration {

	WasmTypesAutoConfiguration() {
	}

	@Bean
	FunctionConversion wasmFunctionConversion(ObjectProvider<JsonMapper> mapper) {
		return new FunctionConversion(SingletonSupplier.of(() -> mapper.getIfAvailable(JsonMapper::shared)));
	}

	@Bean
	static BeanFactoryPostProcessor wasmTypedInjection() {
		return (beanFactory) -> {
			if (beanFactory instanceof DefaultListableBeanFactory listable) {
				TypedInjection.install(listable, () -> listable.getBean(FunctionConversion.class));
			}
		};
	}

}
