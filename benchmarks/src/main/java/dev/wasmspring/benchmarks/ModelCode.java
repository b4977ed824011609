package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.wasmspring.ai.WasmTools;
import dev.wasmspring.benchmarks.web.ModelCodeApplication;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures code of models: from code to result as a tool is called, beside starting a
 * process for it; and what different scripts leave behind, a thousand in a minute.
 */
public final class ModelCode {

	private static final String FIGURES = "code of models";

	private static final String GROWTH = "growth over code of models";

	private static final int PER_MINUTE = 1_000;

	private static final double MIB = 1 << 20;

	/** A handler as models write them: some lines, a loop, an object. */
	private static final String JAVASCRIPT = """
			// $N
			function handle(order) {
			  let total = 0;
			  for (const line of order.lines) total += line.quantity * line.cents;
			  const discount = total > 10000 ? Math.round(total / 20) : 0;
			  return { total, discount, due: total - discount };
			}
			""";

	private static final String PYTHON = """
			# $N
			def handle(order):
			    total = sum(line["quantity"] * line["cents"] for line in order["lines"])
			    discount = round(total / 20) if total > 10000 else 0
			    return {"total": total, "discount": discount, "due": total - discount}
			""";

	/** The same, which ask a function for the tax. */
	private static final String JAVASCRIPT_WITH_TOOL = JAVASCRIPT.replace("due: total - discount",
			"due: tools.vat([total - discount, 190])");

	private static final String PYTHON_WITH_TOOL = PYTHON.replace("\"due\": total - discount",
			"\"due\": tools.vat([total - discount, 190])");

	private static final String ORDER = "{\"lines\":[{\"quantity\":3,\"cents\":4990},{\"quantity\":60,\"cents\":333}]}";

	/** What a program prints that does the same, read from its standard input. */
	private static final Map<String, List<String>> PROCESSES = Map.of("node",
			List.of("node", "-e",
					"let s='';process.stdin.on('data',d=>s+=d).on('end',()=>{" + JAVASCRIPT.replace("// $N\n", "")
							+ "console.log(JSON.stringify(handle(JSON.parse(s))))})"),
			"python3", List.of("/usr/bin/python3", "-I", "-c",
					"import json,sys\n" + PYTHON + "print(json.dumps(handle(json.load(sys.stdin))))"));

	private final ToolCallback tool;

	private ModelCode(ToolCallback tool) {
		this.tool = tool;
	}

	/**
	 * Runs the measurement.
	 * @param args the document to write into; and for how many minutes to look for
	 * growth, instead of measuring times
	 */
	public static void main(String[] args) throws Exception {
		int minutes = (args.length > 1) ? Integer.parseInt(args[1]) : 0;
		try (ConfigurableApplicationContext application = SpringApplication.run(ModelCodeApplication.class,
				"--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
				"--wasm.ai.code.enabled=true", "--wasm.ai.code.languages=javascript,python", "--wasm.ai.code.tools=vat",
				"--wasm.locations=file:" + System.getProperty("benchmarks.sample") + "/vat.wasm")) {
			ToolCallback tool = Arrays.stream(application.getBean(WasmTools.class).getToolCallbacks())
				.filter((candidate) -> candidate.getToolDefinition().name().equals("run_code"))
				.findFirst()
				.orElseThrow();
			ModelCode measured = new ModelCode(tool);
			if (minutes > 0) {
				measured.growth(minutes, Path.of(args[0]));
			}
			else {
				measured.figures(Path.of(args[0]));
			}
		}
	}

	private void figures(Path document) throws IOException {
		Times javascript = times("javascript", JAVASCRIPT, JAVASCRIPT_WITH_TOOL);
		Times python = times("python", PYTHON, PYTHON_WITH_TOOL);
		Report report = new Report("Measured on " + LocalDate.now()
				+ ", with `benchmarks/run.sh code`: from the arguments of the tool `run_code` to its answer, on one thread,"
				+ " JSON, digest and audit included.");
		report.environmentOfCode();
		report.heading("Code of models against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		report.target("JavaScript never seen, p50, ms", "<=", 3, millis(javascript.neverSeen(), 50));
		report.target("Python never seen, p50, ms", "<=", 10, millis(python.neverSeen(), 50));
		report.target("JavaScript seen before, p50, µs", "<=", 50, 1000 * millis(javascript.seen(), 50));
		report.target("Python seen before, p50, µs", "<=", 150, 1000 * millis(python.seen(), 50));
		report.heading("From code to result, milliseconds");
		report.row("", "p50", "p99", "Runs");
		report.rule(4);
		rows(report, "JavaScript", javascript);
		rows(report, "Python", python);
		PROCESSES.forEach((name, command) -> row(report, "a process of `" + name + "`", processes(command)));
		report.writeInto(document, FIGURES);
	}

	private Times times(String language, String code, String withTool) {
		for (int i = 0; i < 300; i++) {
			run(language, code, -i);
			run(language, withTool, -i);
		}
		for (int i = 0; i < 10_000; i++) {
			run(language, code, 0);
			run(language, withTool, 0);
		}
		return new Times(times(language, code, 500, 1), times(language, withTool, 500, 1),
				times(language, code, 10_000, 0), times(language, withTool, 10_000, 0));
	}

	private static void rows(Report report, String language, Times times) {
		row(report, language + ", never seen", times.neverSeen());
		row(report, language + ", never seen, with a tool", times.neverSeenWithTool());
		row(report, language + ", seen", times.seen());
		row(report, language + ", seen, with a tool", times.seenWithTool());
	}

	private static void row(Report report, String name, long[] all) {
		if (all.length == 0) {
			report.row(name, "not measured", "", "0");
			return;
		}
		report.row(name, number(millis(all, 50)), number(millis(all, 99)), String.valueOf(all.length));
	}

	private static String number(double millis) {
		return (millis < 0.1) ? String.format(Locale.ROOT, "%.3f", millis) : Report.number(millis);
	}

	/**
	 * Runs code that is different each time, or the same.
	 * @param first the number of the first, or 0 for the same each time
	 */
	private long[] times(String language, String code, int count, int first) {
		long[] times = new long[count];
		for (int i = 0; i < count; i++) {
			String arguments = arguments(language, code, (first > 0) ? first + i : 0);
			long start = System.nanoTime();
			String answer = this.tool.call(arguments);
			times[i] = System.nanoTime() - start;
			requireSuccess(answer);
		}
		Arrays.sort(times);
		return times;
	}

	private void run(String language, String code, int number) {
		requireSuccess(this.tool.call(arguments(language, code, number)));
	}

	private static void requireSuccess(String answer) {
		if (!answer.startsWith("{\"outcome\":\"success\",\"result\":{\"total\":34950")) {
			throw new IllegalStateException(answer);
		}
	}

	private static String arguments(String language, String code, int number) {
		String source = code.replace("$N", "number " + number)
			.replace("\\", "\\\\")
			.replace("\"", "\\\"")
			.replace("\n", "\\n");
		return "{\"language\":\"" + language + "\",\"code\":\"" + source + "\",\"input\":" + ORDER + "}";
	}

	/**
	 * Starts processes, one after the other.
	 * @return sorted times, none if there is no such program
	 */
	private static long[] processes(List<String> command) {
		long[] times = new long[60];
		try {
			for (int i = 0; i < times.length; i++) {
				long start = System.nanoTime();
				Process process = new ProcessBuilder(command).start();
				process.getOutputStream().write(ORDER.getBytes(StandardCharsets.UTF_8));
				process.getOutputStream().close();
				String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				process.waitFor();
				times[i] = System.nanoTime() - start;
				if (!answer.contains("34950")) {
					throw new IllegalStateException(answer);
				}
			}
		}
		catch (IOException ex) {
			return new long[0];
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		Arrays.sort(times);
		return times;
	}

	private static double millis(long[] sorted, int percentile) {
		return sorted[Math.min(sorted.length - 1, sorted.length * percentile / 100)] / 1e6;
	}

	private void growth(int minutes, Path document) throws IOException, InterruptedException {
		int number = 1;
		double[] heap = new double[minutes + 1];
		double[] metaspace = new double[minutes + 1];
		// What the first ones need for good is no growth
		for (; number <= PER_MINUTE; number++) {
			runEither(number);
		}
		for (int minute = 0; minute <= minutes; minute++) {
			heap[minute] = heap();
			metaspace[minute] = metaspace();
			long begin = System.nanoTime();
			for (int i = 0; i < PER_MINUTE && minute < minutes; i++, number++) {
				runEither(number);
				long due = begin + (i + 1) * 60_000_000_000L / PER_MINUTE;
				Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
			}
			System.out.printf("minute %d: heap %.2f MB, metaspace %.2f MB%n", minute, heap[minute], metaspace[minute]);
		}
		Report report = new Report("Measured on " + LocalDate.now() + ", with `benchmarks/run.sh code --minutes "
				+ minutes + "`: " + PER_MINUTE
				+ " different scripts in each minute, half of them JavaScript and half Python, after " + PER_MINUTE
				+ " at once; 100 are kept.");
		report.row("After minutes", "Heap after a collection, MB", "Metaspace, MB");
		report.rule(3);
		for (int minute = 0; minute <= minutes; minute++) {
			report.row(String.valueOf(minute), Report.number(heap[minute]), Report.number(metaspace[minute]));
		}
		report.writeInto(document, GROWTH);
	}

	private void runEither(int number) {
		boolean even = number % 2 == 0;
		run(even ? "javascript" : "python", even ? JAVASCRIPT : PYTHON, number);
	}

	private static double heap() throws InterruptedException {
		for (int i = 0; i < 3; i++) {
			System.gc();
			Thread.sleep(200);
		}
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
	}

	private static double metaspace() {
		return ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getName().equals("Metaspace"))
			.mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
			.sum() / MIB;
	}

	/**
	 * What runs in one language took. Lives until it is written.
	 *
	 * @param neverSeen sorted times in nanoseconds, as all of them
	 */
	private record Times(long[] neverSeen, long[] neverSeenWithTool, long[] seen, long[] seenWithTool) {

	}

}
