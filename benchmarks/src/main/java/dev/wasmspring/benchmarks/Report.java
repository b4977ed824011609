package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import dev.wasmspring.benchmarks.peer.Versions;
import org.jspecify.annotations.Nullable;

/**
 * The part of a document that a run writes anew, in Markdown.
 */
final class Report {

	private final StringBuilder text = new StringBuilder();

	Report(String introduction) {
		text(introduction);
	}

	void environment() {
		machine();
		row("GraalWasm", Versions.of("graalwasm"));
		row("wasmtime-java", Versions.of("wasmtime-java"));
		row("Extism's chicory-sdk", Versions.of("chicory-sdk"));
		row("JMH", Versions.of("jmh"));
	}

	/**
	 * What scripts were measured on, and beside.
	 */
	void environmentOfScripts() {
		machine();
		row("GraalJS and GraalPy", Versions.of("graalwasm"));
		row("Load of the machine at the end",
				number(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
	}

	/**
	 * What code of models was measured on.
	 */
	void environmentOfCode() {
		machine();
		row("Load of the machine at the end",
				number(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
	}

	private void machine() {
		row("Machine", "");
		rule(2);
		row("Processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
		row("Operating system", System.getProperty("os.name") + ", " + System.getProperty("os.arch"));
		row("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
		row("This project", Versions.of("project") + ", on Spring Boot " + Versions.of("spring-boot"));
		row("Chicory", Versions.of("chicory"));
	}

	private static String processor() {
		try {
			return Files.readAllLines(Path.of("/proc/cpuinfo"))
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse("unknown");
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

	void heading(String heading) {
		this.text.append("\n### ").append(heading).append("\n\n");
	}

	void text(String paragraph) {
		this.text.append(paragraph).append("\n\n");
	}

	void row(String... cells) {
		this.text.append("| ").append(String.join(" | ", cells)).append(" |\n");
	}

	void rule(int columns) {
		this.text.append("|---".repeat(columns)).append("|\n");
	}

	/**
	 * A row that says whether a figure reaches its target.
	 * @param measured {@code null} if it could not be measured
	 */
	void target(String figure, String comparison, double target, @Nullable Double measured) {
		if (measured == null) {
			row(figure, comparison + " " + number(target), "not measured", "");
			return;
		}
		boolean reached = comparison.equals("<=") ? measured <= target : measured >= target;
		row(figure, comparison + " " + number(target), number(measured), reached ? "reached" : "**missed**");
	}

	void notes(List<String> notes) {
		this.text.append('\n');
		notes.forEach((note) -> text("- " + note));
	}

	@Override
	public String toString() {
		return this.text.toString().strip();
	}

	/**
	 * A figure with as many digits as it deserves.
	 */
	static String number(double value) {
		if (value >= 100) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		return String.format(Locale.ROOT, (value >= 10) ? "%.1f" : "%.2f", value).replaceFirst("\\.0+$", "");
	}

	/**
	 * Replaces what the last run has written.
	 * @param part the part of the document, between two comments
	 */
	void writeInto(Path document, String part) throws IOException {
		String old = Files.readString(document);
		String opening = "<!-- " + part + ": ";
		int begin = old.indexOf("-->", Math.max(old.indexOf(opening), 0));
		int end = old.indexOf("<!-- end of " + part + " -->");
		if (!old.contains(opening) || begin < 0 || end < begin) {
			throw new IllegalStateException(document + " has no place for the " + part);
		}
		Files.writeString(document,
				old.substring(0, begin + "-->".length()) + "\n\n" + this + "\n\n" + old.substring(end));
	}

}
