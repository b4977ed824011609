package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a call costs in each language: the functions of the sample, each in a JVM of its
 * own. Confined to the thread of the run.
 */
final class Languages {

	private static final String PRICED = "{\"customer\":\"gold\",\"totalCents\":32693,\"lines\":[]}";

	private static final List<Language> ALL = List.of(
			language("C", "iban.wasm", "{\"iban\":\"DE89370400440532013000\"}", 20),
			language("C++", "table.wasm", "item,price\nBook,12.50\nPen,1\n", 20),
			language("Rust", "diff.wasm", "{\"old\":\"a\\nb\\nc\",\"new\":\"a\\nB\\nc\"}", 20),
			language("Swift", "imagesize.wasm", png(), 20),
			language("Zig", "cron.wasm", "{\"cron\":\"0 9 * * MON-FRI\",\"after\":\"2026-02-20T09:00\"}", 20),
			language("AssemblyScript", "card.wasm", "{\"number\":\"4111 1111 1111 1111\"}", 20),
			language("Java, TeaVM", "duedate.wasm", "{\"from\":\"2026-03-31\",\"days\":10}", 50),
			language("Kotlin, TeaVM", "letter.wasm", "{\"template\":\"Dear {{name}}!\",\"values\":{\"name\":\"Ada\"}}",
					100),
			language("Go", "salary.wasm", "{\"country\":\"AT\",\"income\":50000}", 100),
			language("JavaScript", "loyalty.js", PRICED, 0), language("Python", "instalments.py", PRICED, 0),
			language("Ruby", "delivery.rb", "{\"customer\":\"gold\",\"date\":\"2026-02-20\"}", 0),
			language("PHP", "receipt.php", PRICED, 0));

	private static final double HIGHEST = 1000;

	private final boolean quick;

	private final List<Result> results = new ArrayList<>();

	Languages(boolean quick) {
		this.quick = quick;
	}

	/**
	 * Measures, and writes the results into a document.
	 * @param modules the folder with the functions of the sample
	 */
	void measure(Path modules, Path document) throws IOException {
		for (Language language : ALL) {
			measure(language, modules.resolve(language.file()));
		}
		Report report = new Report(
				"Measured on " + LocalDate.now() + (this.quick ? ", in a quick run: the figures mean little." : ".")
						+ " Times are in microseconds: medians, and with p99 what 99 of 100 calls stay below.");
		write(report);
		report.writeInto(document, "results");
	}

	private void measure(Language language, Path file) throws IOException {
		String function = language.file().replaceFirst("\\..*", "");
		List<String> arguments = List.of(file.toString(), function,
				Base64.getEncoder().encodeToString(language.input()), this.quick ? "2000" : "30000");
		try (Jvm program = Jvm.start("1g", LanguageProgram.class.getName(), arguments)) {
			Result result = new Result(language, Files.size(file), program.await("compile-micros") / 1000.0,
					program.await("sandbox-nanos") / 1000.0, program.await("median-nanos") / 1000.0,
					program.await("high-nanos") / 1000.0, program.await("live-bytes") / 1024.0);
			this.results.add(result);
			System.out.printf("%-24s %12.2f us%n", language.name(), result.median());
		}
	}

	private void write(Report report) {
		report.row("Language", "Function", "Size, KB", "Compile or load, ms", "Sandbox", "Whole call", "p99",
				"A live sandbox, KB", "Target");
		report.rule(9);
		for (Result result : this.results) {
			Language language = result.language();
			report.row(language.name(), "`" + language.file() + "`", Report.number(result.size() / 1024.0),
					Report.number(result.compile()), Report.number(result.sandbox()), Report.number(result.median()),
					Report.number(result.high()), Report.number(result.live()), verdict(result));
		}
	}

	private static String verdict(Result result) {
		double target = result.language().target();
		if (target == 0) {
			return "";
		}
		boolean reached = result.median() <= target && result.high() <= HIGHEST;
		return "<= " + Report.number(target) + (reached ? " reached" : " **missed**");
	}

	private static Language language(String name, String file, String input, double target) {
		return language(name, file, input.getBytes(StandardCharsets.UTF_8), target);
	}

	private static Language language(String name, String file, byte[] input, double target) {
		return new Language(name, file, input, target);
	}

	/** The beginning of an image of 640 by 480. */
	private static byte[] png() {
		return Base64.getDecoder().decode("iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA=");
	}

	/**
	 * A function, and what is expected of it.
	 *
	 * @param target microseconds, or 0
	 */
	private record Language(String name, String file, byte[] input, double target) {

	}

	/**
	 * What was measured of a function.
	 */
	private record Result(Language language, long size, double compile, double sandbox, double median, double high,
			double live) {

	}

}
