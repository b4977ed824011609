package dev.wasmspring.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs suites of other projects, which are not part of this one: {@code
 * conformance/run.sh} says where they are, and into which document the results go.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ConformanceTests {

	@Test
	@EnabledIfSystemProperty(named = "conformance.wasi", matches = ".+")
	void theCommandsOfTheWasiSuiteEndAsTheyShould() throws Exception {
		Path checkout = Path.of(System.getProperty("conformance.wasi"));
		try (Engine engine = new Engine()) {
			SuiteResults results = new WasiSuite(engine).run(checkout);
			assertThat(results.passed() + results.failed()).as("There are no tests in " + checkout).isPositive();
			StringBuilder table = new StringBuilder();
			table.append("| wasi-testsuite | tests | passed | failed |\n|---|---|---|---|\n");
			results.groups()
				.forEach((name, group) -> table.append("| " + name + " | " + (group.passed() + group.failures().size())
						+ " | " + group.passed() + " | " + group.failures().size() + " |\n"));
			table.append("| **all** | " + (results.passed() + results.failed()) + " | " + results.passed() + " | "
					+ results.failed() + " |\n");
			table.append("\nFailed:\n\n");
			results.groups()
				.values()
				.forEach((group) -> group.failures()
					.forEach((failure) -> table
						.append("- `" + failure.which() + "`: " + inLine(failure.reason()) + "\n")));
			finish("wasi", results, table.toString());
		}
	}

	@Test
	@EnabledIfSystemProperty(named = "conformance.core", matches = ".+")
	void theScriptsOfTheCoreSuiteAnswerAsTheyShould() throws Exception {
		Path checkout = Path.of(System.getProperty("conformance.core"));
		try (Engine engine = new Engine()) {
			SuiteResults results = new CoreSuite(engine, System.getProperty("conformance.wast2json", "wast2json"))
				.run(checkout);
			assertThat(results.passed() + results.failed()).as("There are no tests in " + checkout).isPositive();
			StringBuilder table = new StringBuilder();
			table.append("| testsuite | assertions | passed | failed | not offered |\n|---|---|---|---|---|\n");
			results.groups()
				.forEach((name, group) -> table.append((group.failures().isEmpty() && group.refused().isEmpty()) ? ""
						: row("`" + name + "`", group.passed(), group.failures().size(), group.refusedCount())));
			long clean = results.groups()
				.values()
				.stream()
				.filter((group) -> group.failures().isEmpty() && group.refused().isEmpty())
				.count();
			int cleanPassed = results.groups()
				.values()
				.stream()
				.filter((group) -> group.failures().isEmpty() && group.refused().isEmpty())
				.mapToInt(SuiteResults.Group::passed)
				.sum();
			table.append(row(clean + " other files", cleanPassed, 0, 0));
			table.append(row("**all**", results.passed(), results.failed(), results.refused()));
			table.append("\nFailed, by reason:\n\n");
			reasons(results).forEach((reason, places) -> table.append("- " + inLine(reason) + ": " + places + "\n"));
			Map<String, Integer> refused = new TreeMap<>();
			results.groups()
				.values()
				.forEach((group) -> group.refused()
					.forEach((reason, count) -> refused.merge(reason, count, Integer::sum)));
			table.append("\nNot offered:\n\n");
			refused.forEach((reason, count) -> table.append("- " + inLine(reason) + ": " + count + "\n"));
			results.untouched()
				.values()
				.stream()
				.collect(Collectors.groupingBy((reason) -> reason, TreeMap::new, Collectors.counting()))
				.forEach((reason, count) -> table.append("- " + count + " files: " + reason + "\n"));
			finish("core", results, table.toString());
		}
	}

	private static String row(String name, int passed, int failed, int refused) {
		return "| " + name + " | " + (passed + failed + refused) + " | " + passed + " | " + failed + " | " + refused
				+ " |\n";
	}

	/** Values differ from place to place, what is wrong does not. */
	private static Map<String, String> reasons(SuiteResults results) {
		Map<String, Map<String, Integer>> places = new LinkedHashMap<>();
		results.groups()
			.forEach((name, group) -> group.failures()
				.forEach((failure) -> places
					.computeIfAbsent(failure.reason().replaceAll("0x[0-9a-f]+ instead of .*", "another value"),
							(reason) -> new TreeMap<>())
					.merge(name, 1, Integer::sum)));
		Map<String, String> reasons = new LinkedHashMap<>();
		places.forEach((reason, files) -> reasons.put(reason,
				files.entrySet()
					.stream()
					.map((file) -> file.getValue() + " in `" + file.getKey() + "`")
					.collect(Collectors.joining(", "))));
		return reasons;
	}

	private static String inLine(String text) {
		return text.replaceAll("\\s+", " ").replace("|", "\\|").replaceAll("\\.$", "");
	}

	private static void finish(String suite, SuiteResults results, String table) throws IOException {
		System.out.printf("%s: %d passed, %d failed, %d not offered%n", suite, results.passed(), results.failed(),
				results.refused());
		String report = System.getProperty("conformance.report");
		if (report == null) {
			return;
		}
		String version = System.getProperty("conformance." + suite + ".version", "");
		String rewriter = SuiteModules.rewriterName();
		String text = "Measured on Java " + Runtime.version().feature()
				+ (version.isEmpty() ? "" : ", suite at " + version)
				+ (rewriter.isEmpty() ? "" : ", modules rewritten by `" + rewriter + "`") + ".\n\n" + table;
		Path document = Path.of(report);
		Files.writeString(document, replaced(Files.readString(document, StandardCharsets.UTF_8), suite, text),
				StandardCharsets.UTF_8);
	}

	/** What is between the marks of a suite is the runner's. */
	static String replaced(String document, String suite, String text) {
		String begin = "<!-- " + suite + ": written by conformance/run.sh -->\n";
		String end = "<!-- " + suite + ": end -->\n";
		int from = document.indexOf(begin);
		int to = document.indexOf(end);
		if (from < 0 || to < from) {
			throw new IllegalArgumentException("The document has no marks for '" + suite + "'");
		}
		return document.substring(0, from) + begin + "\n" + text + "\n" + document.substring(to);
	}

}
