package dev.wasmspring.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Scripts that come while the application runs.
 */
class RuntimeScriptTests {

	private static final String HANDLER = "export const handle = (input) => input * 2;";

	private final WasmScripts scripts = scripts(100, 64 << 20);

	private static WasmScripts scripts(int count, long memory) {
		return new WasmScripts(TestScripts.ENGINE, TestScripts.RUNTIMES,
				new FunctionSettings(null, null, null, TestScripts.LIMITS, 8, Capabilities.NONE), count, memory);
	}

	@Test
	void aScriptIsCompiledCalledAndForgotten() {
		ScriptFunction script = this.scripts.compile("javascript", HANDLER);
		assertThat(script.apply("21")).isEqualTo("42");
		assertThat(script.apply("4")).isEqualTo("8");
		assertThat(this.scripts.count()).isEqualTo(1);
		assertThat(this.scripts.memory()).isBetween(4_096L, 150_000L);
		script.close();
		script.close();
		assertThat(this.scripts.count()).isZero();
		assertThat(this.scripts.memory()).isZero();
		assertOutcome(script, Outcome.UNKNOWN_FUNCTION);
	}

	@Test
	void theLanguagesAreThoseOfTheClassPath() {
		assertThat(this.scripts.languages()).contains("javascript").doesNotContain("php");
		assertThatIllegalArgumentException().isThrownBy(() -> this.scripts.compile("cobol", HANDLER))
			.withMessageContaining("javascript");
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> this.scripts.compile("php", HANDLER))
			.satisfies((ex) -> assertThat(ex.remedy()).contains("dev.wasmspring:wasm-runtime-php"));
		assertThat(this.scripts.count()).isZero();
	}

	@Test
	void aScriptHasLimitsOfItsOwn() {
		Limits limits = TestScripts.LIMITS.withTimeout(Duration.ofMillis(200));
		String endless = "export function handle() { for (;;) {} }";
		try (ScriptFunction script = this.scripts.compile("javascript", endless, limits)) {
			assertOutcome(script, Outcome.TIMEOUT);
		}
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> this.scripts.compile("javascript", "for (;;) {}", limits))
			.withMessageContaining("timeout");
		assertThat(this.scripts.count()).isZero();
		assertThat(this.scripts.memory()).isZero();
	}

	@Test
	void whatIsWrongWithAScriptIsToldByLineAndColumn() {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> this.scripts.compile("rule", "javascript", "export function handle() {\n  return 1 +;\n}",
					TestScripts.LIMITS))
			.withMessageContaining("rule.js:2:13")
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOfSatisfying(ScriptException.class, (cause) -> {
				assertThat(cause.type()).isEqualTo("SyntaxError");
				assertThat(cause.line()).isEqualTo(2);
				assertThat(cause.column()).isEqualTo(13);
				assertThat(cause.source()).isEqualTo("  return 1 +;");
			}));
	}

	@Test
	void namesCannotForgeLogs() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.scripts.compile("a\nb", "javascript", HANDLER, TestScripts.LIMITS));
	}

	@Test
	void scriptsAreBoundedInNumber() {
		WasmScripts few = scripts(2, 64 << 20);
		ScriptFunction first = few.compile("javascript", HANDLER);
		few.compile("javascript", HANDLER);
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> few.compile("javascript", HANDLER))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
		first.close();
		assertThat(few.compile("javascript", HANDLER).apply("1")).isEqualTo("2");
		assertThat(few.count()).isEqualTo(2);
	}

	@Test
	void scriptsAreBoundedInMemory() {
		WasmScripts small = scripts(100, 1 << 20);
		String large = "const held = new Uint8Array(2_000_000).fill(1);\n" + HANDLER;
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> small.compile("javascript", large))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
		assertThat(small.memory()).isZero();
		assertThat(small.compile("javascript", HANDLER).apply("1")).isEqualTo("2");
	}

	@Test
	void manyThreadsMayCompileAndCall() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Callable<Object>> all = new ArrayList<>();
			for (int i = 0; i < 60; i++) {
				int number = i;
				all.add(() -> {
					try (ScriptFunction script = this.scripts.compile("javascript",
							"export const handle = (input) => input + " + number + ";")) {
						return script.apply("1000");
					}
				});
			}
			List<Future<Object>> answers = threads.invokeAll(all);
			for (int i = 0; i < answers.size(); i++) {
				assertThat(answers.get(i).get()).isEqualTo(String.valueOf(1000 + i));
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.scripts.count()).isZero();
		assertThat(this.scripts.memory()).isZero();
	}

	private static void assertOutcome(ScriptFunction script, Outcome outcome) {
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> script.apply("1"))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(outcome));
	}

}
