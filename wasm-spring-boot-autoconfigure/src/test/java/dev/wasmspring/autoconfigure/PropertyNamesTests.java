package dev.wasmspring.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.UnknownPropertyException.Unknown;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.WasmFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PropertyNames}.
 */
@ExtendWith(OutputCaptureExtension.class)
class PropertyNamesTests {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "wasm.limits.timout, wasm.limits.timeout", "wasm.limits.queuesise, wasm.limits.queue-size",
			"wasm.functions.my_fn.limits.timout, wasm.functions.my_fn.limits.timeout",
			"wasm.functions.my_fn.limit.timeout, wasm.functions.my_fn.limits.timeout",
			"wasm.functions.my_fn.descripton, wasm.functions.my_fn.description",
			"wasm.compilation.cache-dir, wasm.compilation.cache-directory", "wasm.web.pth, wasm.web.path",
			"wasm.functions.my_fn.limits.module-size, wasm.functions.my_fn.limits.queue-size" })
	void nameThatIsMisspeltStopsTheStart(String property, String nearest) {
		run(Map.of(), (context) -> {
			Unknown unknown = unknown(context);
			assertThat(unknown.name()).isEqualTo(property);
			assertThat(unknown.nearest()).isEqualTo(nearest);
			assertThat(Analyses.of(context.getStartupFailure()).getDescription()).contains(property);
		}, property + "=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "wasm.limits.queueSize=1", "wasm.limits.QUEUE_SIZE=1", "wasm.functions.my_fn.arguments=a",
			"wasm.functions.my_fn.arguments[0]=a", "wasm.functions.my_fn.environment.a.b.c=d",
			"wasm.functions.[my_fn].clockResolution=1ms", "wasm.functions.my_fn.mounts[0].path=/a" })
	void nameIsWrittenInAnyForm(String property) {
		run(Map.of(), (context) -> assertThat(context).hasNotFailed(), property,
				property.contains("mounts") ? "wasm.functions.my_fn.mounts[0].scratch=1MB" : "a=b");
	}

	@Test
	void nameOfAnApplicationBesideOursIsWarnedOf(CapturedOutput output) {
		run(Map.of(), (context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("There is no property 'wasm.locatoins'. The nearest one is 'wasm.locations'");
		}, "wasm.locatoins=file:none");
	}

	@ParameterizedTest
	@CsvSource({ "WASM_FUNCTIONS_MY_FN_LIMITS_TIMEOUT, my_fn", "WASM_FUNCTIONS_MYFN_LIMITS_TIMEOUT, my_fn",
			"WASM_FUNCTIONS_PRICE_V1_2_LIMITS_TIMEOUT, price_v1.2" })
	void environmentVariableSpeaksOfTheFunctionWhoseNameMatches(String variable, String function) {
		run(Map.of(variable, "7s", "WASM_FUNCTIONS_MY_FN_LIMITS_QUEUE_SIZE", "5", "WASM_FUNCTIONS_MY_FN_ARGUMENTS_0",
				"a", "WASM_FUNCTIONS_MY_FN_ENVIRONMENT_HOME", "/h"), (context) -> {
					assertThat(settings(context, function).limits().timeout()).isEqualTo(Duration.ofSeconds(7));
					assertThat(settings(context, function).limits().input()).isEqualTo(1024);
					assertThat(settings(context, "my_fn").queue().size()).isEqualTo(5);
					assertThat(settings(context, "my_fn").capabilities().arguments()).containsExactly("a");
					assertThat(settings(context, "my_fn").capabilities().environment()).containsEntry("HOME", "/h");
				}, "wasm.functions.my_fn.limits.input=1KB", "wasm.functions.[price_v1.2].limits.input=1KB");
	}

	@Test
	void environmentVariableGivesWayToWhatPrecedesIt() {
		run(Map.of("WASM_FUNCTIONS_MY_FN_LIMITS_TIMEOUT", "7s"),
				(context) -> assertThat(settings(context, "my_fn").limits().timeout()).isEqualTo(Duration.ofSeconds(9)),
				"first:wasm.functions.my_fn.limits.timeout=9s");
	}

	@ParameterizedTest
	@CsvSource({ "WASM_LIMITS_TIMOUT, WASM_LIMITS_TIMEOUT",
			"WASM_FUNCTIONS_MY_FN_LIMITS_TIMOUT, WASM_FUNCTIONS_MY_FN_LIMITS_TIMEOUT",
			"WASM_FUNCTIONS_MY_FM_LIMITS_TIMEOUT, WASM_FUNCTIONS_MY_FN_LIMITS_TIMEOUT" })
	void environmentVariableThatIsMisspeltStopsTheStart(String variable, String nearest) {
		run(Map.of(variable, "7s"), (context) -> {
			assertThat(unknown(context).name()).isEqualTo(variable);
			assertThat(unknown(context).nearest()).isEqualTo(nearest);
		});
	}

	@Test
	void environmentVariablesOfOthersAreLeftAlone() {
		Map<String, Object> variables = new HashMap<>();
		variables.put("WASM_LIMITS_SERVICE_HOST", "10.0.0.1");
		variables.put("WASM_WEB_PORT_80_TCP_ADDR", "10.0.0.1");
		variables.put("WASM_HOME", "/opt/wasm");
		variables.put("WASMTIME_HOME", "/opt/wasmtime");
		run(variables, (context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void nameThatNeedsBracketsIsShownInBrackets() {
		run(Map.of(), (context) -> {
			assertThat(unknown(context).brackets()).isEqualTo("wasm.functions.[price_v1.2].limits.timeout");
			assertThat(Analyses.of(context.getStartupFailure()).getAction()).contains(
					"The name of the function must be written in brackets: 'wasm.functions.[price_v1.2].limits.timeout'.");
		}, "wasm.functions.price_v1.2.limits.timeout=1s");
	}

	@Test
	void nameWithoutAnyLetterOfAsciiNeedsBrackets() {
		TestModules.copy("cat", this.folder.resolve("全部.wasm"));
		run(Map.of(),
				(context) -> assertThat(settings(context, "全部").limits().timeout()).isEqualTo(Duration.ofSeconds(8)),
				"wasm.functions.[全部].limits.timeout=8s");
		run(Map.of(), (context) -> assertThat(context.getStartupFailure()).isNotNull(),
				"wasm.functions.全部.limits.timeout=8s");
	}

	@ParameterizedTest
	@ValueSource(strings = { "größe", "[größe]" })
	void nameMayHaveLettersBeyondAscii(String key) {
		TestModules.copy("cat", this.folder.resolve("größe.wasm"));
		run(Map.of(),
				(context) -> assertThat(settings(context, "größe").limits().timeout()).isEqualTo(Duration.ofSeconds(8)),
				"wasm.functions." + key + ".limits.timeout=8s");
	}

	private void run(Map<String, Object> variables,
			org.springframework.boot.test.context.runner.ContextConsumer<AssertableApplicationContext> consumer,
			String... properties) {
		TestModules.copy("cat", this.folder.resolve("my_fn.wasm"));
		TestModules.copy("cat", this.folder.resolve("price_v1.2.wasm"));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class))
			.withInitializer((context) -> {
				var sources = context.getEnvironment().getPropertySources();
				sources.addFirst(new SystemEnvironmentPropertySource("variables-systemEnvironment", variables));
				for (String property : properties) {
					if (property.startsWith("first:")) {
						sources.addFirst(new org.springframework.core.env.MapPropertySource("first",
								Map.of(property.substring(6, property.indexOf('=')),
										property.substring(property.indexOf('=') + 1))));
					}
				}
			})
			.withPropertyValues("wasm.locations=file:" + this.folder + "/*.wasm")
			.withPropertyValues(java.util.Arrays.stream(properties)
				.filter((property) -> !property.startsWith("first:"))
				.toArray(String[]::new))
			.run(consumer);
	}

	private static Unknown unknown(AssertableApplicationContext context) {
		assertThat(context.getStartupFailure()).isInstanceOf(UnknownPropertyException.class);
		return ((UnknownPropertyException) context.getStartupFailure()).unknown().get(0);
	}

	private static FunctionSettings settings(AssertableApplicationContext context, String function) {
		return context.getBean(WasmFunctions.class).get(function).definition().settings();
	}

}
