package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.benchmarks.script.GraalCalls;
import dev.wasmspring.benchmarks.script.ScriptCalls;
import org.jspecify.annotations.Nullable;

/**
 * Measures scripts and writes the results into a document: each language in a JVM of its
 * own, two rounds over all of them, of which the better median counts.
 */
public final class ScriptBenchmarks {

	private static final List<String> CALLS = List.of("sandbox", "trivial", "order");

	private static final List<String> ENDLESS = List.of("loop", "expression", "garbage");

	private final boolean quick;

	private final Map<Language, Map<String, Long>> figures = new LinkedHashMap<>();

	private final List<String> notes = new ArrayList<>();

	private ScriptBenchmarks(boolean quick) {
		this.quick = quick;
	}

	/**
	 * Runs the benchmarks.
	 * @param args the document to write into, and {@code --quick} for a run that only
	 * shows that everything works
	 */
	public static void main(String[] args) throws Exception {
		boolean quick = List.of(args).contains("--quick");
		ScriptBenchmarks run = new ScriptBenchmarks(quick);
		for (int round = 0; round < Integer.getInteger("benchmarks.rounds", quick ? 1 : 2); round++) {
			for (Language language : Language.values()) {
				if (language != Language.DOTNET || System.getProperty("benchmarks.assemblies") != null) {
					run.measure(language);
				}
			}
		}
		Report report = new Report(
				"Measured on " + LocalDate.now() + (quick ? ", in a **quick run: the figures mean little**." : "."));
		run.write(report);
		report.writeInto(Path.of(args[0]), "scripts");
		System.exit(run.notes.isEmpty() ? 0 : 1);
	}

	private void measure(Language language) throws InterruptedException {
		List<String> arguments = List.of(language.word, this.quick ? "100" : "10000");
		String assemblies = System.getProperty("benchmarks.assemblies", "");
		try (Jvm program = Jvm.start(List.of("-Xmx1g", "-Dbenchmarks.assemblies=" + assemblies),
				language.program.getName(), arguments)) {
			Map<String, Long> round = new LinkedHashMap<>();
			for (String what : List.of("order", "trivial", "sandbox")) {
				for (String figure : List.of("median", "high", "processor", "bytes", "calls")) {
					round.put(what + "-" + figure, program.await(what + "-" + figure));
				}
			}
			if (language.isOurs()) {
				round.put("further-bytes", program.await("further-bytes"));
			}
			if (language.isCompiledHere()) {
				round.put("once-median", program.await("once-median"));
				round.put("once-high", program.await("once-high"));
				for (String endless : ENDLESS) {
					round.put("late-" + endless + "-median", program.await("late-" + endless + "-median"));
					round.put("late-" + endless + "-highest", program.await("late-" + endless + "-highest"));
				}
			}
			System.out.println(language + " " + round);
			keep(language, round);
		}
		catch (IOException ex) {
			System.err.println(ex.getMessage());
			this.notes.add("Failed: " + language.label + ", "
					+ String.valueOf(ex.getMessage()).strip().lines().findFirst().orElse("") + ".");
		}
	}

	/**
	 * The better round of each call, with all that belongs to it.
	 */
	private void keep(Language language, Map<String, Long> round) {
		Map<String, Long> best = this.figures.computeIfAbsent(language, (key) -> new LinkedHashMap<>());
		for (String what : List.of("order", "trivial", "sandbox", "once")) {
			Long median = round.get(what + "-median");
			Long before = best.get(what + "-median");
			if (median != null && (before == null || median < before)) {
				round.forEach((name, value) -> {
					if (name.startsWith(what + "-")) {
						best.put(name, value);
					}
				});
			}
		}
		round.forEach(best::putIfAbsent);
	}

	private void write(Report report) {
		report.environmentOfScripts();
		report.heading("Scripts against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		for (Language language : Language.values()) {
			if (language.isOurs()) {
				target(report, language, "making a sandbox, µs", language.sandbox, micros(language, "sandbox-median"));
				target(report, language, "trivial handler, µs", language.trivial, micros(language, "trivial-median"));
				target(report, language, "trivial handler, p99, µs", 1000, micros(language, "trivial-high"));
				target(report, language, "order, µs", language.order, micros(language, "order-median"));
				target(report, language, "a further script, KB", language.further, kilobytes(language));
				if (language.once > 0) {
					target(report, language, "compiled at run time, called once and closed, ms", language.once,
							millis(language));
				}
			}
		}
		report.heading("Calls of scripts: microseconds, median [p99]");
		table(report, (language, what) -> number(micros(language, what + "-median")) + " ["
				+ number(micros(language, what + "-high")) + "]");
		report.heading("The same in microseconds of the thread's processor time, mean");
		table(report, (language, what) -> number(micros(language, what + "-processor")));
		report.heading("The same in kilobytes allocated on the Java heap, mean");
		table(report, (language, what) -> {
			Double bytes = micros(language, what + "-bytes");
			return number(bytes);
		});
		report.heading("Further scripts");
		report.row("", "Heap that one holds, KB", "Compiled, called once and closed, ms, median [p99]");
		report.rule(3);
		for (Language language : Language.values()) {
			if (language.isOurs()) {
				Double high = micros(language, "once-high");
				report.row(language.label, number(kilobytes(language)),
						(high != null) ? number(millis(language)) + " [" + number(high / 1000) + "]" : "");
			}
		}
		report.heading("Calls that never end: milliseconds after their deadline, median [highest of 20]");
		report.row("", "Loop", "Regular expression", "Garbage");
		report.rule(4);
		for (Language language : Language.values()) {
			if (language.isCompiledHere()) {
				List<String> row = new ArrayList<>(List.of(language.label));
				for (String endless : ENDLESS) {
					row.add(number(lateness(language, endless + "-median")) + " ["
							+ number(lateness(language, endless + "-highest")) + "]");
				}
				report.row(row.toArray(String[]::new));
			}
		}
		report.notes(this.notes);
	}

	private static void target(Report report, Language language, String figure, double target,
			@Nullable Double measured) {
		report.target(language.label + ": " + figure, "<=", target, measured);
	}

	private void table(Report report, Cell cell) {
		report.row("", "Sandbox", "Trivial", "Order", "Calls");
		report.rule(5);
		for (Language language : Language.values()) {
			List<String> row = new ArrayList<>(List.of(language.label));
			CALLS.forEach((what) -> row.add(cell.text(language, what)));
			Long calls = this.figures.getOrDefault(language, Map.of()).get("trivial-calls");
			row.add((calls != null) ? String.valueOf(calls) : "");
			report.row(row.toArray(String[]::new));
		}
	}

	private static String number(@Nullable Double value) {
		return (value != null) ? Report.number(value) : "";
	}

	private @Nullable Double micros(Language language, String figure) {
		Long nanos = this.figures.getOrDefault(language, Map.of()).get(figure);
		return (nanos != null) ? nanos / 1000.0 : null;
	}

	private @Nullable Double lateness(Language language, String figure) {
		Double micros = micros(language, "late-" + figure);
		return (micros != null) ? micros / 1000 : null;
	}

	private @Nullable Double millis(Language language) {
		Double micros = micros(language, "once-median");
		return (micros != null) ? micros / 1000 : null;
	}

	private @Nullable Double kilobytes(Language language) {
		return micros(language, "further-bytes");
	}

	/**
	 * A cell of a table.
	 */
	private interface Cell {

		String text(Language language, String what);

	}

	/**
	 * What is measured.
	 */
	private enum Language {

		JAVASCRIPT("JavaScript", "javascript", ScriptCalls.class, 1, 10, 500, 100, 15),

		RUBY("Ruby", "ruby", ScriptCalls.class, 2, 12, 1000, 200, 0),

		PYTHON("Python", "python", ScriptCalls.class, 10, 60, 700, 700, 30),

		PHP("PHP", "php", ScriptCalls.class, 20, 100, 1000, 1000, 0),

		DOTNET("C#", "dotnet", ScriptCalls.class, 100, 500, 3000, 2000, 0),

		GRAALJS("GraalJS, a fresh context", "js", GraalCalls.class, 0, 0, 0, 0, 0),

		GRAALPY("GraalPy, a fresh context", "python", GraalCalls.class, 0, 0, 0, 0, 0);

		private final String label;

		private final String word;

		private final Class<?> program;

		/** Targets: three times in microseconds, kilobytes, milliseconds. */
		private final double sandbox;

		private final double trivial;

		private final double order;

		private final double further;

		private final double once;

		Language(String label, String word, Class<?> program, double sandbox, double trivial, double order,
				double further, double once) {
			this.label = label;
			this.word = word;
			this.program = program;
			this.sandbox = sandbox;
			this.trivial = trivial;
			this.order = order;
			this.further = further;
			this.once = once;
		}

		private boolean isOurs() {
			return this.program == ScriptCalls.class;
		}

		/**
		 * Whether it comes as source, which an application may be given while it runs.
		 */
		private boolean isCompiledHere() {
			return isOurs() && this != DOTNET;
		}

	}

}
