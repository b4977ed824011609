package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.wasmspring.benchmarks.web.ManyFunctionsApplication;

/**
 * Measures applications with thousands of scripts in JavaScript, each different, and
 * writes the results into a document.
 */
public final class ManyScripts {

	private static final double MIB = 1 << 20;

	private final Path folder;

	private ManyScripts(Path folder) {
		this.folder = folder;
	}

	/**
	 * Runs the measurement.
	 * @param args the document to write into, and a folder
	 */
	public static void main(String[] args) throws IOException {
		new ManyScripts(Path.of(args[1]).toAbsolutePath()).run(Path.of(args[0]));
	}

	private void run(Path document) throws IOException {
		Report report = new Report("Measured on " + LocalDate.now() + ", with `benchmarks/run.sh many --scripts`.");
		report.environmentOfCode();
		Report figures = new Report("Every script is called twice, in turn, from one thread.");
		figures.row("", "1000 scripts, `-Xmx512m`", "5000 scripts, `-Xmx640m`");
		figures.rule(3);
		report.heading("Against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		List<List<String>> columns = new ArrayList<>();
		for (int count : List.of(1000, 5000)) {
			List<String> options = List.of((count == 1000) ? "-Xmx512m" : "-Xmx640m", "-Xss512k");
			List<String> properties = List.of("--wasm.locations=file:" + scripts(count) + "/*.js",
					"--wasm.compilation.cache-directory=" + this.folder.resolve("cache"), "--server.address=127.0.0.1",
					"--server.port=0");
			// The first start fills the cache
			try (Jvm jvm = Jvm.start(options, ManyFunctionsApplication.class.getName(), properties)) {
				jvm.await("unloads");
			}
			try (Jvm jvm = Jvm.start(options, ManyFunctionsApplication.class.getName(), properties)) {
				columns.add(column(jvm));
				if (count == 1000) {
					report.target("1000 scripts in a heap of 512 MB, cache warm: until ready, s", "<=", 10,
							jvm.await("ready-millis") / 1000.0);
				}
				report.target(count + " scripts: resident memory at its peak, MiB", "<=", 1024,
						jvm.await("again-peak") / MIB);
			}
		}
		List<String> labels = List.of("Ready, cache warm, ms", "Processor time until then, ms",
				"The same until all are loaded, behind that, ms", "First call of each: p50, p99, longest, ms",
				"Each once more: p50, p99, longest, ms",
				"Resident when ready, when all are loaded, after each was called twice, MiB", "Metaspace, MiB");
		for (int i = 0; i < labels.size(); i++) {
			figures.row(labels.get(i), columns.get(0).get(i), columns.get(1).get(i));
		}
		report.heading("Figures");
		report.text(figures.toString());
		report.writeInto(document, "many scripts");
	}

	private static List<String> column(Jvm jvm) throws IOException {
		return List.of(Report.number(jvm.await("ready-millis")), Report.number(jvm.await("ready-processor-millis")),
				Report.number(jvm.await("loaded-millis")), calls(jvm, "first"), calls(jvm, "again"),
				mebibytes(jvm, "ready-resident") + ", " + mebibytes(jvm, "loaded-resident") + ", "
						+ mebibytes(jvm, "again-resident"),
				mebibytes(jvm, "again-metaspace"));
	}

	private static String calls(Jvm jvm, String round) throws IOException {
		return Report.number(jvm.await(round + "-all-median-micros") / 1000.0) + ", "
				+ Report.number(jvm.await(round + "-all-slow-micros") / 1000.0) + ", "
				+ Report.number(jvm.await(round + "-all-max-micros") / 1000.0);
	}

	private static String mebibytes(Jvm jvm, String name) throws IOException {
		return Report.number(jvm.await(name) / MIB);
	}

	private Path scripts(int count) throws IOException {
		Path scripts = this.folder.resolve("scripts-" + count);
		if (Files.notExists(scripts)) {
			Files.createDirectories(scripts);
			for (int i = 0; i < count; i++) {
				Files.writeString(scripts.resolve("f-" + i + ".js"),
						source() + "\nexport const number" + i + " = [" + i + ", \"" + i + "\"];\n");
			}
		}
		return scripts;
	}

	private static String source() throws IOException {
		try (var stream = ManyScripts.class.getResourceAsStream("/scripts/trivial.js")) {
			return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
