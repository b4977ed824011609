package dev.wasmspring.autoconfigure.observation;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.observation.DefaultWasmFunctionObservationConvention;
import dev.wasmspring.observation.FunctionMeters;
import dev.wasmspring.observation.FunctionObservations;
import dev.wasmspring.observation.FunctionTimers;
import dev.wasmspring.observation.WasmFunctionObservationContext;
import dev.wasmspring.observation.WasmFunctionObservationConvention;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmMetricsAutoConfiguration} and
 * {@link WasmObservationAutoConfiguration}.
 */
class WasmMetricsAutoConfigurationTests {

	private final ApplicationContextRunner withoutMetrics = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class,
				WasmObservationAutoConfiguration.class, WasmMetricsAutoConfiguration.class))
		.withPropertyValues(TestModules.locations("add"));

	private final ApplicationContextRunner withoutObservations = this.withoutMetrics
		.withConfiguration(
				AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
		.withUserConfiguration(Registry.class);

	private final ApplicationContextRunner withBoth = this.withoutObservations
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class));

	@Test
	void anObservationMakesTheTimer() {
		this.withBoth.run((context) -> {
			assertThat(context).hasSingleBean(FunctionObservations.class).doesNotHaveBean(FunctionTimers.class);
			call(context);
			assertThat(timer(context).count()).isEqualTo(1);
			assertThat(context.getBean(MeterRegistry.class).find("wasm.function").timers()).hasSize(1);
		});
	}

	@Test
	void withoutObservationsTheTimerIsThereAllTheSame() {
		this.withoutObservations.run((context) -> {
			assertThat(context).hasSingleBean(FunctionTimers.class).doesNotHaveBean(FunctionObservations.class);
			call(context);
			assertThat(timer(context).count()).isEqualTo(1);
		});
	}

	@Test
	void withoutARegistryCallsAreCountedByTheFunction() {
		this.withoutMetrics.run((context) -> {
			assertThat(context).doesNotHaveBean(FunctionObserver.class);
			call(context);
			assertThat(statistics(context).calls(Outcome.SUCCESS)).isEqualTo(1);
		});
	}

	@Test
	void withoutMicrometerFunctionsWork() {
		for (FilteredClassLoader absent : new FilteredClassLoader[] { new FilteredClassLoader("io.micrometer"),
				new FilteredClassLoader(MeterRegistry.class), new FilteredClassLoader(ObservationRegistry.class) }) {
			this.withoutMetrics.withClassLoader(absent).run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(FunctionObserver.class);
				call(context);
				assertThat(statistics(context).calls(Outcome.SUCCESS)).isEqualTo(1);
			});
		}
	}

	@Test
	void withoutMetersCallsAreStillObserved() {
		this.withoutMetrics.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(FunctionObservations.class)
				.doesNotHaveBean(FunctionMeters.class));
	}

	@Test
	void whatCallsWaitForMemoryIsMeasuredAndNothingElse() {
		this.withBoth
			.withPropertyValues(TestModules.locations("echo"), "wasm.limits.memory-rate=1MB", "wasm.limits.timeout=1m")
			.run((context) -> {
				Function<Object, Object> echo = context.getBean(WasmFunctions.class).get("echo");
				Timer waits = context.getBean(MeterRegistry.class)
					.get("wasm.function.memory.wait")
					.tags("function", "echo")
					.timer();
				echo.apply(new byte[1_000]);
				assertThat(waits.count()).isZero();
				echo.apply(new byte[500_000]);
				assertThat(waits.count()).isEqualTo(1);
				assertThat(waits.totalTime(TimeUnit.NANOSECONDS)).isPositive();
			});
	}

	@Test
	void nothingIsObservedWithoutFunctions() {
		this.withBoth.withPropertyValues("wasm.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(FunctionObserver.class);
			assertThat(context.getBean(MeterRegistry.class).find("wasm.modules").gauge()).isNull();
		});
	}

	@Test
	void theConventionCanBeReplaced() {
		this.withBoth.withUserConfiguration(UserConvention.class).run((context) -> {
			call(context);
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("sandboxed").tags("function", "add", "outcome", "success", "tenant", "a").timer())
				.isNotNull();
			assertThat(meters.find("wasm.function").timer()).isNull();
		});
	}

	@Test
	void anObserverOfTheApplicationHearsOfCallsAsWell() {
		this.withBoth.withUserConfiguration(UserObserver.class).run((context) -> {
			call(context);
			assertThat(context.getBean(UserObserver.class).calls).isEqualTo(1);
			assertThat(timer(context).count()).isEqualTo(1);
		});
	}

	@Test
	void bucketsSuitMicroseconds() {
		this.withBoth.run((context) -> {
			call(context);
			for (String meter : List.of("wasm_function_seconds", "wasm_function_cold_start_seconds")) {
				assertThat(buckets(context, meter)).hasSizeBetween(50, 110)
					.startsWith(1e-6)
					.anyMatch((seconds) -> seconds > 5e-6 && seconds < 10e-6)
					.endsWith(10.0, Double.POSITIVE_INFINITY);
			}
		});
	}

	@Test
	void histogramsCanBeSwitchedOff() {
		this.withBoth.withPropertyValues("management.metrics.distribution.percentiles-histogram.wasm.function=false")
			.run((context) -> {
				call(context);
				assertThat(buckets(context, "wasm_function_seconds")).isEmpty();
				assertThat(timer(context).count()).isEqualTo(1);
			});
	}

	@Test
	void theObservationCanBeSwitchedOff() {
		this.withBoth.withPropertyValues("management.observations.enable.wasm.function=false").run((context) -> {
			call(context);
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.find("wasm.function").timer()).isNull();
			assertThat(meters.get("wasm.function.cold.start").timer().count()).isEqualTo(1);
		});
	}

	@Test
	void modulesAreCountedByWhatBecameOfThem() {
		this.withBoth
			.withPropertyValues(TestModules.locations("add", "echo", "truncated", "start_traps"),
					"wasm.invalid-modules=skip")
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(meters.get("wasm.modules").tag("state", "ready").gauge().value()).isEqualTo(2);
				assertThat(meters.get("wasm.modules").tag("state", "rejected").gauge().value()).isEqualTo(2);
			});
	}

	@Test
	void aModuleThatIsLoadedAtItsFirstCallIsMeasuredThen() {
		this.withBoth.withPropertyValues("wasm.compilation.mode=lazy").run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.find("wasm.module.compilation").timer()).isNull();
			assertThat(meters.get("wasm.modules").tag("state", "ready").gauge().value()).isZero();
			call(context);
			assertThat(meters.get("wasm.module.compilation").timer().count()).isEqualTo(1);
			assertThat(meters.get("wasm.modules").tag("state", "ready").gauge().value()).isEqualTo(1);
		});
	}

	@SuppressWarnings("unchecked")
	private static void call(ApplicationContext context) {
		assertThat(context.getBean("add", Function.class).apply("[1,2]")).isEqualTo("3");
	}

	private static CallStatistics statistics(AssertableApplicationContext context) {
		return context.getBean(WasmFunctions.class).get("add").statistics();
	}

	private static Timer timer(ApplicationContext context) {
		return context.getBean(MeterRegistry.class)
			.get("wasm.function")
			.tags("function", "add", "outcome", "success")
			.timer();
	}

	private static List<Double> buckets(ApplicationContext context, String meter) {
		return Pattern.compile("^" + meter + "_bucket\\{.*le=\"([^\"]+)\"", Pattern.MULTILINE)
			.matcher(context.getBean(PrometheusMeterRegistry.class).scrape())
			.results()
			.map((bucket) -> bucket.group(1).replace("+Inf", "Infinity"))
			.map(Double::valueOf)
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		MeterRegistry meters() {
			return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserConvention {

		@Bean
		WasmFunctionObservationConvention convention() {
			return new DefaultWasmFunctionObservationConvention() {

				@Override
				public String getName() {
					return "sandboxed";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(WasmFunctionObservationContext context) {
					return super.getLowCardinalityKeyValues(context).and("tenant", "a");
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserObserver implements FunctionObserver {

		private int calls;

		@Override
		public Calls calls(String function, CallStatistics statistics) {
			return (definition) -> (outcome, failure) -> this.calls++;
		}

	}

}
