package dev.wasmspring.registration;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.autoconfigure.reload.WasmReloadAutoConfiguration;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens when something else has the name of a function: whatever it is, and in
 * whichever order the two are defined, the start stops.
 */
class FunctionBeanClashTests {

	private static final String LOCATION = TestModules.locations("echo");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
		.withPropertyValues(LOCATION);

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void beanThatIsDefinedBefore(boolean overriding) {
		this.contextRunner.withAllowBeanDefinitionOverriding(overriding)
			.withUserConfiguration(Echo.class)
			.run((context) -> assertClash(context.getStartupFailure(), "the bean defined in " + Echo.class.getName()));
	}

	@Test
	void beanThatIsDefinedAfter() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(LaterEcho.class))
			.run((context) -> assertClash(context.getStartupFailure(),
					"the bean defined in " + LaterEcho.class.getName()));
	}

	@Test
	void beanThatOverrides() {
		this.contextRunner.withAllowBeanDefinitionOverriding(true)
			.withConfiguration(AutoConfigurations.of(LaterEcho.class))
			.run((context) -> assertClash(context.getStartupFailure(),
					"the bean defined in " + LaterEcho.class.getName()));
	}

	@Test
	void beanThatOverridesByProgram() {
		this.contextRunner.withAllowBeanDefinitionOverriding(true)
			.withUserConfiguration(RegistersLater.class)
			.run((context) -> assertClash(context.getStartupFailure(), "the bean"));
	}

	@Test
	void beanThatIsDefinedWhenTheFunctionsAreRegistered() {
		this.contextRunner.withUserConfiguration(RegistersLast.class).run((context) -> {
			Throwable failure = context.getStartupFailure();
			assertThat(failure).isInstanceOf(BeanDefinitionOverrideException.class);
			assertThat(Analyses.of(failure).getDescription())
				.isEqualTo("The WebAssembly function 'echo' from class path resource [fixtures/echo.wasm] has the same"
						+ " name as the bean.");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void singletonThatIsRegisteredBefore(boolean overriding) {
		this.contextRunner.withAllowBeanDefinitionOverriding(overriding)
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("echo", "text"))
			.run((context) -> assertClash(context.getStartupFailure(), "the singleton of the type java.lang.String"));
	}

	@Test
	void singletonThatIsRegisteredAfter() {
		this.contextRunner.withUserConfiguration(RegistersSingletonLater.class)
			.run((context) -> assertClash(context.getStartupFailure(), "the singleton of the type java.lang.String"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aliasThatIsDefinedBefore(boolean overriding) {
		this.contextRunner.withAllowBeanDefinitionOverriding(overriding)
			.withUserConfiguration(Alias.class)
			.run((context) -> assertClash(context.getStartupFailure(),
					"an alias of the bean 'other' defined in " + Alias.class.getName()));
	}

	@Test
	void aliasThatIsDefinedAfter() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(LaterAlias.class))
			.run((context) -> assertClash(context.getStartupFailure(),
					"an alias of the bean 'other' defined in " + LaterAlias.class.getName()));
	}

	@Test
	void aliasThatOverrides() {
		this.contextRunner.withAllowBeanDefinitionOverriding(true)
			.withConfiguration(AutoConfigurations.of(LaterAlias.class))
			.run((context) -> assertClash(context.getStartupFailure(),
					"an alias of the bean 'other' defined in " + LaterAlias.class.getName()));
	}

	@Test
	void beanOfSpringCloudFunction(@TempDir Path folder) {
		TestModules.copy("echo", folder.resolve("functionRouter.wasm"));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
					WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(FunctionBeanClashException.class, (ex) -> assertThat(ex.bean())
					.contains(ContextFunctionCatalogAutoConfiguration.class.getSimpleName())));
	}

	/**
	 * Reserved whether or not there are such beans by now.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "messageSource", "applicationEventMulticaster", "lifecycleProcessor", "conversionService",
			"environment", "systemProperties", "systemEnvironment", "applicationStartup", "bootstrapExecutor",
			"loadTimeWeaver", "servletContext", "multipartResolver", "taskScheduler", "wasmFunctions", "wasmEngine",
			"dev.wasmspring.discovery.discoveredFunctions",
			"org.springframework.context.annotation.internalConfigurationAnnotationProcessor", "taken", "alias",
			"later" })
	void nameThatIsTakenStopsTheStartOrItsModuleIsSkipped(String name, @TempDir Path folder) {
		TestModules.copy("echo", folder.resolve(name + ".wasm"));
		TestModules.copy("multi", folder.resolve("multi.wasm"));
		ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Taken.class)
			.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
					WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class, Later.class))
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm");
		runner.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
				FunctionBeanClashException.class, (ex) -> assertThat(ex.function()).isEqualTo(name)));
		runner.withPropertyValues("wasm.invalid-modules=skip").run((context) -> {
			assertThat(context).hasNotFailed();
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			assertThat(functions.rejected()).singleElement().satisfies((rejected) -> {
				assertThat(rejected.name()).isEqualTo(name);
				assertThat(rejected.reason()).startsWith("Its function '" + name + "' has the same name as ");
			});
			assertThat(functions.all()).hasSize(3);
			assertThat(context.getBean("multi-first")).isInstanceOf(WasmFunction.class);
		});
		runner.withPropertyValues("wasm.invalid-modules=skip", "wasm.reload=true", "wasm.reload-interval=5ms")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				TestModules.copy("cat", folder.resolve("seen.wasm"));
				Awaitility.await().until(() -> context.containsBean("seen"));
				assertThat(context.getBean(WasmFunctions.class).rejected()).singleElement()
					.satisfies((rejected) -> assertThat(rejected.reason())
						.startsWith("Its function '" + name + "' has the same name as "));
			});
	}

	@Test
	void moduleIsRejectedAsAWholeWhenOneOfItsFunctionsClashes(@TempDir Path folder) {
		TestModules.copy("multi", folder.resolve("a.wasm"));
		TestModules.copy("echo", folder.resolve("a-first.wasm"));
		TestModules.copy("cat", folder.resolve("one/cat.wasm"));
		TestModules.copy("hello", folder.resolve("two/cat.wasm"));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + folder + "/**/*.wasm", "wasm.invalid-modules=skip")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				WasmFunctions functions = context.getBean(WasmFunctions.class);
				assertThat(functions.all()).extracting(WasmFunction::name)
					.containsExactly("a-first", "a-length_of_alphabet", "a-rest", "cat");
				assertThat(functions.rejected()).extracting(ModuleRejection::reason)
					.containsExactlyInAnyOrder(
							"Its function 'a-first' has the same name as one of the module 'a' from file ["
									+ folder.resolve("a.wasm") + "].",
							"There is a module of the same name, from file [" + folder.resolve("one/cat.wasm") + "].");
			});
	}

	@Test
	void beanThatIsTakenWhenTheFunctionsAreRegisteredIsSkippedAsWell() {
		this.contextRunner.withUserConfiguration(RegistersSingletonLater.class)
			.withPropertyValues(TestModules.locations("echo", "cat"), "wasm.invalid-modules=skip")
			.run((context) -> {
				assertThat(context).hasNotFailed().getBean("echo").isEqualTo("text");
				assertThat(context.getBean(WasmFunctions.class).rejected()).extracting(ModuleRejection::name)
					.containsExactly("echo");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "dispatcherServlet", "restTemplateBuilder", "jacksonJsonMapper", "error", "viewResolver",
			"tomcatServletWebServerFactory", "basicErrorController", "requestMappingHandlerMapping" })
	void beansOfAutoConfigurationsAreThereWhateverModulesThereAre(String name, @TempDir Path folder) {
		TestModules.copy("hello", folder.resolve(name + ".wasm"));
		TestModules.copy("cat", folder.resolve("cat.wasm"));
		SpringApplication application = new SpringApplication(Everything.class);
		application.setDefaultProperties(Map.of("server.port", "0", "spring.cloud.stream.function.autodetect", "false",
				"wasm.locations", "file:" + folder + "/*.wasm"));
		try (ConfigurableApplicationContext context = application.run("--wasm.invalid-modules=skip")) {
			assertThat(context.containsBean("cat")).isTrue();
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			if (functions.rejected().isEmpty()) {
				// This application has no such bean
				assertThat(context.getBean(name, WasmFunction.class).apply("")).isEqualTo("Hello\n");
			}
			else {
				assertThat(functions.rejected()).extracting(ModuleRejection::name).containsExactly(name);
				assertThat(context.getBean(name)).isNotInstanceOf(WasmFunction.class);
			}
		}
	}

	@Test
	void functionThatIsNotEnabledClashesWithNothing() {
		this.contextRunner.withUserConfiguration(Echo.class)
			.withPropertyValues("wasm.functions.echo.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().getBean("echo").isInstanceOf(Function.class));
	}

	@Test
	void overridesOfOtherBeansAreLeftToSpringBoot() {
		new ApplicationContextRunner().withUserConfiguration(Echo.class)
			.withConfiguration(AutoConfigurations.of(LaterEcho.class))
			.run((context) -> {
				FailureAnalysis analysis = Analyses.of(context.getStartupFailure());
				assertThat(analysis).isNull();
			});
	}

	private static void assertClash(Throwable failure, String bean) {
		assertThat(failure).isInstanceOfSatisfying(FunctionBeanClashException.class, (ex) -> {
			assertThat(ex.function()).isEqualTo("echo");
			assertThat(ex.origin()).isEqualTo("class path resource [fixtures/echo.wasm]");
			assertThat(ex.bean()).isEqualTo(bean);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Everything {

	}

	@Configuration(proxyBeanMethods = false)
	static class Taken {

		@Bean({ "taken", "alias" })
		String taken() {
			return "taken";
		}

	}

	@AutoConfiguration(after = WasmAutoConfiguration.class)
	static class Later {

		@Bean
		@ConditionalOnMissingBean(name = "later")
		String later() {
			return "later";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Echo {

		@Bean
		Function<String, String> echo() {
			return Function.identity();
		}

	}

	@AutoConfiguration(after = WasmAutoConfiguration.class)
	static class LaterEcho {

		@Bean
		Function<String, String> echo() {
			return Function.identity();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Alias {

		@Bean({ "other", "echo" })
		String other() {
			return "other";
		}

	}

	@AutoConfiguration(after = WasmAutoConfiguration.class)
	static class LaterAlias {

		@Bean({ "other", "echo" })
		String other() {
			return "other";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegistersLater {

		@Bean
		static BeanDefinitionRegistryPostProcessor registersLater() {
			return (registry) -> registry.registerBeanDefinition("echo",
					BeanDefinitionBuilder.genericBeanDefinition(Object.class).getBeanDefinition());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegistersLast {

		@Bean
		static BeanFactoryPostProcessor registersLast() {
			return (beanFactory) -> ((BeanDefinitionRegistry) beanFactory).registerBeanDefinition("echo",
					BeanDefinitionBuilder.genericBeanDefinition(Object.class).getBeanDefinition());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegistersSingletonLater {

		@Bean
		static BeanFactoryPostProcessor registersSingletonLater() {
			return (beanFactory) -> beanFactory.registerSingleton("echo", "text");
		}

	}

}
