package dev.wasmspring.versions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import dev.wasmspring.Fixtures;
import dev.wasmspring.Vitals;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.actuate.WasmVersionsEndpointAutoConfiguration;
import dev.wasmspring.autoconfigure.versions.WasmVersionsAutoConfiguration;
import dev.wasmspring.function.ModuleVersion;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ModuleVersions}.
 */
class ModuleVersionsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class,
						WasmVersionsAutoConfiguration.class, WasmVersionsEndpointAutoConfiguration.class))
		.withUserConfiguration(Holding.class)
		.withPropertyValues("wasm.locations=classpath:fixtures/hello.wasm,classpath:fixtures/multi.wasm");

	@Test
	void aModuleThatIsLoadedTakesThePlaceOfTheOneOfItsName() {
		this.runner.run((context) -> {
			Function<String, String> held = context.getBean(Holder.class).hello;
			assertThat(held.apply("")).isEqualTo("Hello\n");
			ModuleVersion now = versions(context).load("hello", "wasm", Fixtures.printing("Moin.\n"));
			assertThat(held.apply("")).isEqualTo("Moin.\n");
			assertThat(now.inService()).isTrue();
			assertThat(now.percent()).isEqualTo(100);
			assertThat(now.functions()).containsExactly("hello");
			assertThat(versions(context).versions("hello")).hasSize(2).first().isEqualTo(now);
		});
	}

	@Test
	void aModuleOrScriptThatIsNewIsAFunctionLikeAnyOther() {
		this.runner.withPropertyValues("wasm.invalid-modules=skip").run((context) -> {
			versions(context).load("later", "wasm", Fixtures.printing("later\n"));
			versions(context).load("twice", "javascript", "export const handle = (input) => 2 * input;");
			assertThat(call(context, "later", "")).isEqualTo("later\n");
			assertThat(call(context, "twice", "21")).isEqualTo("42");
			assertThat(context.getBean(WasmFunctions.class).has("twice")).isTrue();
			versions(context).load("twice", "javascript", "export const handle = (input) => 3 * input;");
			assertThat(call(context, "twice", "21")).isEqualTo("63");
		});
	}

	@Test
	void theLastThreeVersionsAreKeptAndCanBeGoneBackTo() {
		this.runner.run((context) -> {
			String first = versions(context).versions("hello").get(0).digest();
			String second = load(context, "2222..");
			String third = load(context, "3333..");
			assertThat(digests(context)).containsExactly(third, second, first);
			String fourth = load(context, "4444..");
			assertThat(digests(context)).containsExactly(fourth, third, second);
			assertThat(versions(context).rollBack("hello").digest()).isEqualTo(third);
			assertThat(hello(context)).isEqualTo("3333..");
			assertThat(versions(context).rollBack("hello").digest()).isEqualTo(second);
			assertThat(hello(context)).isEqualTo("2222..");
			assertThatIllegalStateException().isThrownBy(() -> versions(context).rollBack("hello"))
				.withMessageContaining("No older version");
			versions(context).rollBack("hello", fourth.substring(0, 8));
			assertThat(hello(context)).isEqualTo("4444..");
			assertThatIllegalArgumentException().isThrownBy(() -> versions(context).rollBack("hello", first))
				.withMessageContaining(third);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> versions(context).rollBack("hello", third.substring(0, 7)))
				.withMessageContaining("eight digits");
			assertThatIllegalArgumentException().isThrownBy(() -> versions(context).rollBack("hello", ""));
			assertThatIllegalArgumentException().isThrownBy(() -> versions(context).rollBack("nobody"));
		});
	}

	@Test
	void callsAreSplitExactlyAndEvenly() {
		this.runner.run((context) -> {
			load(context, "2222..");
			List<ModuleVersion> split = versions(context).split("hello", null, 30);
			assertThat(split).extracting(ModuleVersion::percent).containsExactly(70, 30);
			List<String> answers = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				answers.add(hello(context));
			}
			assertThat(Collections.frequency(answers, "Hello\n")).isEqualTo(60);
			assertThat(Collections.frequency(answers.subList(0, 10), "Hello\n")).isEqualTo(3);
			versions(context).split("hello", null, 0);
			assertThat(hello(context)).isEqualTo("2222..");
			assertThat(versions(context).versions("hello")).extracting(ModuleVersion::percent).containsExactly(100, 0);
			versions(context).split("hello", null, 100);
			assertThat(hello(context)).isEqualTo("Hello\n");
			versions(context).rollBack("hello");
			assertThat(versions(context).versions("hello")).extracting(ModuleVersion::percent).containsExactly(0, 100);
			for (int percent : new int[] { -1, 101 }) {
				assertThatIllegalArgumentException().isThrownBy(() -> versions(context).split("hello", null, percent));
			}
			String current = versions(context).versions("hello").get(1).digest();
			assertThatIllegalArgumentException().isThrownBy(() -> versions(context).split("hello", current, 10));
		});
	}

	@Test
	void whateverIsPutIntoServiceGetsAllCalls() {
		this.runner.run((context) -> {
			load(context, "2222..");
			versions(context).split("hello", null, 100);
			assertThat(hello(context)).isEqualTo("Hello\n");
			String third = load(context, "3333..");
			assertThat(hello(context)).isEqualTo("3333..");
			assertThat(versions(context).versions("hello")).extracting(ModuleVersion::percent)
				.containsExactly(100, 0, 0);
			versions(context).split("hello", null, 100);
			assertThat(hello(context)).isEqualTo("2222..");
			versions(context).rollBack("hello", third);
			assertThat(hello(context)).isEqualTo("3333..");
			assertThat(versions(context).versions("hello")).extracting(ModuleVersion::percent)
				.containsExactly(100, 0, 0);
		});
	}

	@Test
	void aDisabledFunctionIsUnknownUntilItIsEnabledWhateverVersionComes() {
		this.runner.run((context) -> {
			Function<String, String> held = context.getBean(Holder.class).hello;
			versions(context).disable("hello");
			assertUnknown(() -> held.apply(""));
			assertThat(context.getBean(WasmFunctions.class).has("hello")).isFalse();
			assertThat(versions(context).disabled()).containsExactly("hello");
			versions(context).load("hello", "wasm", Fixtures.printing("2222.."));
			assertUnknown(() -> held.apply(""));
			versions(context).enable("hello");
			assertThat(held.apply("")).isEqualTo("2222..");
			assertThat(versions(context).disabled()).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> versions(context).disable("nobody"));
		});
	}

	@Test
	void functionsComeAndGoWithTheVersionThatIsInService() {
		this.runner.run((context) -> {
			String single = versions(context).load("multi", "wasm", Fixtures.printing("single")).digest();
			assertThat(context).hasBean("multi").doesNotHaveBean("multi-first");
			versions(context).rollBack("multi");
			assertThat(context).hasBean("multi-first").doesNotHaveBean("multi");
			versions(context).split("multi", single, 50);
			assertThat(context.getBean(WasmFunctions.class).has("multi-first")).isTrue();
		});
	}

	@Test
	void aVersionIsNotGoneBackToIfTheApplicationHasTakenTheNamesOfItsFunctions() {
		this.runner.run((context) -> {
			versions(context).load("multi", "wasm", Fixtures.printing("single"));
			context.getBeanFactory().registerSingleton("multi-first", "the application's");
			assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> versions(context).rollBack("multi"))
				.withMessageContaining("same name");
			assertThat(call(context, "multi", "")).isEqualTo("single");
			assertThat(context.getBean("multi-first")).isEqualTo("the application's");
		});
	}

	@Test
	void whatHasNoFunctionThatIsEnabledIsNotLoaded() {
		this.runner.withPropertyValues("wasm.reload=true", "wasm.functions.quiet.enabled=false").run((context) -> {
			assertThatExceptionOfType(ModuleException.class)
				.isThrownBy(() -> versions(context).load("quiet", "wasm", Fixtures.bytes("hello")))
				.withMessageContaining("None of its functions is enabled");
			assertThat(versions(context).versions("quiet")).isEmpty();
		});
	}

	@Test
	void whatCannotBeUsedLeavesTheVersionInService() {
		this.runner.withPropertyValues("wasm.limits.module-size=100KB", "wasm.functions.hello.description=Greets")
			.run((context) -> {
				for (String broken : List.of("truncated", "start_traps", "missing_import", "component")) {
					assertThatExceptionOfType(ModuleException.class).as(broken)
						.isThrownBy(() -> versions(context).load("hello", "wasm", Fixtures.bytes(broken)));
				}
				assertThatExceptionOfType(ModuleException.class)
					.isThrownBy(() -> versions(context).load("hello", "wasm", new byte[200_000]))
					.withMessageContaining("102400");
				assertThatExceptionOfType(ModuleException.class)
					.isThrownBy(() -> versions(context).load("multi-first", "wasm", Fixtures.bytes("hello")))
					.withMessageContaining("same name");
				assertThatExceptionOfType(ModuleException.class)
					.isThrownBy(() -> versions(context).load("holder", "wasm", Fixtures.bytes("hello")))
					.withMessageContaining("same name");
				assertThatExceptionOfType(ModuleException.class)
					.isThrownBy(() -> versions(context).load("../x", "wasm", Fixtures.bytes("hello")));
				assertThatIllegalArgumentException().isThrownBy(() -> versions(context).load("x", "cobol", "MOVE"));
				assertThat(versions(context).versions("hello")).hasSize(1);
				assertThat(hello(context)).isEqualTo("Hello\n");
				assertThat(context.getBean(WasmFunctions.class).rejected()).isEmpty();
			});
	}

	@Test
	void auditEventsTellWhoDidWhat() {
		this.runner.run((context) -> {
			versions(context).by("ada").load("hello", "wasm", Fixtures.printing("2222.."));
			versions(context).by("ada").disable("hello");
			try {
				versions(context).rollBack("nobody");
			}
			catch (IllegalArgumentException ex) {
				// As it should be
			}
			assertThat(context.getBean(Holder.class).events).satisfiesExactly((loaded) -> {
				assertThat(loaded.getAuditEvent().getPrincipal()).isEqualTo("ada");
				assertThat(loaded.getAuditEvent().getType()).isEqualTo("WASM_LOADED");
				assertThat(loaded.getAuditEvent().getData()).containsEntry("module", "hello")
					.containsEntry("digest", versions(context).versions("hello").get(0).digest());
			}, (disabled) -> {
				assertThat(disabled.getAuditEvent().getType()).isEqualTo("WASM_DISABLED");
				assertThat(disabled.getAuditEvent().getData()).containsEntry("function", "hello");
			}, (refused) -> {
				assertThat(refused.getAuditEvent().getPrincipal()).isEqualTo("application");
				assertThat(refused.getAuditEvent().getType()).isEqualTo("WASM_REFUSED");
				assertThat(refused.getAuditEvent().getData()).containsEntry("module", "nobody")
					.containsEntry("action", "ROLLED_BACK");
			});
		});
	}

	@Test
	void auditEventsNameTheVersionThatGetsCalls() {
		this.runner.run((context) -> {
			String first = versions(context).versions("hello").get(0).digest();
			load(context, "2222..");
			versions(context).split("hello", null, 30);
			versions(context).rollBack("hello");
			assertThat(context.getBean(Holder.class).events.subList(1, 3)).satisfiesExactly((split) -> {
				assertThat(split.getAuditEvent().getType()).isEqualTo("WASM_SPLIT");
				assertThat(split.getAuditEvent().getData()).containsEntry("percent", 30).containsEntry("digest", first);
			}, (rolledBack) -> {
				assertThat(rolledBack.getAuditEvent().getType()).isEqualTo("WASM_ROLLED_BACK");
				assertThat(rolledBack.getAuditEvent().getData()).containsEntry("digest", first);
			});
		});
	}

	@Test
	void versionsThatAreNotKeptAreUnloaded() {
		this.runner.run((context) -> {
			loadMany(context, 10);
			Vitals before = Vitals.now();
			loadMany(context, 50);
			Vitals after = Vitals.now();
			assertThat(after.unloaded() - before.unloaded()).isGreaterThanOrEqualTo(50);
			assertThat(after.classes()).isLessThan(before.classes() + 30);
			assertThat(versions(context).versions("hello")).hasSize(3);
		});
	}

	private static void loadMany(AssertableApplicationContext context, int count) {
		for (int i = 0; i < count; i++) {
			load(context, String.format("%05d.", i));
			hello(context);
		}
	}

	private static String load(AssertableApplicationContext context, String output) {
		return versions(context).load("hello", "wasm", Fixtures.printing(output)).digest();
	}

	private static List<String> digests(AssertableApplicationContext context) {
		return versions(context).versions("hello").stream().map(ModuleVersion::digest).toList();
	}

	private static ModuleVersions versions(AssertableApplicationContext context) {
		return context.getBean(ModuleVersions.class);
	}

	private static String hello(AssertableApplicationContext context) {
		return call(context, "hello", "");
	}

	@SuppressWarnings("unchecked")
	private static String call(AssertableApplicationContext context, String function, String input) {
		byte[] output = ((Function<byte[], byte[]>) context.getBean(function))
			.apply(input.getBytes(StandardCharsets.UTF_8));
		return new String(output, StandardCharsets.UTF_8);
	}

	private static void assertUnknown(ThrowingCallable call) {
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.UNKNOWN_FUNCTION));
	}

	@Configuration(proxyBeanMethods = false)
	static class Holding {

		@Bean
		Holder holder(@Qualifier("hello") Function<String, String> hello) {
			return new Holder(hello);
		}

	}

	static class Holder {

		private final Function<String, String> hello;

		private final List<AuditApplicationEvent> events = new ArrayList<>();

		Holder(Function<String, String> hello) {
			this.hello = hello;
		}

		@EventListener
		void on(AuditApplicationEvent event) {
			this.events.add(event);
		}

	}

}
