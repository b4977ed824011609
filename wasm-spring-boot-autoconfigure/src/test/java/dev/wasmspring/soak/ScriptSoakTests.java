package dev.wasmspring.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.Vitals;
import dev.wasmspring.function.FunctionObservers;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.observation.FunctionMeters;
import dev.wasmspring.observation.FunctionTimers;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Scripts that come at run time, each another one: compiled, called once and closed.
 * {@code soak/run.sh --scripts} runs the long form and writes what it measured into a
 * document; without it there are some hundreds, and no time decides anything.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class ScriptSoakTests {

	/** Where the results go; if there is none, this is the short form. */
	private static final String REPORT = System.getProperty("soak.scripts.report");

	private static final int SCRIPTS = Integer.getInteger("soak.scripts", (REPORT != null) ? 100_000 : 300);

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 64 << 20, 1 << 20, 1 << 20);

	private final SoakReport report = new SoakReport();

	@Test
	void scriptsThatAreForgottenLeaveNothingBehind() throws Exception {
		MeterRegistry registry = new SimpleMeterRegistry();
		ScriptRuntimes runtimes = new ScriptRuntimes(getClass().getClassLoader(),
				new Limits(Duration.ofSeconds(120), 256 << 20, 0, 0));
		Map<ScriptLanguage, List<Long>> times = new EnumMap<>(ScriptLanguage.class);
		try (Engine engine = new Engine(HostMemory.ofHeap())) {
			WasmScripts scripts = new WasmScripts(engine, runtimes,
					new FunctionSettings(null, null, null, LIMITS, 8, Capabilities.NONE), 10, 64 << 20,
					FunctionObservers.all(List.of(new FunctionMeters(registry), new FunctionTimers(registry))));
			List<ScriptLanguage> languages = runtimes.languages()
				.stream()
				.filter((language) -> language != ScriptLanguage.DOTNET)
				.toList();
			compileCallAndForget(scripts, languages, 0, SCRIPTS / 10, times);
			times.clear();
			Vitals before = Vitals.now();
			compileCallAndForget(scripts, languages, SCRIPTS / 10, SCRIPTS, times);
			times.forEach(this::report);
			times.clear();
			Vitals after = Vitals.now();
			double heap = (after.heap() - before.heap()) / (double) (1 << 20);
			double metaspace = (after.metaspace() - before.metaspace()) / (double) (1 << 20);
			this.report.atMost(
					String.format(Locale.ROOT,
							"Growth of the heap over %,d scripts, compiled, called once and closed, MB", SCRIPTS),
					5, heap);
			this.report.atMost("Growth of metaspace, MB", 5, metaspace);
			this.report.atMost("More threads after them", 0, after.threads() - before.threads());
			this.report.atMost("More open files after them", 0, after.files() - before.files());
			assertThat(scripts.count()).isZero();
			assertThat(scripts.memory()).isZero();
			assertThat(heap).isLessThan(5);
			assertThat(metaspace).isLessThan(5);
			assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
			// Beside other tests a jar may be opened late; a file for each script of one
			// language would be 67
			assertThat(after.files()).isLessThanOrEqualTo(before.files() + ((REPORT != null) ? 0 : 5));
		}
		if (REPORT != null) {
			this.report.writeInto(Path.of(REPORT), "scripts");
		}
	}

	private void report(ScriptLanguage language, List<Long> nanos) {
		List<Long> sorted = nanos.stream().sorted().toList();
		double median = sorted.get(sorted.size() / 2) / 1e6;
		double high = sorted.get((int) (sorted.size() * 0.99)) / 1e6;
		String figure = language.title() + ": a script compiled, called once and closed, median, ms";
		switch (language) {
			case JAVASCRIPT -> this.report.atMost(figure, 15, median);
			case PYTHON -> this.report.atMost(figure, 30, median);
			default -> {
			}
		}
		this.report.detail(String.format(Locale.ROOT, "%s: %,d scripts, median %.2f, p99 %.2f ms.", language.title(),
				sorted.size(), median, high));
	}

	/**
	 * Seven of ten are in JavaScript, if there are ten; the others in turn in all
	 * languages. No two of them are the same.
	 */
	private static void compileCallAndForget(WasmScripts scripts, List<ScriptLanguage> languages, int first, int last,
			Map<ScriptLanguage, List<Long>> times) {
		for (int i = first; i < first + last; i++) {
			ScriptLanguage language = (i % 10 < 7) ? ScriptLanguage.JAVASCRIPT : languages.get(i % languages.size());
			long start = System.nanoTime();
			try (ScriptFunction script = scripts.compile("rule", language.toString(), source(language, i), LIMITS)) {
				assertThat(script.apply("1000")).isEqualTo(String.valueOf(1000 + i));
			}
			times.computeIfAbsent(language, (key) -> new ArrayList<>()).add(System.nanoTime() - start);
		}
	}

	private static String source(ScriptLanguage language, int number) {
		return switch (language) {
			case JAVASCRIPT -> "const held = { text: 'x'.repeat(1000), number: " + number + " };\n"
					+ "export const handle = (input) => input + held.number;\n";
			case PYTHON -> "HELD = {'text': 'x' * 1000, 'number': " + number + "}\n\n\n"
					+ "def handle(input):\n    return input + HELD['number']\n";
			case RUBY ->
				"HELD = { text: 'x' * 1000, number: " + number + " }\n" + "def handle(input) = input + HELD[:number]\n";
			case PHP -> "<?php\n$held = ['text' => str_repeat('x', 1000), 'number' => " + number + "];\n"
					+ "function handle($input) { global $held; return $input + $held['number']; }\n";
			default -> throw new IllegalArgumentException(language + " is compiled before it comes here");
		};
	}

}
