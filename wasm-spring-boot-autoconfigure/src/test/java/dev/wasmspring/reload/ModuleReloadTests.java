package dev.wasmspring.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.wasmspring.Fixtures;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.autoconfigure.reload.WasmReloadAutoConfiguration;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ModuleReload}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ModuleReloadTests {

	@TempDir
	private Path folder;

	@Test
	void changedModuleIsSeenByWhoeverHoldsItsFunction() {
		print("greet", "old..\n");
		runner().withUserConfiguration(Holding.class).run((context) -> {
			Holder holder = context.getBean(Holder.class);
			Function<byte[], byte[]> found = context.getBean(FunctionCatalog.class).lookup("greet");
			assertThat(holder.greet.apply("")).isEqualTo("old..\n");
			assertThat(found.apply(new byte[0])).asString().isEqualTo("old..\n");
			print("greet", "new..\n");
			await(() -> assertThat(holder.greet.apply("")).isEqualTo("new..\n"));
			assertThat(found.apply(new byte[0])).asString().isEqualTo("new..\n");
			assertThat(call(context, "greet")).isEqualTo("new..\n");
			await(() -> assertThat(functions(context).rejected()).isEmpty());
		});
	}

	@Test
	void addedModuleIsAFunctionLikeAnyOther() {
		runner("wasm.functions.later.description=Came later").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean("later");
			assertThat((Object) context.getBean(FunctionCatalog.class).lookup("later")).isNull();
			print("later", "hello\n");
			await(() -> assertThat(context).hasBean("later"));
			await(() -> assertThat(names(context)).containsExactly("later"));
			assertThat(call(context, "later")).isEqualTo("hello\n");
			Function<byte[], byte[]> found = context.getBean(FunctionCatalog.class).lookup("later");
			assertThat(found.apply(new byte[0])).asString().isEqualTo("hello\n");
			assertThat(context.getBeanNamesForType(Function.class)).contains("later");
			assertThat(functions(context).get("later").definition().settings().description()).isEqualTo("Came later");
		});
	}

	@Test
	void removedModuleTakesItsBeanWithIt() {
		print("greet", "old..\n");
		print("other", "other\n");
		runner().run((context) -> {
			WasmFunction held = functions(context).get("greet");
			Function<byte[], byte[]> found = context.getBean(FunctionCatalog.class).lookup("greet");
			assertThat(call(context, "greet")).isEqualTo("old..\n");
			Files.delete(file("greet"));
			await(() -> assertThat(context.containsBean("greet")).isFalse());
			assertThat(names(context)).containsExactly("other");
			assertUnknown(() -> held.apply(""));
			assertUnknown(() -> found.apply(new byte[0]));
			assertThat(call(context, "other")).isEqualTo("other\n");
			print("greet", "again\n");
			await(() -> assertThat(found.apply(new byte[0])).asString().isEqualTo("again\n"));
			assertThat(call(context, "greet")).isEqualTo("again\n");
			assertThat(functions(context).get("greet")).isSameAs(held);
		});
	}

	@Test
	void beanThatOthersHoldStaysAndSoDoThey() {
		print("greet", "old..\n");
		runner().withUserConfiguration(Holding.class).run((context) -> {
			Holder holder = context.getBean(Holder.class);
			Files.delete(file("greet"));
			await(() -> assertUnknown(() -> holder.greet.apply("")));
			assertThat(names(context)).isEmpty();
			assertThat(context.getBean(Holder.class)).isSameAs(holder);
			assertThat(holder.closed).isFalse();
			print("greet", "again\n");
			await(() -> assertThat(holder.greet.apply("")).isEqualTo("again\n"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "truncated", "empty", "start_traps", "missing_import", "component" })
	void brokenVersionLeavesTheOldOneInServiceAndIsReported(String broken, CapturedOutput output) {
		print("greet", "old..\n");
		runner().run((context) -> {
			write("greet", Fixtures.bytes(broken));
			await(() -> assertThat(functions(context).rejected()).singleElement().satisfies((module) -> {
				assertThat(module.name()).isEqualTo("greet");
				assertThat(module.origin()).contains(file("greet").toString());
				assertThat(module.olderInService()).isTrue();
			}));
			assertThat(call(context, "greet")).isEqualTo("old..\n");
			assertThat(names(context)).containsExactly("greet");
			await(() -> assertThat(output).containsOnlyOnce("The version before it stays in service."));
			print("greet", "new..\n");
			await(() -> assertThat(call(context, "greet")).isEqualTo("new..\n"));
			await(() -> assertThat(functions(context).rejected()).isEmpty());
		});
	}

	@Test
	void versionInServiceThatIsPutBackIsNoMoreRejected(CapturedOutput output) {
		print("greet", "old..\n");
		runner().run((context) -> {
			write("greet", Fixtures.bytes("truncated"));
			await(() -> assertThat(functions(context).rejected()).hasSize(1));
			print("greet", "old..\n");
			await(() -> assertThat(functions(context).rejected()).isEmpty());
			assertThat(call(context, "greet")).isEqualTo("old..\n");
			await(() -> assertThat(output).contains("is again the version in service"));
		});
	}

	@Test
	void brokenModuleThatIsAddedIsReportedUntilItIsRemoved() {
		print("greet", "old..\n");
		runner().run((context) -> {
			write("other", Fixtures.bytes("truncated"));
			await(() -> assertThat(functions(context).rejected()).singleElement().satisfies((module) -> {
				assertThat(module.name()).isEqualTo("other");
				assertThat(module.olderInService()).isFalse();
			}));
			assertThat(context).doesNotHaveBean("other");
			Files.delete(file("other"));
			await(() -> assertThat(functions(context).rejected()).isEmpty());
			assertThat(call(context, "greet")).isEqualTo("old..\n");
		});
	}

	@Test
	void moduleThatWasSkippedAtTheStartMayBeRepaired() {
		write("parsed", Fixtures.bytes("truncated"));
		write("loaded", Fixtures.bytes("start_traps"));
		runner("wasm.invalid-modules=skip").run((context) -> {
			assertThat(functions(context).rejected()).hasSize(2);
			print("parsed", "now..\n");
			print("loaded", "now..\n");
			await(() -> assertThat(names(context)).containsExactly("loaded", "parsed"));
			await(() -> assertThat(functions(context).rejected()).isEmpty());
			assertThat(call(context, "parsed")).isEqualTo("now..\n");
			assertThat(call(context, "loaded")).isEqualTo("now..\n");
		});
	}

	@Test
	void functionsComeAndGoWithAVersion() {
		write("multi", Fixtures.bytes("multi"));
		runner("wasm.functions.multi-rest.enabled=false").run((context) -> {
			assertThat(names(context)).containsExactly("multi-first", "multi-length_of_alphabet");
			print("multi", "single");
			await(() -> assertThat(names(context)).containsExactly("multi"));
			await(() -> assertThat(context).doesNotHaveBean("multi-first"));
			assertThat(call(context, "multi")).isEqualTo("single");
			write("multi", Fixtures.bytes("multi"));
			await(() -> assertThat(names(context)).containsExactly("multi-first", "multi-length_of_alphabet"));
			assertThat(context).hasBean("multi-first");
			await(() -> assertThat(context).doesNotHaveBean("multi").doesNotHaveBean("multi-rest"));
		});
	}

	@Test
	void functionWithTheNameOfABeanIsRejectedAndTheBeanStays() {
		runner().withUserConfiguration(OtherBean.class).run((context) -> {
			print("taken", "module");
			await(() -> assertThat(functions(context).rejected()).singleElement()
				.satisfies((module) -> assertThat(module.reason())
					.startsWith("Its function 'taken' has the same name as the bean defined in")));
			assertThat(context.getBean("taken")).isEqualTo("a bean");
			assertThat(names(context)).isEmpty();
		});
	}

	@Test
	void functionWithTheNameOfAnotherModulesIsRejectedUntilThatIsGone() {
		write("a", Fixtures.bytes("multi"));
		runner().run((context) -> {
			print("a-first", "module");
			await(() -> assertThat(functions(context).rejected()).extracting(ModuleRejection::name)
				.containsExactly("a-first"));
			assertThat(functions(context).rejected().get(0).reason())
				.contains("has the same name as one of the module 'a'");
			assertThat(functions(context).get("a-first").definition().module().name()).isEqualTo("a");
			Files.delete(file("a"));
			await(() -> assertThat(functions(context).rejected()).isEmpty());
			await(() -> assertThat(call(context, "a-first")).isEqualTo("module"));
			assertThat(names(context)).containsExactly("a-first");
		});
	}

	@Test
	void moduleOfTheClassPathIsNotReplacedByAFile(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
			.withPropertyValues("wasm.locations=classpath:fixtures/hello.wasm,file:" + this.folder + "/*.wasm",
					"wasm.reload=true", "wasm.reload-interval=10ms")
			.run((context) -> {
				print("hello", "file.\n");
				await(() -> assertThat(functions(context).rejected()).singleElement()
					.satisfies((module) -> assertThat(module.reason()).isEqualTo(
							"There is a module of the same name, from class path resource [fixtures/hello.wasm].")));
				assertThat(call(context, "hello")).isEqualTo("Hello\n");
				Files.delete(file("hello"));
				await(() -> assertThat(functions(context).rejected()).isEmpty());
				assertThat(call(context, "hello")).isEqualTo("Hello\n");
			});
	}

	@Test
	void newVersionsAreCompiledBeforeTheyAreServedAlsoWhenCompilationIsLazy() {
		print("greet", "old..\n");
		runner("wasm.compilation.mode=lazy").run((context) -> {
			// Not loaded yet, and its file is gone
			write("greet", Fixtures.bytes("start_traps"));
			await(() -> assertThat(functions(context).rejected()).hasSize(1));
			assertThat(call(context, "greet")).isEqualTo("old..\n");
		});
	}

	@Test
	void nothingIsReloadedUnlessAskedFor() {
		print("greet", "old..\n");
		runner("wasm.reload=false").run((context) -> assertThat(context).doesNotHaveBean(ModuleReload.class));
	}

	@Test
	void reloadingWithoutFilesIsLogged(CapturedOutput output) {
		runner("wasm.locations=classpath:fixtures/hello.wasm").run((context) -> assertThat(output)
			.contains("Nothing is reloaded: no location in 'wasm.locations' begins with 'file:'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1s" })
	void intervalMustBePositive(String interval) {
		runner("wasm.reload-interval=" + interval).run((context) -> assertThat(context.getStartupFailure())
			.hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

	@Test
	void threadEndsWithTheContextAndComesBackWithARestart() {
		print("greet", "old..\n");
		runner().run((context) -> {
			assertThat(threads()).hasSize(1).allMatch(Thread::isDaemon);
			context.getSourceApplicationContext().stop();
			assertThat(threads()).isEmpty();
			context.getSourceApplicationContext().start();
			print("greet", "new..\n");
			await(() -> assertThat(call(context, "greet")).isEqualTo("new..\n"));
		});
		assertThat(threads()).isEmpty();
	}

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class,
							WasmReloadAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + this.folder + "/*.wasm", "wasm.reload=true",
					"wasm.reload-interval=10ms")
			.withPropertyValues(properties);
	}

	private void print(String module, String output) {
		write(module, Fixtures.printing(output));
	}

	private void write(String module, byte[] content) {
		try {
			Path unfinished = Files.write(this.folder.resolve(module + ".tmp"), content);
			Files.move(unfinished, file(module), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path file(String module) {
		return this.folder.resolve(module + ".wasm");
	}

	private static WasmFunctions functions(AssertableApplicationContext context) {
		return context.getBean(WasmFunctions.class);
	}

	private static List<String> names(AssertableApplicationContext context) {
		return functions(context).all().stream().map(WasmFunction::name).toList();
	}

	@SuppressWarnings("unchecked")
	private static String call(AssertableApplicationContext context, String function) {
		return new String(((Function<byte[], byte[]>) context.getBean(function)).apply(new byte[0]),
				StandardCharsets.UTF_8);
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(5))
			.ignoreExceptions()
			.untilAsserted(assertion);
	}

	private static void assertUnknown(ThrowingCallable call) {
		WasmFunctionException exception = catchThrowableOfType(WasmFunctionException.class, call);
		assertThat(exception).isNotNull();
		assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN_FUNCTION);
	}

	private static List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("wasm-reload"))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Holding {

		@Bean
		Holder holder(@Qualifier("greet") Function<String, String> greet) {
			return new Holder(greet, new AtomicBoolean());
		}

	}

	record Holder(Function<String, String> greet, AtomicBoolean closed) implements AutoCloseable {

		@Override
		public void close() {
			this.closed.set(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherBean {

		@Bean
		String taken() {
			return "a bean";
		}

	}

}
