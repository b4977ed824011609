package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

import dev.wasmspring.benchmarks.peer.Guest;
import dev.wasmspring.benchmarks.web.ManyFunctionsApplication;
import org.jspecify.annotations.Nullable;

/**
 * Measures an application with thousands of functions on little memory, and writes the
 * results into a document. The modules and what was compiled of them stay in a folder, so
 * that only the first run compiles.
 */
public final class ManyFunctions {

	private static final String NAME = "many functions";

	private static final String COMMAND = "benchmarks/run.sh many";

	private static final double MIB = 1 << 20;

	private final int count;

	private final Path folder;

	private ManyFunctions(int count, Path folder) {
		this.count = count;
		this.folder = folder;
	}

	/**
	 * Runs the measurement.
	 * @param args the document to write into, how many functions, and the folder
	 */
	public static void main(String[] args) throws IOException {
		new ManyFunctions(Integer.parseInt(args[1]), Path.of(args[2]).toAbsolutePath()).run(Path.of(args[0]));
	}

	private void run(Path document) throws IOException {
		Path modules = this.folder.resolve("modules-" + this.count);
		boolean first = Files.notExists(modules);
		if (first) {
			new ManyModules(Guest.GREETING.bytes()).write(Files.createDirectories(modules), "f", this.count);
		}
		long size = Files.size(modules.resolve("f-0.wasm"));
		List<String> properties = List.of("--wasm.locations=file:" + modules + "/*.wasm",
				"--wasm.compilation.cache-directory=" + this.folder.resolve("cache"),
				"--wasm.compilation.loaded-memory=192MB", "--server.address=127.0.0.1", "--server.port=0");
		Long cold = first ? compile(properties) : null;
		List<String> options = List.of("-Xmx320m", "-Xss512k", "-XX:MaxMetaspaceSize=352m",
				"-XX:ReservedCodeCacheSize=96m");
		Report report = new Report("Measured on " + LocalDate.now() + ", with `" + COMMAND + "`: " + this.count
				+ " functions, each of a module of its own of " + Report.number(size / 1024.0)
				+ " KB that has no function in common with another; `wasm.compilation.loaded-memory=192MB`, `"
				+ String.join(" ", options) + "`.");
		report.environment();
		try (Jvm jvm = Jvm.start(options, ManyFunctionsApplication.class.getName(), properties)) {
			write(report, jvm, cold);
		}
		report.writeInto(document, NAME);
	}

	/**
	 * Starts with the memory that it wants: nothing is measured but how long that takes.
	 */
	private static long compile(List<String> properties) throws IOException {
		try (Jvm jvm = Jvm.start(List.of("-Xmx2g"), ManyFunctionsApplication.class.getName(), properties)) {
			long ready = jvm.await("ready-millis");
			jvm.await("unloads");
			return ready;
		}
	}

	private void write(Report report, Jvm jvm, @Nullable Long cold) throws IOException {
		report.heading("Against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		report.target("Resident memory at its peak, MiB", "<=", 1024, jvm.await("again-peak") / MIB);
		report.target("First call of each function, module loaded from the cache, p99, ms", "<=", 20,
				jvm.await("first-slow-micros") / 1000.0);
		report.heading("Figures");
		report.row("What", "Figure");
		report.rule(2);
		if (cold != null) {
			report.row("Ready, compiling all, ms", Report.number(cold));
		}
		report.row("Ready, cache warm, ms", Report.number(jvm.await("ready-millis")));
		report.row("Processor time until then, ms", Report.number(jvm.await("ready-processor-millis")));
		report.row("The same until as many are loaded behind that as there is room for, ms",
				Report.number(jvm.await("loaded-millis")));
		for (String round : List.of("first", "again")) {
			String name = round.equals("first") ? "First call of each function" : "Each once more, in the same order";
			report.row(name + ": calls that had to load", Report.number(jvm.await(round + "-loads")));
			report.row(name + ": p50, p99, longest, ms", micros(jvm, round + "-median-micros") + ", "
					+ micros(jvm, round + "-slow-micros") + ", " + micros(jvm, round + "-max-micros"));
			report.row(name + ": processor time of each, the JVM's own included, ms",
					micros(jvm, round + "-processor-micros"));
		}
		report.row("A call of a module that is loaded, µs", Report.number(jvm.await("warm-micros")));
		report.row(
				"Resident when ready, when there was no more room, after each was called, after the second time, MiB",
				mebibytes(jvm, "ready-resident") + ", " + mebibytes(jvm, "loaded-resident") + ", "
						+ mebibytes(jvm, "first-resident") + ", " + mebibytes(jvm, "again-resident"));
		report.row("Metaspace in the end, MiB", mebibytes(jvm, "again-metaspace"));
		report.row("Modules unloaded", Report.number(jvm.await("unloads")));
		report.row("Memory that loaded modules hold, as the application counts it, MiB", mebibytes(jvm, "used"));
	}

	private static String micros(Jvm jvm, String name) throws IOException {
		return Report.number(jvm.await(name) / 1000.0);
	}

	private static String mebibytes(Jvm jvm, String name) throws IOException {
		return Report.number(jvm.await(name) / MIB);
	}

}
