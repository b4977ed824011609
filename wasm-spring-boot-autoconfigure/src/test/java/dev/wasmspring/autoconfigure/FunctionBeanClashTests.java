package dev.wasmspring.autoconfigure;

import java.nio.file.Path;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
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
		.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class))
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
		this.contextRunner.withConfiguration(AutoConfigurations.of(LaterEcho.class)).run((context) -> {
			Throwable failure = context.getStartupFailure();
			assertThat(failure).isInstanceOf(BeanDefinitionOverrideException.class);
			assertThat(new FunctionBeanOverrideFailureAnalyzer().analyze(failure).getDescription())
				.isEqualTo("The WebAssembly function 'echo' from class path resource [fixtures/echo.wasm] has the same"
						+ " name as the bean defined in " + LaterEcho.class.getName() + ".");
		});
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
			.run((context) -> assertThat(context).getFailure()
				.hasMessage(
						"Cannot register alias 'echo' for name 'other': Alias would override bean definition 'echo'"));
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
			.withConfiguration(
					AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(FunctionBeanClashException.class, (ex) -> assertThat(ex.bean())
					.contains(ContextFunctionCatalogAutoConfiguration.class.getSimpleName())));
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
				FailureAnalysis analysis = new FunctionBeanOverrideFailureAnalyzer()
					.analyze(context.getStartupFailure());
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
	static class RegistersSingletonLater {

		@Bean
		static BeanFactoryPostProcessor registersSingletonLater() {
			return (beanFactory) -> beanFactory.registerSingleton("echo", "text");
		}

	}

}
