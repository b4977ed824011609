package dev.wasmspring.autoconfigure;

import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions in a hierarchy of contexts.
 */
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

}
