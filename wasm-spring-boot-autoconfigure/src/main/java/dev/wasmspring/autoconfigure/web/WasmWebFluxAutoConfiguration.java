package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.ConfiguredFunctions;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.autoconfigure.WebExposure;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.web.CallThreads;
import dev.wasmspring.web.ExposedFunctions;
import dev.wasmspring.web.ReactiveEndpointFilter;
import dev.wasmspring.web.ReactiveEndpointPath;
import dev.wasmspring.web.ReactiveFunctionController;
import dev.wasmspring.web.ReactiveFunctionMappings;
import dev.wasmspring.web.ReactiveProblemCompletion;
import dev.wasmspring.web.ReactiveProblems;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.WebFilter;

/**
 * Auto-configuration for the REST endpoint of WebAssembly functions in a WebFlux
 * application.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass({ DispatcherHandler.class, RequestMappingHandlerMapping.class })
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBean(WasmFunctions.class)
@ConditionalOnBooleanProperty(name = "wasm.web.enabled", matchIfMissing = true)
public final class WasmWebFluxAutoConfiguration {

	WasmWebFluxAutoConfiguration() {
	}

	@Bean(WebPaths.CONTROLLER)
	ReactiveFunctionController wasmFunctionController(ExposedFunctions exposed, BeanFactory beanFactory,
			ReactiveEndpointPath path, CallThreads threads) {
		return new ReactiveFunctionController(exposed.functions(), beanFactory, path, threads);
	}

	@Bean
	WebExposure wasmWebExposure(WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			BeanFactory beanFactory) {
		return new WebExposure(new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory));
	}

	@Bean
	ExposedFunctions wasmExposedFunctions(WasmFunctions functions, WebExposure exposure) {
		return new ExposedFunctions(functions.only(exposure));
	}

	@Bean
	CallThreads wasmCallThreads(WasmProperties properties) {
		int threads = properties.getWeb().getThreads();
		if (threads < 1) {
			throw new InvalidConfigurationPropertyValueException("wasm.web.threads", threads, "It must be at least 1.");
		}
		return new CallThreads(threads);
	}

	@Bean
	static ReactiveFunctionMappings wasmReactiveFunctionMappings(Environment environment,
			ObjectProvider<ReactiveEndpointPath> endpoint, ObjectProvider<ExposedFunctions> exposed) {
		return new ReactiveFunctionMappings(WebPaths.path(environment), SingletonSupplier.of(endpoint::getObject),
				WebPaths.CONTROLLER, SingletonSupplier.of(() -> exposed.getObject().functions()));
	}

	@Bean
	ReactiveEndpointPath wasmReactiveEndpointPath(WasmProperties properties, ObjectProvider<ExposedFunctions> exposed) {
		SingletonSupplier<WasmFunctions> known = SingletonSupplier.of(() -> exposed.getObject().functions());
		return ReactiveEndpointPath.of(WebPaths.normalize(properties.getWeb().getPath()),
				(name) -> known.obtain().has(name), (name) -> WebPaths.takesPaths(known.obtain(), name));
	}

	@Bean
	ReactiveEndpointFilter wasmReactiveEndpointFilter(ReactiveEndpointPath path,
			ObjectProvider<ExposedFunctions> exposed) {
		return new ReactiveEndpointFilter(path, SingletonSupplier.of(() -> exposed.getObject().functions()));
	}

	@Bean
	WebFilter wasmCorsFilter(WasmProperties properties, ReactiveEndpointPath path) {
		CorsConfiguration configuration = CorsProperties.configuration(properties.getWeb().getCors());
		CorsWebFilter cors = new CorsWebFilter((exchange) -> configuration);
		// Without properties of its own, what the application says of all its paths holds
		return (exchange, chain) -> (configuration != null && path.isTargetOf(exchange)) ? cors.filter(exchange, chain)
				: chain.filter(exchange);
	}

	@Bean
	ReactiveProblems wasmReactiveProblems(ReactiveEndpointPath path) {
		return new ReactiveProblems(path);
	}

	@Bean
	ReactiveProblemCompletion wasmReactiveProblemCompletion(ReactiveEndpointPath path) {
		return new ReactiveProblemCompletion(path);
	}

}
