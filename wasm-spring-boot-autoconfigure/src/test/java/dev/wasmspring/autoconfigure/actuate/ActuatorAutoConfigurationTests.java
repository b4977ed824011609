package dev.wasmspring.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import dev.wasmspring.TestModules;
import dev.wasmspring.actuate.WasmEndpoint;
import dev.wasmspring.actuate.WasmHealthIndicator;
import dev.wasmspring.actuate.WasmInfoContributor;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmEndpointAutoConfiguration}, {@link WasmHealthAutoConfiguration}
 * and {@link WasmInfoAutoConfiguration}.
 */
class ActuatorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmEndpointAutoConfiguration.class, WasmHealthAutoConfiguration.class,
				WasmInfoAutoConfiguration.class))
		.withPropertyValues(TestModules.locations("add"), "management.endpoints.web.exposure.include=wasm");

	@Test
	void everythingIsThereWithTheActuator() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(WasmEndpoint.class)
			.hasSingleBean(WasmHealthIndicator.class)
			.hasSingleBean(WasmInfoContributor.class));
	}

	/**
	 * As in an application, where the conditions on classes are looked at before the
	 * configurations themselves.
	 */
	private static ApplicationContextRunner without(String... packages) {
		return new ApplicationContextRunner().withUserConfiguration(OurAutoConfigurations.class)
			.withClassLoader(new FilteredClassLoader(packages))
			.withPropertyValues(TestModules.locations("add"), "management.endpoints.web.exposure.include=wasm");
	}

	@Test
	void nothingIsThereWithoutTheActuator() {
		without("org.springframework.boot.actuate", "org.springframework.boot.health", "io.micrometer")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(WasmFunctions.class)
				.doesNotHaveBean(FunctionObserver.class)
				.doesNotHaveBean(WasmEndpoint.class)
				.doesNotHaveBean(WasmHealthIndicator.class)
				.doesNotHaveBean(WasmInfoContributor.class));
	}

	@Test
	void theEndpointNeedsNoHealth() {
		without("org.springframework.boot.health").run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(WasmEndpoint.class)
			.doesNotHaveBean(WasmHealthIndicator.class));
	}

	@Test
	void healthNeedsNoActuator() {
		without("org.springframework.boot.actuate").run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(WasmHealthIndicator.class)
			.doesNotHaveBean(WasmEndpoint.class));
	}

	@Test
	void theActuatorNeedsNoMicrometer() {
		without("io.micrometer").run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(WasmEndpoint.class)
			.doesNotHaveBean(FunctionObserver.class));
	}

	@Test
	void theEndpointIsThereOnlyIfItIsExposed() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(WasmEndpoint.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "wasm.enabled=false", "management.health.wasm.enabled=false" })
	void healthCanBeSwitchedOff(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WasmHealthIndicator.class));
	}

	@Test
	void infoCanBeSwitchedOff() {
		this.contextRunner.withPropertyValues("management.info.wasm.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(WasmInfoContributor.class));
	}

	@Test
	void aRejectedModuleIsReportedAndTheApplicationIsUp() {
		this.contextRunner.withPropertyValues(TestModules.locations("add", "truncated"), "wasm.invalid-modules=skip")
			.run((context) -> {
				Health health = health(context);
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails().get("modules").toString()).contains("truncated={state=rejected");
			});
	}

	@Test
	void aRejectedModuleMakesTheApplicationOutOfServiceIfItIsSaidSo() {
		ApplicationContextRunner strict = this.contextRunner.withPropertyValues("wasm.invalid-modules=skip",
				"wasm.health.rejected-modules=out-of-service");
		strict.run((context) -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
		strict.withPropertyValues(TestModules.locations("add", "truncated"))
			.run((context) -> assertThat(health(context).getStatus()).isEqualTo(Status.OUT_OF_SERVICE));
	}

	@Test
	void aRejectedVersionOfAModuleInServiceLeavesTheApplicationInService() {
		this.contextRunner.withPropertyValues("wasm.health.rejected-modules=out-of-service").run((context) -> {
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			String origin = functions.modules().get(0).origin();
			context.getBean(ServedModules.class).reject(rejection("add", origin));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails().get("modules").toString()).contains("state=rejected",
					"olderInService=true");
			assertThat(context.getBean(WasmEndpoint.class).all().modules()).extracting((module) -> module.state())
				.containsExactly("ready", "rejected");
		});
	}

	@Test
	void aModuleThatWaitsForItsFirstCallIsPending() {
		this.contextRunner.withPropertyValues("wasm.compilation.mode=lazy").run((context) -> {
			WasmEndpoint endpoint = context.getBean(WasmEndpoint.class);
			assertThat(endpoint.all().modules()).singleElement().satisfies((module) -> {
				assertThat(module.state()).isEqualTo("pending");
				assertThat(module.digest()).isNotNull();
				assertThat(module.compilation()).isNull();
			});
			assertThat(endpoint.function("add").coldStartMicros()).isNull();
			context.getBean(WasmFunctions.class).get("add").apply("[1,2]");
			assertThat(endpoint.all().modules()).extracting((module) -> module.state()).containsExactly("ready");
			assertThat(endpoint.function("add").coldStartMicros()).isNotNull();
		});
	}

	private static ModuleException rejection(String name, String origin) {
		try {
			dev.wasmspring.sandbox.module.Module.parse(name, origin, new byte[0]);
			throw new IllegalStateException();
		}
		catch (ModuleException ex) {
			return ex;
		}
	}

	private static Health health(AssertableApplicationContext context) {
		return context.getBean(HealthIndicator.class).health();
	}

	/**
	 * Boot's selection among auto-configurations, with ours and that of the functions as
	 * the only candidates: others are in the packages that are said to be absent.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(OurAutoConfigurations.Selector.class)
	static class OurAutoConfigurations {

		static class Selector extends AutoConfigurationImportSelector {

			@Override
			protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
				return new AnnotationAttributes(Map.of("exclude", new String[0], "excludeName", new String[0]));
			}

			@Override
			protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
					AnnotationAttributes attributes) {
				return super.getCandidateConfigurations(metadata, attributes).stream()
					.filter((name) -> name.startsWith("dev.wasmspring.")
							|| name.equals(ContextFunctionCatalogAutoConfiguration.class.getName()))
					.toList();
			}

		}

	}

}
