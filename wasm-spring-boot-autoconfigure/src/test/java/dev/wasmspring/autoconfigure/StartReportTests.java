package dev.wasmspring.autoconfigure;

import java.nio.file.Path;
import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.web.WasmWebAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a start says of the functions, and of those that are asked for and not there.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartReportTests {

	private static final AutoConfigurations WASM = AutoConfigurations.of(WasmAutoConfiguration.class);

	@Test
	void functionsAreNamedInOneLine(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(WASM)
			.withPropertyValues(TestModules.locations("upper", "multi"))
			.run((context) -> assertThat(output).containsOnlyOnce(
					"4 WebAssembly functions: multi-first, multi-length_of_alphabet, multi-rest, upper" + "\n"));
	}

	@Test
	void pathIsNamedWhereTheyAreServed(CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmWebAutoConfiguration.class))
			.withPropertyValues(TestModules.locations("upper"), "wasm.web.path=/fn")
			.run((context) -> assertThat(output).contains("1 WebAssembly function at POST /fn: upper\n"));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			fn/,  -,    -,    /fn
			/,    -,    -,    /
			'',   /api, -,    /api
			fn/a, /api, /ctx, /ctx/api/fn/a
			/fn,  /,    '',   /fn
			""")
	void pathIsNamedAsCallersKnowIt(String path, String servlet, String context, String named, CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmWebAutoConfiguration.class))
			.withPropertyValues(TestModules.locations("upper"), "wasm.web.path=" + path)
			.withPropertyValues((servlet != null) ? "spring.mvc.servlet.path=" + servlet : "unset=")
			.withPropertyValues((context != null) ? "server.servlet.context-path=" + context : "unset=")
			.run((started) -> assertThat(output).contains("1 WebAssembly function at POST " + named + ": upper\n"));
	}

	@Test
	void tenNamesAreEnough(CapturedOutput output, @TempDir Path folder) {
		for (int i = 10; i < 22; i++) {
			TestModules.copy("cat", folder.resolve("f" + i + ".wasm"));
		}
		new ApplicationContextRunner().withConfiguration(WASM)
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm", "wasm.compilation.mode=lazy")
			.run((context) -> assertThat(output)
				.contains("12 WebAssembly functions: f10, f11, f12, f13, f14, f15, f16, f17, f18, f19 and 2 more\n"));
	}

	@Test
	void whereNoneAreFoundIsWarnedOf(CapturedOutput output, @TempDir Path folder) {
		new ApplicationContextRunner().withConfiguration(WASM)
			.withPropertyValues("wasm.locations=classpath*:/none/*.wasm,file:" + folder + "/*.wasm")
			.run((context) -> assertThat(output).contains("WARN")
				.contains("there are no modules at [classpath*:/none/*.wasm, file:" + folder + "/*.wasm]."));
	}

	@Test
	void whatIsLoadedIsWhatIsReady(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(WASM)
			.withPropertyValues(TestModules.locations("start_traps", "initialize_traps"), "wasm.invalid-modules=skip")
			.run((context) -> assertThat(output)
				.containsPattern("Loaded 0 WebAssembly module\\(s\\) in \\d+ ms, rejected 2")
				.contains("No WebAssembly functions: 2 module(s) were found at"));
	}

	@Test
	void functionThatIsAskedForAndNotThereIsExplained(CapturedOutput output) {
		start(Misspelt.class, TestModules.locations("hello", "cat", "upper"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("There is no WebAssembly function and no other bean 'uper' of the type"
					+ " java.util.function.Function<java.lang.String, java.lang.String>.")
			.contains("The functions that exist are, the nearest first: upper, ")
			.contains("Correct the name in @Qualifier, or check that 'wasm.locations' finds the module.");
	}

	@Test
	void functionThatIsAskedForAndRejectedIsExplained(CapturedOutput output) {
		start(Rejected.class, TestModules.locations("truncated"), "wasm.invalid-modules=skip");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("There are no functions at all.")
			.contains("The module 'truncated' from class path resource [fixtures/truncated.wasm] is rejected: ");
	}

	@Test
	void beanThatIsAskedForAndHasTheNameOfAFunctionIsExplained(CapturedOutput output, @TempDir Path folder) {
		TestModules.copy("cat", folder.resolve("wanted.wasm"));
		start(Wanting.class, "wasm.locations=file:" + folder + "/*.wasm");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The WebAssembly function 'wanted' has the name of a bean that must be a java.lang.Runnable.");
	}

	private static void start(Class<?> application, String... properties) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(WebApplicationType.NONE);
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		assertThatException().isThrownBy(() -> spring.run(arguments).close());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Misspelt {

		@Bean
		String user(@Qualifier("uper") Function<String, String> upper) {
			return upper.apply("a");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Rejected {

		@Bean
		String user(@Qualifier("truncated") Function<byte[], byte[]> truncated) {
			return truncated.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Wanting {

		@Bean
		String user(org.springframework.beans.factory.BeanFactory beanFactory) {
			return beanFactory.getBean("wanted", Runnable.class).toString();
		}

	}

}
