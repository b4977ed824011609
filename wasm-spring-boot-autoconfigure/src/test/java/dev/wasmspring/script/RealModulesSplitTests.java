package dev.wasmspring.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.wasmspring.sandbox.ContentKind;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.ScriptInput;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.Splitting;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.split.SplitSettings;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Holds real modules whose functions are cut to the same modules as they are, with many
 * inputs; where a module is the runtime of a language, with many scripts.
 * <p>
 * {@code -Dsplit.fuzz.inputs=10000 -Dsplit.fuzz.seed=1000000} tries as many from there
 * on, in all languages; a build tries few, in those whose runtimes are soon compiled.
 */
class RealModulesSplitTests {

	private static final int INPUTS = Integer.getInteger("split.fuzz.inputs", 0);

	private static final long SEED = Long.getLong("split.fuzz.seed", 1);

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(120), 256 << 20, 1 << 20, 1 << 20, 16 << 20);

	/** PHP's largest functions are refused unless they are split. */
	private static final int HUGE = 40_000;

	private static final List<String> SEEDS = List.of("""
			# A *heading*

			* one `code`
			* two [link](http://example.org "title")
			  1. nested **bold**

			> quote

			| a | b |
			|---|---|
			| 1 | 2 |

			```java
			int x = 1;
			```
			<b>html</b> &amp; ~~gone~~
			""",
			"""
					{"customer":"gold","currency":"EUR","lines":[{"sku":"A-100","name":"Keyb\u00f6ard","quantity":12,"unitPriceCents":1999},\
					{"sku":"B","name":"x","quantity":60,"unitPriceCents":24900}]}""",
			"""
					{"name":"Ada"}""");

	@ParameterizedTest
	@CsvSource({ "sample-app/src/main/resources/wasm/markdown.wasm, 300",
			"sample-app/src/main/resources/wasm/markdown.wasm, 7600",
			"sample-app/src/main/resources/wasm/discount.wasm, 300",
			"benchmarks/src/main/resources/guests/order.wasm, 300" })
	void aSplitModuleAnswersAsTheOriginalDoes(String file, int limit) throws IOException {
		byte[] binary = Files.readAllBytes(Path.of("..").resolve(file));
		try (Engine whole = engine(0); Engine cut = engine(limit)) {
			Template original = load(whole, binary);
			Template split = load(cut, binary);
			assertThat(split.splits().split()).isNotEmpty();
			Random random = new Random(SEED);
			int answers = 0;
			for (int i = 0; i < (Math.max(INPUTS, 150)); i++) {
				byte[] input = input(random);
				String expected = call(original, input);
				answers += expected.startsWith("answer") ? 1 : 0;
				assertThat(call(split, input)).as("input %s", new String(input, StandardCharsets.UTF_8))
					.isEqualTo(expected);
			}
			// Otherwise it is only held that both refuse everything
			assertThat(answers).isGreaterThan(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "JAVASCRIPT, 300", "JAVASCRIPT, 7600", "RUBY, 600", "PHP, 7600", "PYTHON, 7600", "PHP, 1200",
			"PYTHON, 600", "RUBY, 300" })
	void aSplitRuntimeAnswersAsTheOriginalDoes(ScriptLanguage language, int limit) {
		boolean soon = language == ScriptLanguage.JAVASCRIPT || (language == ScriptLanguage.RUBY && limit == 600);
		assumeTrue(INPUTS > 0 || soon, "only with -Dsplit.fuzz.inputs");
		try (Engine whole = engine((language == ScriptLanguage.PHP) ? HUGE : 0); Engine cut = engine(limit)) {
			int answers = 0;
			int scripts = Math.max(INPUTS / 20, 15);
			for (long seed = SEED; seed < SEED + scripts; seed++) {
				String source = RandomScript.write(language, seed);
				String expected = run(whole, language, source);
				answers += expected.startsWith("answer") ? 1 : 0;
				assertThat(run(cut, language, source)).as("seed %s: %s", seed, source).isEqualTo(expected);
			}
			assertThat(answers).isGreaterThan(scripts / 2);
		}
	}

	private static Engine engine(int limit) {
		return new Engine(HostMemory.ofHeap(), (Path) null,
				(limit > 0) ? new Splitting(SplitSettings.ofLimit(limit), Set.of()) : Splitting.NONE);
	}

	private static Template load(Engine engine, byte[] binary) {
		return engine.load(Module.parse("module", "test", binary), LIMITS, Capabilities.NONE);
	}

	private static String call(Template template, byte[] input) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			return "answer " + new String(sandbox.call(input), StandardCharsets.UTF_8);
		}
		catch (SandboxException ex) {
			return ex.outcome() + " " + ex.getMessage();
		}
	}

	private static String run(Engine engine, ScriptLanguage language, String source) {
		Module script = TestScripts.module(language, "random", source);
		try {
			Template template = engine.load(script, LIMITS, Capabilities.NONE);
			try (Sandbox sandbox = template.open(script.exports().get(0), LIMITS, Capabilities.NONE)) {
				byte[] nothing = {};
				ScriptInput input = new ScriptInput(ContentKind.JSON, nothing, "1".getBytes(StandardCharsets.UTF_8));
				return "answer " + new String(sandbox.call(input).content(), StandardCharsets.UTF_8);
			}
			catch (SandboxException ex) {
				byte[] report = (ex.report() != null) ? ex.report() : new byte[0];
				return ex.outcome() + " " + ex.getMessage() + new String(report, StandardCharsets.UTF_8);
			}
		}
		catch (ModuleException ex) {
			return ex.reason();
		}
	}

	/** One of the seeds, with a few pieces lost, doubled, exchanged or changed. */
	private static byte[] input(Random random) {
		String seed = SEEDS.get(random.nextInt(SEEDS.size()));
		List<Byte> bytes = new ArrayList<>();
		for (byte next : seed.getBytes(StandardCharsets.UTF_8)) {
			bytes.add(next);
		}
		for (int changes = random.nextInt(6); changes > 0 && !bytes.isEmpty(); changes--) {
			int at = random.nextInt(bytes.size());
			int to = Math.min(bytes.size(), at + 1 + random.nextInt(12));
			switch (random.nextInt(5)) {
				case 0 -> bytes.subList(at, to).clear();
				case 1 -> bytes.addAll(random.nextInt(bytes.size()), List.copyOf(bytes.subList(at, to)));
				case 2 -> bytes.set(at, (byte) "[]{}()*_`#>\"'\\\n0-9|<&!~".charAt(random.nextInt(23)));
				case 3 -> bytes.set(at, (byte) random.nextInt(256));
				default -> bytes.set(at, bytes.get(random.nextInt(bytes.size())));
			}
		}
		byte[] input = new byte[bytes.size()];
		for (int i = 0; i < input.length; i++) {
			input[i] = bytes.get(i);
		}
		return input;
	}

}
