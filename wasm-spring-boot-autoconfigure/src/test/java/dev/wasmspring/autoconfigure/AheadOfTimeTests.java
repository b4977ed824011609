package dev.wasmspring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.autoconfigure.reload.WasmReloadAutoConfiguration;
import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeanClashException;
import dev.wasmspring.sandbox.module.ModuleException;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Functions in an application that is processed ahead of time: its bean definitions are
 * code, and the registrar does not run when it starts.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	@Test
	void functionsAreInjectedComposedAndLookedUp() {
		String locations = TestModules.locations("upper", "reverse", "numbers");
		process(locations, (context) -> start(context, locations, (started) -> {
			Injected injected = started.getBean(Injected.class);
			assertThat(injected.text.apply("abc")).isEqualTo("ABC");
			assertThat(injected.bytes.apply(bytes("abc"))).isEqualTo(bytes("ABC"));
			FunctionCatalog catalog = started.getBean(FunctionCatalog.class);
			Function<byte[], byte[]> composed = catalog.lookup("upper|reverse");
			assertThat(composed.apply(bytes("abc"))).isEqualTo(bytes("CBA"));
			Function<String, String> pair = catalog.lookup("numbers-pair");
			assertThat(pair).isNotNull();
		}));
	}

	@Test
	void modulesAreFoundAgainWithThePropertiesOfTheStart() {
		String locations = TestModules.locations("upper");
		process(locations, (context) -> start(context, locations, (started) -> {
			assertThat(started.containsBean(DiscoveredFunctions.BEAN_NAME)).isFalse();
			assertThat(started.getBean(WasmFunctions.class).get("upper").definition().settings().concurrency())
				.isEqualTo(3);
		}, "wasm.limits.concurrency=3"));
	}

	@Test
	void functionWhoseModuleIsGoneStopsTheStart() {
		process(TestModules.locations("upper", "reverse"), (context) -> assertThatException()
			.isThrownBy(() -> start(context, TestModules.locations("reverse"), (started) -> {
			}))
			.havingRootCause()
			.withMessageContaining("upper"));
	}

	@Test
	void moduleThatIsBrokenWhenTheApplicationStartsStopsTheStart(@TempDir Path folder) {
		Path module = TestModules.copy("upper", folder.resolve("upper.wasm"));
		String locations = "wasm.locations=" + folder.toUri() + "*.wasm";
		process(locations, (context) -> {
			TestModules.copy("empty", module);
			assertThatException().isThrownBy(() -> start(context, locations, (started) -> {
			})).withRootCauseInstanceOf(ModuleException.class);
		});
	}

	@Test
	void aModuleThatCameLaterAndHasTheNameOfABeanStopsTheStart(@TempDir Path folder) {
		TestModules.copy("upper", folder.resolve("upper.wasm"));
		String locations = "wasm.locations=" + folder.toUri() + "*.wasm";
		process(locations, (context) -> {
			TestModules.copy("reverse", folder.resolve("injected.wasm"));
			assertThatException().isThrownBy(() -> start(context, locations, (started) -> {
			})).withRootCauseInstanceOf(FunctionBeanClashException.class);
		});
	}

	@Test
	void moduleThatIsBrokenWhenTheApplicationStartsIsSkippedIfItMayBe(@TempDir Path folder) {
		Path upper = TestModules.copy("upper", folder.resolve("upper.wasm"));
		TestModules.copy("reverse", folder.resolve("reverse.wasm"));
		String locations = "wasm.locations=" + folder.toUri() + "*.wasm";
		process(locations, (context) -> {
			TestModules.copy("empty", upper);
			TestModules.copy("reverse", folder.resolve("injected.wasm"));
			start(context, locations, (started) -> {
				WasmFunctions functions = started.getBean(WasmFunctions.class);
				assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("reverse");
				assertThat(functions.rejected()).hasSize(2);
				assertThatException().isThrownBy(() -> started.getBean(Injected.class).text().apply("abc"));
			}, "wasm.invalid-modules=skip");
		});
	}

	@Test
	void modulesAreReloaded(@TempDir Path folder) {
		TestModules.copy("upper", folder.resolve("upper.wasm"));
		TestModules.copy("reverse", folder.resolve("reverse.wasm"));
		String locations = "wasm.locations=" + folder.toUri() + "*.wasm";
		process(List.of(locations, "wasm.reload=true"), (context) -> {
			// Not there when the application was processed
			TestModules.copy("echo", folder.resolve("appeared.wasm"));
			start(context, locations, (started) -> {
				Injected injected = started.getBean(Injected.class);
				assertThat(injected.text.apply("abc")).isEqualTo("ABC");
				await(() -> assertThat(started.containsBean("appeared")).isTrue());
				TestModules.copy("reverse", folder.resolve("upper.wasm"));
				TestModules.copy("upper", folder.resolve("added.wasm"));
				await(() -> assertThat(injected.text.apply("abc")).isEqualTo("cba"));
				await(() -> assertThat(started.getBean("added", WasmFunction.class).apply("abc")).isEqualTo("ABC"));
				assertThat(folder.resolve("reverse.wasm").toFile().delete()).isTrue();
				await(() -> assertThat(started.containsBean("reverse")).isFalse());
			}, "wasm.reload=true", "wasm.reload-interval=10ms");
		});
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(assertion);
	}

	private static void process(String property,
			Consumer<ApplicationContextInitializer<GenericApplicationContext>> processed) {
		process(List.of(property), processed);
	}

	@SuppressWarnings("unchecked")
	private static void process(List<String> properties,
			Consumer<ApplicationContextInitializer<GenericApplicationContext>> processed) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(properties).applyTo(context);
		context.register(Application.class);
		TestGenerationContext generation = new TestGenerationContext();
		String initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation).toString();
		generation.writeGeneratedContent();
		TestCompiler.forSystem()
			.with(generation)
			.compile((compiled) -> processed
				.accept(compiled.getInstance(ApplicationContextInitializer.class, initializer)));
	}

	private static void start(ApplicationContextInitializer<GenericApplicationContext> initializer, String property,
			Consumer<GenericApplicationContext> started, String... more) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			TestPropertyValues.of(property).and(more).applyTo(context);
			initializer.initialize(context);
			context.refresh();
			started.accept(context);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class,
			WasmReloadAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class })
	static class Application {

		@Bean
		Injected injected(@Qualifier("upper") Function<String, String> text,
				@Qualifier("upper") Function<byte[], byte[]> bytes) {
			return new Injected(text, bytes);
		}

	}

	record Injected(Function<String, String> text, Function<byte[], byte[]> bytes) {

	}

}
