package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.wasmspring.benchmarks.script.SplitCalls;
import dev.wasmspring.benchmarks.web.BenchmarkApplication;
import org.jspecify.annotations.Nullable;

/**
 * Measures functions whose large functions are split beside the same ones left whole,
 * each in a JVM of its own, and what splitting takes; writes the results into a document.
 */
public final class SplitFunctions {

	private static final String NAME = "split functions";

	private static final String MARKDOWN = """
			# Invoice

			Thank **you** for your *order* of `KB-101`, see [the terms](https://example.com/terms).

			| Item | Price |
			|---|---|
			| Keyboard | 49.90 |
			| Cable | 3.33 |

			1. Pay within 14 days
			2. Keep this ~~letter~~ mail
			""".repeat(3);

	/**
	 * Interpreters that are looked for, with the ratio that was set out to be reached.
	 */
	private static final Map<String, Double> INTERPRETERS = new LinkedHashMap<>();

	static {
		INTERPRETERS.put("quickjs.js", 4.5);
		INTERPRETERS.put("sqlite.sql", 5.5);
		INTERPRETERS.put("lua.lua", 5.0);
		INTERPRETERS.put("mruby.rb", 3.5);
	}

	/** Whose runtimes can be loaded whole as well, which that of PHP cannot. */
	private static final List<String> LOADED_WHOLE = List.of("javascript", "ruby", "python");

	private static final List<String> LANGUAGES = List.of("javascript", "ruby", "python", "php");

	private final Path sample;

	private final Path runtimes;

	private final @Nullable Path interpreters;

	private SplitFunctions(Path sample, Path runtimes, @Nullable Path interpreters) {
		this.sample = sample;
		this.runtimes = runtimes;
		this.interpreters = interpreters;
	}

	/**
	 * Runs the measurement.
	 * @param args the document to write into; the folder with the sample's modules; the
	 * project; and a folder with modules of interpreters, named {@code quickjs.wasm} and
	 * so on, which run the program that their first argument is
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		new SplitFunctions(Path.of(args[1]), Path.of(args[2]), (args.length > 3) ? Path.of(args[3]) : null)
			.run(Path.of(args[0]));
	}

	private void run(Path document) throws IOException, InterruptedException {
		Report report = new Report("Measured on " + LocalDate.now() + ", with `benchmarks/run.sh split`.");
		report.environmentOfCode();
		Report calls = new Report("Milliseconds of processor time for a call, mean of up to 5,000 or 15 seconds:");
		calls.row("", "Whole", "Split", "Whole / split", "Target", "");
		calls.rule(6);
		module(calls, "markdown", this.sample.resolve("markdown.wasm"), MARKDOWN, null, null);
		for (Map.Entry<String, Double> interpreter : INTERPRETERS.entrySet()) {
			String name = interpreter.getKey().replaceFirst("\\..*", "");
			Path file = (this.interpreters != null) ? this.interpreters.resolve(name + ".wasm") : null;
			if (file != null && Files.exists(file)) {
				module(calls, name, file, "", program(interpreter.getKey()), interpreter.getValue());
			}
		}
		double polluted = 0;
		for (String language : LOADED_WHOLE) {
			int others = language.equals("javascript") ? 200 : 0;
			double[] whole = script("whole", language, 0);
			double[] split = script("split", language, others);
			row(calls, "order, " + language, whole[0], split[0], null);
			if (others > 0) {
				polluted = split[1] / split[0];
			}
		}
		report.heading("Split beside whole");
		report.text(calls.toString());
		report.heading("Against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		report.target("JavaScript, order: after 200 other scripts / before", "<=", 1.2, polluted);
		report.target("Sample's markdown over HTTP: default flags / -XX:-DontCompileHugeMethods", ">=", 1,
				Wrk.isInstalled() ? overHttp() : null);
		splitting(report);
		report.writeInto(document, NAME);
	}

	private static String program(String resource) throws IOException {
		try (var stream = SplitFunctions.class.getResourceAsStream("/split/" + resource)) {
			return new String(Objects.requireNonNull(stream, resource).readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private void module(Report report, String name, Path file, String input, @Nullable String argument,
			@Nullable Double target) throws IOException {
		row(report, name, module("whole", file, input, argument), module("split", file, input, argument), target);
	}

	private static double module(String mode, Path file, String input, @Nullable String argument) throws IOException {
		List<String> arguments = new ArrayList<>(List.of(mode, "module", file.toString(), input));
		if (argument != null) {
			arguments.add(argument);
		}
		try (Jvm program = Jvm.start("1g", SplitCalls.class.getName(), arguments)) {
			return millis(program.await("call-processor"));
		}
	}

	private static double[] script(String mode, String language, int others) throws IOException {
		List<String> arguments = List.of(mode, "script", language, String.valueOf(others));
		try (Jvm program = Jvm.start("1g", SplitCalls.class.getName(), arguments)) {
			double before = millis(program.await("call-processor"));
			return new double[] { before, (others > 0) ? millis(program.await("polluted-processor")) : 0 };
		}
	}

	private static void row(Report report, String name, double whole, double split, @Nullable Double target) {
		double ratio = whole / split;
		System.out.printf("%s: %.4f / %.4f ms = %.2f%n", name, whole, split, ratio);
		String verdict = "";
		if (target != null) {
			verdict = (ratio >= target) ? "reached" : "**missed**";
		}
		report.row(name, Report.number(whole), Report.number(split), Report.number(ratio),
				(target != null) ? ">= " + Report.number(target) : "", verdict);
	}

	/**
	 * Both applications at once, in turns, so that the machine is the same for both.
	 */
	private double overHttp() throws IOException, InterruptedException {
		List<String> properties = List.of("--wasm.locations=file:" + this.sample.resolve("markdown.wasm"),
				"--server.address=127.0.0.1", "--server.port=0");
		try (Jvm flags = Jvm.start(List.of("-Xmx1g"), BenchmarkApplication.class.getName(), properties);
				Jvm huge = Jvm.start(List.of("-Xmx1g", "-XX:-DontCompileHugeMethods"),
						BenchmarkApplication.class.getName(), properties)) {
			String byDefault = "http://127.0.0.1:" + flags.await("port") + "/functions/markdown";
			String withFlag = "http://127.0.0.1:" + huge.await("port") + "/functions/markdown";
			List<Double> ratios = new ArrayList<>();
			for (int round = 0; round < 9; round++) {
				double ratio = Wrk.post(byDefault, "text/markdown", MARKDOWN, 5)
						/ Wrk.post(withFlag, "text/markdown", MARKDOWN, 5);
				// The first rounds are for the JIT
				if (round >= 4) {
					ratios.add(ratio);
				}
			}
			return Calls.median(ratios.stream().mapToDouble(Double::doubleValue).toArray());
		}
	}

	/**
	 * Each in a new JVM, as a module is split when an application starts.
	 */
	private void splitting(Report report) throws IOException {
		Report table = new Report("Milliseconds, each in a JVM that has just started:");
		table.row("", "Splitting", "Compiling, splitting included", "Splitting / compiling");
		table.rule(4);
		double highest = 0;
		for (Map.Entry<String, Path> module : modules().entrySet()) {
			String kind = module.getKey().startsWith("runtime") ? "runtime" : "module";
			double splitting;
			double compiling;
			try (Jvm program = Jvm.start("1g", SplitCalls.class.getName(),
					List.of("splitting", module.getValue().toString(), kind))) {
				splitting = millis(program.await("splitting"));
			}
			try (Jvm program = Jvm.start("1g", SplitCalls.class.getName(),
					List.of("compiling", module.getValue().toString(), kind))) {
				compiling = millis(program.await("compiling"));
			}
			highest = Math.max(highest, splitting / compiling);
			table.row(module.getKey(), Report.number(splitting), Report.number(compiling),
					Report.number(splitting / compiling));
		}
		report.target("Splitting, of the time that compiling takes, highest", "<=", 0.15, highest);
		report.heading("What splitting takes");
		report.text(table.toString());
	}

	private Map<String, Path> modules() {
		Map<String, Path> modules = new LinkedHashMap<>();
		for (String name : List.of("markdown", "discount", "salary")) {
			modules.put(name, this.sample.resolve(name + ".wasm"));
		}
		for (String language : LANGUAGES) {
			modules.put("runtime of " + language, this.runtimes.resolve(
					"wasm-runtime-" + language + "/src/main/resources/META-INF/wasm-runtimes/" + language + ".wasm"));
		}
		return modules;
	}

	private static double millis(long nanos) {
		return nanos / 1e6;
	}

}
