package dev.wasmspring.autoconfigure;

import dev.wasmspring.autoconfigure.SandboxShutdown.Step;
import dev.wasmspring.autoconfigure.WasmProperties.Compilation.Mode;
import dev.wasmspring.autoconfigure.WasmProperties.InvalidModules;
import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.FunctionObservers;
import dev.wasmspring.function.InputWriter;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.registration.FunctionBeans;
import dev.wasmspring.sandbox.Engine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;
import org.springframework.messaging.Message;

/**
 * Auto-configuration for WebAssembly functions: finds the modules and registers a bean
 * for each of their functions.
 */
@AutoConfiguration(after = ContextFunctionCatalogAutoConfiguration.class)
@ConditionalOnClass({ Engine.class, Message.class })
@ConditionalOnBooleanProperty(name = "wasm.enabled", matchIfMissing = true)
@Conditional(OnFunctionsNotInherited.class)
@ConditionalOnMissingBean(value = WasmFunctions.class, search = SearchStrategy.CURRENT)
@EnableConfigurationProperties(WasmProperties.class)
public final class WasmAutoConfiguration {

	WasmAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	Engine wasmEngine(WasmProperties properties) {
		return new Engine(FunctionSettingsFactory.hostMemory(properties.getLimits()),
				CompilationSettings.cache(properties.getCompilation()),
				CompilationSettings.splitting(properties.getCompilation()));
	}

	/**
	 * What changes which modules are in service: for nobody who does not ask for it by
	 * name.
	 */
	@Bean(name = ServedModules.BEAN_NAME, defaultCandidate = false)
	ServedModules wasmServedModules(Engine engine, WasmProperties properties, Environment environment,
			ResourceLoader resourceLoader, ObjectProvider<DiscoveredFunctions> found,
			ConfigurableListableBeanFactory beanFactory, ObjectProvider<FunctionObserver> observers,
			ObjectProvider<InputWriter> inputs) {
		DiscoveredFunctions discovered = found.getIfAvailable();
		ConfiguredFunctions again = null;
		if (discovered == null) {
			// The application was processed ahead of time: the beans are known, and the
			// modules must be found again. There may be others by now
			again = new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory);
			discovered = FunctionBeans.free(again.discover(), beanFactory);
		}
		ServedModules served = new ServedModules(engine, discovered.definitions(), discovered.rejections(),
				FunctionObservers.all(observers.orderedStream().toList()),
				CompilationSettings.loadedMemory(properties.getCompilation()),
				inputs.getIfUnique(() -> InputWriter.NONE));
		if (again != null && discovered.skipsInvalid()) {
			for (String name : FunctionBeans.names(beanFactory)) {
				served.expect(name, again.settings(name));
			}
		}
		return served;
	}

	@Bean(FunctionBeans.FACTORY)
	WasmFunctions wasmFunctions(@Qualifier(ServedModules.BEAN_NAME) ServedModules served, WasmProperties properties,
			ConfigurableListableBeanFactory beanFactory, Environment environment, ApplicationStartup startup) {
		WasmFunctions functions = new WasmFunctions(served);
		StartupStep step = startup.start("wasm.modules.load");
		try {
			load(new ModuleLoading(served), properties);
			step.tag("modules", () -> String.valueOf(functions.modules().size()));
			step.tag("rejected", () -> String.valueOf(functions.rejected().size()));
			step.tag("functions", () -> String.valueOf(functions.all().size()));
		}
		finally {
			step.end();
		}
		StartReport.log(functions, properties, beanFactory, environment);
		return functions;
	}

	private static void load(ModuleLoading loading, WasmProperties properties) {
		boolean skipInvalid = properties.getInvalidModules() == InvalidModules.SKIP;
		if (properties.getCompilation().getMode() == Mode.EAGER) {
			loading.loadAll(skipInvalid);
		}
		else {
			loading.validateAll(skipInvalid);
		}
	}

	/**
	 * Loads what did not have to be loaded before the application was ready.
	 */
	@Bean
	ApplicationListener<ApplicationReadyEvent> wasmRemainingModules(
			@Qualifier(ServedModules.BEAN_NAME) ServedModules served, WasmProperties properties) {
		return (ready) -> {
			if (properties.getCompilation().getMode() == Mode.EAGER) {
				new ModuleLoading(served).loadRemaining();
			}
		};
	}

	/**
	 * Compiles scripts that come while the application runs.
	 */
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WasmScripts wasmScripts(Engine engine, WasmProperties properties, ResourceLoader resourceLoader,
			ObjectProvider<FunctionObserver> observers) {
		return RuntimeScripts.of(engine, properties, resourceLoader,
				FunctionObservers.all(observers.orderedStream().toList()));
	}

	@Bean
	SandboxShutdown wasmSandboxesWait(Engine engine) {
		return new SandboxShutdown(engine, Step.WAIT);
	}

	@Bean
	SandboxShutdown wasmSandboxesEnd(Engine engine) {
		return new SandboxShutdown(engine, Step.END);
	}

	@Bean
	static WasmFunctionRegistrar wasmFunctionRegistrar(Environment environment, ResourceLoader resourceLoader) {
		return new WasmFunctionRegistrar(environment, resourceLoader);
	}

	@Bean
	static FunctionBeans wasmFunctionBeans() {
		return new FunctionBeans();
	}

}
