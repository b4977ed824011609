package dev.wasmspring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import dev.wasmspring.Fixtures;
import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.discovery.DuplicateFunctionException;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.FunctionSettings.Queue;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeans;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.messaging.Message;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link WasmAutoConfiguration} and
 * {@link WasmMessageConverterAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WasmAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class));

	@Test
	void functionsAreBeansOfTheirNames() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo", "upper")).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(WasmFunctions.class).hasSingleBean(Engine.class);
			assertThat(context).getBean("echo").isInstanceOf(WasmFunction.class);
			assertThat(context).getBean("upper").isSameAs(functions(context).get("upper"));
			assertThat(names(context)).containsExactly("echo", "upper");
		});
	}

	@Test
	void nothingToBeFoundIsFine() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(functions(context).all()).isEmpty();
			assertThat(functions(context).rejected()).isEmpty();
		});
	}

	@Test
	void functionsOfSeveralExportsAreNamedAfterBoth() {
		this.contextRunner.withPropertyValues(TestModules.locations("multi", "command_with_exports"))
			.run((context) -> assertThat(names(context)).containsExactly("command_with_exports", "multi-first",
					"multi-length_of_alphabet", "multi-rest"));
	}

	@Test
	void anExportWithANameThatNoFunctionCanHaveIsLeftOutAndTheOthersAreServed(CapturedOutput output) {
		this.contextRunner.withPropertyValues(TestModules.locations("odd_export")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(names(context)).containsExactly("odd_export-add");
			assertThat(functions(context).rejected()).isEmpty();
			assertThat(output).contains("Left out of the module 'odd_export'", "'demo:calc/ops#sub'",
					"cannot be part of a function's name");
		});
	}

	@Test
	void anExportWithoutANameIsLeftOut(@TempDir Path folder) throws Exception {
		Files.write(folder.resolve("some.wasm"), HexFormat.of()
			.parseHex("0061736d010000000104016000000303020000070802000000016700010a070202000b02000b"));
		this.contextRunner.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> assertThat(names(context)).containsExactly("some-g"));
	}

	@Test
	void compiledModulesAreKeptInTheCacheDirectory(@TempDir Path folder) {
		Path cache = folder.resolve("cache");
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo"), "wasm.compilation.cache-directory=" + cache)
			.run((context) -> assertThat(cache).isNotEmptyDirectory());
	}

	@Test
	void withoutACacheDirectoryNothingIsKept() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> assertThat(context.getBean(WasmProperties.class).getCompilation().getCacheDirectory())
				.isNull());
	}

	@Test
	void allCallsTogetherHoldNoMoreThanTheTotalMemory() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"), "wasm.limits.total-memory=128KB")
			.run((context) -> {
				assertThat(functions(context).get("echo").apply(new byte[1000])).isEqualTo(new byte[1000]);
				assertThatExceptionOfType(WasmFunctionException.class)
					.isThrownBy(() -> functions(context).get("echo").apply(new byte[500_000]))
					.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			});
	}

	@Test
	void callsThatTakeMuchMemoryWaitAndOthersDoNot() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo"), "wasm.limits.memory-rate=1MB", "wasm.limits.timeout=2s",
					"wasm.limits.input=10MB")
			.run((context) -> {
				WasmFunction echo = functions(context).get("echo");
				// Ten megabytes at a megabyte in a second
				assertThatExceptionOfType(WasmFunctionException.class)
					.isThrownBy(() -> echo.apply(new byte[10_000_000]))
					.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.TIMEOUT));
				for (int i = 0; i < 1_000; i++) {
					assertThat(echo.apply(new byte[10_000])).isEqualTo(new byte[10_000]);
				}
			});
	}

	@Test
	void limitsHaveDefaults() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo")).run((context) -> {
			FunctionSettings settings = settings(context, "echo");
			assertThat(settings.limits())
				.isEqualTo(new Limits(Duration.ofSeconds(5), megabytes(64), megabytes(1), megabytes(1)));
			assertThat(settings.concurrency()).isEqualTo(64);
			assertThat(settings.queue()).isEqualTo(new Queue(0, Duration.ofSeconds(1)));
			assertThat(settings.capabilities().arguments()).isEmpty();
			assertThat(settings.capabilities().environment()).isEmpty();
			assertThat(settings.description()).isNull();
			assertThat(settings.consumes()).isNull();
			assertThat(settings.produces()).isNull();
		});
	}

	@Test
	void limitsOfAFunctionPrecedeThoseOfAll() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo", "cat"), "wasm.limits.timeout=2s",
				"wasm.limits.memory=8MB", "wasm.limits.input=10KB", "wasm.limits.output=20KB",
				"wasm.limits.concurrency=7", "wasm.functions.cat.limits.timeout=100ms",
				"wasm.functions.cat.limits.memory=1MB", "wasm.functions.cat.limits.input=1KB", "wasm.limits.stack=8MB",
				"wasm.functions.cat.limits.stack=2MB", "wasm.functions.cat.limits.output=2KB",
				"wasm.functions.cat.limits.concurrency=1", "wasm.limits.queue-size=3", "wasm.limits.queue-timeout=2s",
				"wasm.functions.cat.limits.queue-size=5", "wasm.functions.cat.limits.queue-timeout=50ms")
			.run((context) -> {
				assertThat(settings(context, "echo").limits())
					.isEqualTo(new Limits(Duration.ofSeconds(2), megabytes(8), 10240, 20480, megabytes(8)));
				assertThat(settings(context, "echo").concurrency()).isEqualTo(7);
				assertThat(settings(context, "echo").queue()).isEqualTo(new Queue(3, Duration.ofSeconds(2)));
				assertThat(settings(context, "cat").queue()).isEqualTo(new Queue(5, Duration.ofMillis(50)));
				assertThat(settings(context, "cat").limits())
					.isEqualTo(new Limits(Duration.ofMillis(100), megabytes(1), 1024, 2048, megabytes(2)));
				assertThat(settings(context, "cat").concurrency()).isEqualTo(1);
			});
	}

	@Test
	void limitsThatAFunctionLeavesOpenAreThoseOfAll() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo"), "wasm.limits.timeout=2s", "wasm.limits.input=10KB",
					"wasm.functions.echo.limits.input=1KB")
			.run((context) -> assertThat(settings(context, "echo").limits())
				.isEqualTo(new Limits(Duration.ofSeconds(2), megabytes(64), 1024, megabytes(1))));
	}

	@Test
	void functionHasItsSettings() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("args"), "wasm.functions.args.description=Prints its arguments",
					"wasm.functions.args.arguments=a,b c", "wasm.functions.args.environment.MY_VAR=1",
					"wasm.functions.args.environment.lower=2", "wasm.functions.args.consumes=application/*",
					"wasm.functions.args.produces=text/plain;charset=UTF-8")
			.run((context) -> {
				FunctionSettings settings = settings(context, "args");
				assertThat(settings.description()).isEqualTo("Prints its arguments");
				assertThat(settings.capabilities().arguments()).containsExactly("a", "b c");
				assertThat(settings.capabilities().environment()).containsOnly(entry("MY_VAR", "1"),
						entry("lower", "2"));
				assertThat(settings.consumes()).isEqualTo("application/*");
				assertThat(settings.produces()).isEqualTo("text/plain;charset=UTF-8");
				assertThat(call(context, "args")).contains("b c");
			});
	}

	@Test
	void functionThatIsNotEnabledIsNotRegistered() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("multi", "echo"), "wasm.functions.multi-rest.enabled=false",
					"wasm.functions.echo.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean("multi-rest").doesNotHaveBean("echo");
				assertThat(names(context)).containsExactly("multi-first", "multi-length_of_alphabet");
			});
	}

	@ParameterizedTest
	@CsvSource({ "my-func.wasm, my-func", "my_func.wasm, my_func", "MyFunc.wasm, MyFunc", "my.func.wasm, [my.func]",
			"my_func.wasm, [my_func]", "my-func.wasm, myfunc" })
	void functionIsConfiguredByItsName(String file, String key, @TempDir Path folder) {
		TestModules.copy("echo", folder.resolve(file));
		this.contextRunner
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm",
					"wasm.functions." + key + ".description=found", "wasm.functions." + key + ".limits.concurrency=3")
			.run((context) -> {
				FunctionSettings settings = settings(context, file.replace(".wasm", ""));
				assertThat(settings.description()).isEqualTo("found");
				assertThat(settings.concurrency()).isEqualTo(3);
			});
	}

	@Test
	void functionIsConfiguredByEnvironmentVariables(@TempDir Path folder) {
		TestModules.copy("echo", folder.resolve("My-echo_1.wasm"));
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("WASM_FUNCTIONS_MYECHO1_LIMITS_CONCURRENCY", "3", "WASM_LIMITS_TIMEOUT", "7s"))))
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> {
				assertThat(settings(context, "My-echo_1").concurrency()).isEqualTo(3);
				assertThat(settings(context, "My-echo_1").limits().timeout()).isEqualTo(Duration.ofSeconds(7));
			});
	}

	@Test
	void settingsOfAFunctionAreNotThoseOfOneWithASimilarName(@TempDir Path folder) {
		TestModules.copy("echo", folder.resolve("a-b.wasm"));
		TestModules.copy("echo", folder.resolve("ab.wasm"));
		this.contextRunner
			.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm", "wasm.functions.a-b.description=dashed")
			.run((context) -> {
				assertThat(settings(context, "a-b").description()).isEqualTo("dashed");
				assertThat(settings(context, "ab").description()).isNull();
			});
	}

	@ParameterizedTest
	@CsvSource({ "wasm.limits.stack, 64KB", "wasm.limits.stack, 2GB", "wasm.functions.echo.limits.stack, -1B",
			"wasm.limits.timeout, 0s", "wasm.limits.memory, 1KB", "wasm.limits.input, -1B", "wasm.limits.output, 3GB",
			"wasm.limits.concurrency, 0", "wasm.limits.module-size, -1B", "wasm.limits.module-size, 3GB",
			"wasm.limits.total-memory, -1B", "wasm.limits.memory-rate, 1KB", "wasm.functions.echo.limits.timeout, -1s",
			"wasm.functions.echo.limits.memory, 1KB", "wasm.functions.echo.limits.input, 3GB",
			"wasm.functions.echo.limits.output, -1B", "wasm.functions.echo.limits.concurrency, -1",
			"wasm.limits.queue-size, -1", "wasm.limits.queue-timeout, 0s", "wasm.functions.echo.limits.queue-size, -1",
			"wasm.functions.echo.limits.queue-timeout, 2d", "wasm.functions.echo.produces, text/*" })
	void valueOutOfRangeStopsTheStartAndNamesTheProperty(String property, String value) {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"), property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo(property);
					assertThat(ex.getReason()).isNotBlank().endsWith(".");
				}));
	}

	@ParameterizedTest
	@CsvSource({ "wasm.limits.timeout, soon", "wasm.functions.echo.limits.memory, much",
			"wasm.functions.echo.consumes, nothing", "wasm.invalid-modules, ignore", "wasm.compilation.mode, never" })
	void valueOfTheWrongTypeStopsTheStart(String property, String value) {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"), property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(BindException.class.getName())
				.hasStackTraceContaining(property));
	}

	@Test
	void brokenModuleStopsTheStart() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo", "truncated", "empty"))
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(ModuleException.class,
					(ex) -> {
						assertThat(ex.module()).isEqualTo("empty");
						assertThat(ex.getSuppressed()).singleElement()
							.isInstanceOfSatisfying(ModuleException.class,
									(other) -> assertThat(other.module()).isEqualTo("truncated"));
					}));
	}

	@Test
	void moduleThatCannotBeInitialisedStopsTheStart() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo", "start_traps"))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(ModuleException.class.getName())
				.hasStackTraceContaining("start_traps"));
	}

	@Test
	void brokenModulesAreSkippedAndTheOthersWork() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo", "truncated", "start_traps"), "wasm.invalid-modules=skip")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("truncated");
				assertThat(names(context)).containsExactly("echo");
				assertThat(functions(context).rejected()).extracting(ModuleRejection::name)
					.containsExactlyInAnyOrder("truncated", "start_traps");
			});
	}

	@Test
	void functionNeedsTheMemoryThatItsModuleStartsWith() {
		this.contextRunner.withPropertyValues(TestModules.locations("large_memory"), "wasm.limits.memory=8MB")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("large_memory"));
		this.contextRunner
			.withPropertyValues(TestModules.locations("large_memory"), "wasm.limits.memory=8MB",
					"wasm.functions.large_memory.limits.memory=16MB")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void moduleThatIsTooLargeIsNotRead() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"), "wasm.limits.module-size=10B")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(ModuleException.class,
					(ex) -> {
						assertThat(ex.reason()).isEqualTo("It is larger than the 10 bytes that are allowed.");
						assertThat(ex.remedy())
							.isEqualTo("Raise 'wasm.limits.module-size', or build the module for size.");
					}));
		int size = Fixtures.bytes("echo").length;
		this.contextRunner.withPropertyValues(TestModules.locations("echo"), "wasm.limits.module-size=" + size + "B")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "a|b", "a,b", "a b", "&a", "-a", "_a", "", "a;b", "a%b", "a#b", "a?b", "a\u0007b", "a:b",
			"a(b)" })
	void fileMustHaveANameThatCanBeThatOfAFunction(String name, @TempDir Path folder) {
		TestModules.copy("echo", folder.resolve(name + ".wasm"));
		this.contextRunner.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(ModuleException.class,
					(ex) -> {
						assertThat(ex.reason()).isEqualTo("Its name cannot be the name of a function.");
						assertThat(ex.remedy()).startsWith("Rename the file.");
					}));
	}

	@Test
	void functionsOfTheSameNameAreRefused(@TempDir Path folder) {
		TestModules.copy("multi", folder.resolve("a.wasm"));
		TestModules.copy("echo", folder.resolve("a-first.wasm"));
		this.contextRunner.withPropertyValues("wasm.locations=file:" + folder + "/*.wasm")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(DuplicateFunctionException.class, (ex) -> {
					assertThat(ex.export().name()).isEqualTo("a-first");
					assertThat(List.of(ex.export().module().name(), ex.other().module().name()))
						.containsExactlyInAnyOrder("a", "a-first");
				}));
	}

	@Test
	void settingsOfAFunctionThatDoesNotExistStopTheStart() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo", "multi"), "wasm.functions.ecko.description=none",
					"wasm.functions.echo.description=some", "wasm.functions.multi.limits.concurrency=1")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(UnknownFunctionException.class, (ex) -> {
					assertThat(ex.unknown()).containsExactlyInAnyOrder("ecko", "multi");
					assertThat(ex.functions()).containsExactly("echo", "multi-first", "multi-length_of_alphabet",
							"multi-rest");
				}));
	}

	@Test
	void settingsOfAFunctionWhoseModuleIsSkippedAreFine() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("truncated", "start_traps"), "wasm.invalid-modules=skip",
					"wasm.functions.truncated.description=a", "wasm.functions.truncated-export.description=b",
					"wasm.functions.start_traps.description=c")
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner
			.withPropertyValues(TestModules.locations("truncated"), "wasm.invalid-modules=skip",
					"wasm.functions.other.description=a")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(UnknownFunctionException.class));
	}

	@Test
	void modulesAreCompiledAtTheFirstCallWhenCompilationIsLazy() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo", "start_traps"), "wasm.compilation.mode=lazy")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(names(context)).containsExactly("echo", "start_traps");
				assertThat(call(context, "echo")).isEmpty();
			});
	}

	@Test
	void aModuleIsInitialisedInEachCallWhereASnapshotIsNotWanted() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("seeded"), "wasm.functions.seeded-value.snapshot=false")
			.run((context) -> assertThat(call(context, "seeded-value")).isNotEqualTo(call(context, "seeded-value")));
		this.contextRunner.withPropertyValues(TestModules.locations("seeded"))
			.run((context) -> assertThat(call(context, "seeded-value")).isEqualTo(call(context, "seeded-value")));
	}

	@Test
	void aModuleWhoseCodeIsNotValidStopsTheStartAlsoWhenCompilationIsLazy() {
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo", "invalid_body"), "wasm.compilation.mode=lazy")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("Module 'invalid_body' from"));
		this.contextRunner
			.withPropertyValues(TestModules.locations("echo", "invalid_body"), "wasm.compilation.mode=lazy",
					"wasm.invalid-modules=skip")
			.run((context) -> {
				assertThat(context.getBean(WasmFunctions.class).rejected()).extracting(ModuleRejection::name)
					.containsExactly("invalid_body");
				assertThat(call(context, "echo")).isEmpty();
			});
	}

	@Test
	void contextMayBeInitialisedLazily() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues(TestModules.locations("upper", "start_traps"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanFactory().containsSingleton(FunctionBeans.FACTORY)).isFalse();
			});
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> assertThat(call(context, "echo")).isEmpty());
	}

	@Test
	void nothingIsRegisteredWhenDisabled() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo", "truncated"), "wasm.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("echo")
				.doesNotHaveBean(WasmFunctions.class)
				.doesNotHaveBean(Engine.class)
				.doesNotHaveBean("wasmBytesMessageConverter"));
	}

	@Test
	void engineBacksOff() {
		this.contextRunner.withUserConfiguration(UserEngine.class)
			.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> {
				assertThat(context).hasSingleBean(Engine.class).hasBean("userEngine");
				assertThat(call(context, "echo")).isEmpty();
			});
	}

	@Test
	void allOfItBacksOffWhenTheApplicationHasFunctionsOfItsOwn() {
		this.contextRunner.withUserConfiguration(UserWasmFunctions.class)
			.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> assertThat(context).hasSingleBean(WasmFunctions.class)
				.doesNotHaveBean("echo")
				.doesNotHaveBean(FunctionBeans.FACTORY));
	}

	@Test
	void nothingIsRegisteredWithoutSpringMessaging() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(Message.class))
			.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(WasmFunctions.class));
	}

	@Test
	void functionsNeedNoFunctionCatalog() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(WasmAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(FunctionCatalog.class))
			.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("wasmBytesMessageConverter");
				assertThat(call(context, "echo")).isEmpty();
			});
	}

	@Test
	void engineIsClosedWithTheContext() {
		WasmFunction[] function = new WasmFunction[1];
		this.contextRunner.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> function[0] = functions(context).get("echo"));
		assertThat(function[0].definition().export().kind()).isEqualTo(Kind.BYTES);
		assertThatException().isThrownBy(() -> function[0].apply(new byte[0]));
	}

	@Test
	void beanSaysWhereItsModuleIs() {
		this.contextRunner.withPropertyValues(TestModules.locations("echo"))
			.run((context) -> assertThat(context.getBeanFactory().getBeanDefinition("echo").getResourceDescription())
				.isEqualTo("class path resource [fixtures/echo.wasm]"));
	}

	@Test
	void whatChangesTheModulesIsInjectedIntoNobody() {
		this.contextRunner.withUserConfiguration(Curious.class)
			.withPropertyValues(TestModules.locations("cat"))
			.run((context) -> {
				assertThat(context.getBean("sees", Optional.class)).contains("functions");
				assertThat(context.getBean("changes", Optional.class)).isEmpty();
			});
	}

	private static WasmFunctions functions(AssertableApplicationContext context) {
		return context.getBean(WasmFunctions.class);
	}

	private static List<String> names(AssertableApplicationContext context) {
		return functions(context).all().stream().map(WasmFunction::name).toList();
	}

	private static FunctionSettings settings(AssertableApplicationContext context, String function) {
		FunctionDefinition definition = functions(context).get(function).definition();
		return definition.settings();
	}

	@SuppressWarnings("unchecked")
	private static String call(AssertableApplicationContext context, String function) {
		return new String(((Function<byte[], byte[]>) context.getBean(function)).apply(new byte[0]),
				StandardCharsets.UTF_8);
	}

	private static long megabytes(long megabytes) {
		return DataSize.ofMegabytes(megabytes).toBytes();
	}

	@Configuration(proxyBeanMethods = false)
	static class Curious {

		@Bean
		Optional<String> sees(Optional<WasmFunctions> functions) {
			return functions.map((found) -> "functions");
		}

		@Bean
		Optional<String> changes(Optional<ServedModules> modules) {
			return modules.map((found) -> "modules");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserEngine {

		@Bean
		Engine userEngine() {
			return new Engine();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserWasmFunctions {

		@Bean
		WasmFunctions userFunctions() {
			return new WasmFunctions(new ServedModules(new Engine(), List.of(), List.of()));
		}

	}

}
