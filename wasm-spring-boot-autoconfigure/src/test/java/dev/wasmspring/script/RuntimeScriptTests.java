package dev.wasmspring.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Scripts that come while the application runs.
 */
class RuntimeScriptTests {

	private static final String HANDLER = "export const handle = (input) => input * 2;";

	/** One that doubles, one that never ends, one with an error in its second line. */
	private static final Map<ScriptLanguage, List<String>> SOURCES = Map.of(ScriptLanguage.JAVASCRIPT, List.of(HANDLER,
			"export function handle() { for (;;) {} }", "export function handle() {\n  return 1 +;\n}"),
			ScriptLanguage.PYTHON, List.of("def handle(input):\n    return input * 2\n",
					"def handle(input):\n    while True: pass\n", "def handle(input):\n    return 1 +\n"),
			ScriptLanguage.RUBY,
			List.of("def handle(input) = input * 2\n", "def handle(input)\n  loop { }\nend\n",
					"def handle(input)\n  return 1 +;\nend\n"),
			ScriptLanguage.PHP,
			List.of("<?php function handle($input) { return $input * 2; }",
					"<?php function handle($input) { for (;;) {} }",
					"<?php function handle($input) {\n  return 1 +;\n}\n"),
			// Assemblies are text in Base64
			ScriptLanguage.DOTNET, List.of(TestScripts.read(ScriptLanguage.DOTNET, "doubled.dll"),
					TestScripts.read(ScriptLanguage.DOTNET, "loop.dll")));

	private final WasmScripts scripts = scripts(100, 64 << 20);

	private static WasmScripts scripts(int count, long memory) {
		return scripts(TestScripts.RUNTIMES, count, memory);
	}

	private static WasmScripts scripts(ScriptRuntimes runtimes, int count, long memory) {
		return new WasmScripts(TestScripts.ENGINE, runtimes,
				new FunctionSettings(null, null, null, TestScripts.LIMITS, 8, Capabilities.NONE), count, memory);
	}

	static List<ScriptLanguage> languages() {
		return TestScripts.RUNTIMES.languages();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aScriptIsCompiledCalledAndForgotten(ScriptLanguage language) {
		ScriptFunction script = this.scripts.compile(language.toString(), SOURCES.get(language).get(0));
		assertThat(script.apply("21")).isEqualTo("42");
		assertThat(script.apply("4")).isEqualTo("8");
		assertThat(this.scripts.count()).isEqualTo(1);
		assertThat(this.scripts.memory()).isBetween(4_096L, (language == ScriptLanguage.JAVASCRIPT) ? 150_000L
				: (language == ScriptLanguage.DOTNET) ? 2_000_000L : 1_000_000L);
		script.close();
		script.close();
		assertThat(this.scripts.count()).isZero();
		assertThat(this.scripts.memory()).isZero();
		assertOutcome(script, Outcome.UNKNOWN_FUNCTION);
	}

	@Test
	void theLanguagesAreThoseOfTheClassPath() {
		assertThat(this.scripts.languages()).containsExactly("javascript", "python", "ruby", "php", "dotnet");
		assertThatIllegalArgumentException().isThrownBy(() -> this.scripts.compile("cobol", HANDLER))
			.withMessageContaining("javascript");
		WasmScripts without = scripts(TestScripts.runtimesWithout(ScriptLanguage.DOTNET), 100, 64 << 20);
		assertThat(without.languages()).containsExactly("javascript", "python", "ruby", "php");
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> without.compile("dotnet", HANDLER))
			.satisfies((ex) -> assertThat(ex.remedy()).contains("dev.wasmspring:wasm-runtime-dotnet"));
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> this.scripts.compile("dotnet", HANDLER))
			.satisfies((ex) -> assertThat(ex.remedy()).contains("mcs"));
		assertThat(this.scripts.count()).isZero();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aScriptHasLimitsOfItsOwn(ScriptLanguage language) {
		Limits limits = TestScripts.LIMITS.withTimeout(Duration.ofSeconds(1));
		try (ScriptFunction script = this.scripts.compile(language.toString(), SOURCES.get(language).get(1), limits)) {
			assertOutcome(script, Outcome.TIMEOUT);
		}
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> this.scripts.compile(language.toString(),
					TestScripts.read(language, "endless." + language.extensions().get(0)), limits))
			.withMessageContaining("timeout");
		assertThat(this.scripts.count()).isZero();
		assertThat(this.scripts.memory()).isZero();
	}

	static List<ScriptLanguage> compiledHere() {
		return ScriptTests.compiledHere();
	}

	@ParameterizedTest
	@MethodSource("compiledHere")
	void whatIsWrongWithAScriptIsToldByLineAndColumn(ScriptLanguage language) {
		String source = SOURCES.get(language).get(2);
		String file = "rule." + language.extensions().get(0);
		// Python counts to the end of the line, where the operand is missing
		int column = (language == ScriptLanguage.PYTHON) ? 15 : 13;
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> this.scripts.compile("rule", language.toString(), source, TestScripts.LIMITS))
			.withMessageContaining(file + ":2:" + column)
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOfSatisfying(ScriptException.class, (cause) -> {
				assertThat(cause.type()).isEqualTo((language == ScriptLanguage.PHP) ? "ParseError" : "SyntaxError");
				assertThat(cause.line()).isEqualTo(2);
				assertThat(cause.column()).isEqualTo(column);
				assertThat(cause.source()).isEqualTo(source.lines().toList().get(1));
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
