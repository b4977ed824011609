package dev.wasmspring.autoconfigure;

import java.util.List;
import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.autoconfigure.observation.WasmMetricsAutoConfiguration;
import dev.wasmspring.autoconfigure.observation.WasmObservationAutoConfiguration;
import dev.wasmspring.autoconfigure.web.WasmWebAutoConfiguration;
import dev.wasmspring.autoconfigure.web.WasmWithoutWebAutoConfiguration;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.observation.FunctionTimerHandler;
import dev.wasmspring.observation.ModuleMeters;
import dev.wasmspring.sandbox.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions in a hierarchy of contexts.
 */
@ExtendWith(OutputCaptureExtension.class)
class ContextHierarchyTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class));

	@Test
	void contextBelowHasFunctionsOfItsOwnAndThoseAbove() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("upper", "cat"), "wasm.functions.upper.description=above")
			.run((parent) -> {
				this.contextRunner.withParent(parent)
					.withPropertyValues(TestModules.locations("reverse", "cat"),
							"wasm.functions.reverse.limits.concurrency=3")
					.run((child) -> {
						assertThat(child).hasNotFailed();
						WasmFunctions functions = child.getBean(WasmFunctions.class);
						assertThat(functions).isNotSameAs(parent.getBean(WasmFunctions.class));
						assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("cat", "reverse");
						assertThat(functions.get("reverse").definition().settings().concurrency()).isEqualTo(3);
						assertThat(child.getBean("reverse", WasmFunction.class).apply("abc")).isEqualTo("cba");
						assertThat(child.getBean("upper", WasmFunction.class).apply("abc")).isEqualTo("ABC");
						assertThat(child.getBean("cat")).isNotSameAs(parent.getBean("cat"));
						assertThat(child.getBean(Engine.class)).isNotSameAs(parent.getBean(Engine.class));
						Function<byte[], byte[]> found = child.getBean(FunctionCatalog.class).lookup("upper|reverse");
						assertThat(found.apply("abc".getBytes())).isEqualTo("CBA".getBytes());
					});
				assertThat(parent.getBean("upper", WasmFunction.class).apply("still")).isEqualTo("STILL");
				assertThat(parent.containsBean("reverse")).isFalse();
			});
	}

	@Test
	void contextBelowThatHasNoPropertiesOfItsOwnInheritsTheFunctions() {
		this.contextRunner.withPropertyValues(TestModules.locations("upper"))
			.run((parent) -> this.contextRunner.withParent(parent)
				.withPropertyValues(TestModules.locations("upper"))
				.run((child) -> {
					assertThat(child.getBean(WasmFunctions.class)).isSameAs(parent.getBean(WasmFunctions.class));
					assertThat(child.getBean("upper", WasmFunction.class).apply("abc")).isEqualTo("ABC");
				}));
	}

	@Test
	void contextBelowMayHaveFunctionsWhereThoseAboveAreDisabled() {
		this.contextRunner.withPropertyValues("wasm.enabled=false")
			.run((parent) -> this.contextRunner.withParent(parent)
				.withPropertyValues(TestModules.locations("upper"), "wasm.enabled=true")
				.run((child) -> assertThat(child.getBean("upper", WasmFunction.class).apply("abc")).isEqualTo("ABC")));
	}

	@Test
	void contextBelowMeasuresItsOwnFunctions() {
		ApplicationContextRunner measured = this.contextRunner.withConfiguration(
				AutoConfigurations.of(WasmObservationAutoConfiguration.class, WasmMetricsAutoConfiguration.class));
		for (Class<?> registries : List.of(Meters.class, MetersAndObservations.class)) {
			measured.withUserConfiguration(registries)
				.withPropertyValues(TestModules.locations("cat", "upper"))
				.run((parent) -> measured.withUserConfiguration(registries)
					.withParent(parent)
					.withPropertyValues(TestModules.locations("cat"))
					.run((child) -> {
						MeterRegistry meters = child.getBean(MeterRegistry.class);
						MeterRegistry above = parent.getBean(MeterRegistry.class);
						assertThat(meters).isNotSameAs(above);
						child.getBean("cat", WasmFunction.class).apply("abc");
						assertThat(created(meters)).isEqualTo(1);
						assertThat(meters.get("wasm.function").timer().count()).isEqualTo(1);
						assertThat(created(above)).isZero();
						assertThat(above.find("wasm.function").timer()).isNull();
						assertThat(ready(child.getBean(ModuleMeters.class))).isEqualTo(1);
						assertThat(ready(parent.getBean(ModuleMeters.class))).isEqualTo(2);
					}));
		}
	}

	@Test
	void contextBelowThatInheritsTheRegistryIsMeasuredThere() {
		ApplicationContextRunner measured = this.contextRunner.withConfiguration(
				AutoConfigurations.of(WasmObservationAutoConfiguration.class, WasmMetricsAutoConfiguration.class));
		measured.withUserConfiguration(Meters.class)
			.withPropertyValues(TestModules.locations("upper"))
			.run((parent) -> {
				measured.withParent(parent).withPropertyValues(TestModules.locations("cat")).run((child) -> {
					child.getBean("cat", WasmFunction.class).apply("abc");
					MeterRegistry meters = parent.getBean(MeterRegistry.class);
					assertThat(created(meters)).isEqualTo(1);
					assertThat(meters.get("wasm.function").tag("function", "cat").timer().count()).isEqualTo(1);
				});
				measured.withParent(parent).withPropertyValues(TestModules.locations("upper")).run((child) -> {
					assertThat(child.containsLocalBean("wasmFunctionMeters")).isFalse();
					child.getBean("upper", WasmFunction.class).apply("abc");
					assertThat(parent.getBean(MeterRegistry.class)
						.get("wasm.function")
						.tag("function", "upper")
						.timer()
						.count()).isEqualTo(1);
				});
			});
	}

	@Test
	void contextBelowThatServesNothingSaysSo(CapturedOutput output) {
		AutoConfigurations web = AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmWebAutoConfiguration.class, WasmWithoutWebAutoConfiguration.class);
		new WebApplicationContextRunner().withConfiguration(web)
			.withPropertyValues(TestModules.locations("upper"))
			.run((parent) -> {
				assertThat(output).contains("1 WebAssembly function at POST /functions: upper");
				new ApplicationContextRunner().withConfiguration(web)
					.withParent(parent)
					.withPropertyValues(TestModules.locations("upper"))
					.run((child) -> assertThat(output).doesNotContain("not served over HTTP"));
				new ApplicationContextRunner().withConfiguration(web)
					.withParent(parent)
					.withPropertyValues(TestModules.locations("cat"))
					.run((child) -> assertThat(output).contains("1 WebAssembly function: cat", "not served over HTTP"));
			});
	}

	private static double created(MeterRegistry registry) {
		return registry.get("wasm.sandboxes.created").tag("function", "cat").functionCounter().count();
	}

	private static double ready(ModuleMeters meters) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		meters.bindTo(registry);
		return registry.get("wasm.modules").tag("state", "ready").gauge().value();
	}

	@Configuration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		SimpleMeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MetersAndObservations extends Meters {

		@Bean
		ObservationRegistry observations(FunctionTimerHandler timers) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(timers);
			return registry;
		}

	}

}
