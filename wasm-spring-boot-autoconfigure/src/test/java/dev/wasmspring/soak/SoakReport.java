package dev.wasmspring.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

import com.dylibso.chicory.runtime.Instance;

import org.springframework.boot.SpringBootVersion;

/**
 * The part of a document that a long run writes anew. Lives for one run and is confined
 * to its thread.
 */
final class SoakReport {

	private final List<String> figures = new ArrayList<>();

	private final List<String> details = new ArrayList<>();

	/** A figure that has to be as small as its target, or smaller. */
	void atMost(String figure, double target, double measured) {
		row(figure, "<= " + number(target), number(measured), measured <= target);
	}

	/** A figure that has to be one number. */
	void exactly(String figure, long target, long measured) {
		row(figure, String.valueOf(target), String.valueOf(measured), measured == target);
	}

	private void row(String figure, String target, String measured, boolean reached) {
		String row = "| " + String.join(" | ", figure, target, measured, reached ? "reached" : "**missed**") + " |";
		System.out.println(row);
		this.figures.add(row);
	}

	/** Something that is worth knowing and has no target. */
	void detail(String detail) {
		System.out.println(detail);
		this.details.add("- " + detail);
	}

	/**
	 * Writes the report.
	 * @param part the part of the document, between two comments
	 */
	void writeInto(Path document, String part) throws IOException {
		String old = Files.readString(document);
		int begin = old.indexOf("-->", old.indexOf("<!-- " + part + ": ")) + "-->".length();
		int end = old.indexOf("<!-- end of " + part + " -->");
		if (end < begin) {
			throw new IOException("No place for the results in " + document);
		}
		List<String> lines = new ArrayList<>(List.of("", "", "Measured on " + LocalDate.now() + ".", ""));
		lines.addAll(List.of("| Machine |  |", "|---|---|", "| Processor | " + processor() + " |",
				"| Operating system | " + System.getProperty("os.name") + ", " + System.getProperty("os.arch") + " |",
				"| JDK | " + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version")
						+ ", heap of at most " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB |",
				"| Load of the machine at the end | " + number(load()) + " |",
				"| Spring Boot | " + SpringBootVersion.getVersion() + " |", "| Chicory | " + chicory() + " |"));
		lines.addAll(List.of("", "| Figure | Target | Measured |  |", "|---|---|---|---|"));
		lines.addAll(this.figures);
		lines.add("");
		lines.addAll(this.details);
		lines.addAll(List.of("", ""));
		Files.writeString(document, old.substring(0, begin) + String.join("\n", lines) + old.substring(end));
	}

	private static String processor() throws IOException {
		Path info = Path.of("/proc/cpuinfo");
		String model = !Files.exists(info) ? "unknown"
				: Files.readAllLines(info)
					.stream()
					.filter((line) -> line.startsWith("model name"))
					.map((line) -> line.substring(line.indexOf(':') + 1).strip())
					.findFirst()
					.orElse("unknown");
		return model + ", " + Runtime.getRuntime().availableProcessors() + " cores";
	}

	private static double load() {
		return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
	}

	private static String chicory() throws IOException {
		Properties properties = new Properties();
		try (var stream = Instance.class
			.getResourceAsStream("/META-INF/maven/com.dylibso.chicory/runtime/pom.properties")) {
			if (stream != null) {
				properties.load(stream);
			}
		}
		return properties.getProperty("version", "unknown");
	}

	static String number(double value) {
		return (value >= 100 || value == Math.rint(value)) ? String.format(Locale.ROOT, "%,.0f", value)
				: String.format(Locale.ROOT, "%.3g", value);
	}

}
