package dev.wasmspring.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.benchmarks.peer.Guest;
import dev.wasmspring.benchmarks.peer.LiveSandboxes;
import dev.wasmspring.benchmarks.web.BenchmarkApplication;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of whole programs: throughput over HTTP, start-up, and memory.
 */
final class Applications {

	private static final String QUESTION = new String(Guest.ORDER.input(), StandardCharsets.UTF_8);

	private static final String ANSWER = new String(Guest.ORDER.answer(), StandardCharsets.UTF_8);

	private final boolean quick;

	private final int functions;

	private final Map<String, String> figures = new LinkedHashMap<>();

	private @Nullable Double throughputRatio;

	private @Nullable Double newSandboxes;

	private @Nullable Double calledSandboxes;

	private @Nullable Double functionKilobytes;

	private @Nullable Double warmStartRatio;

	Applications(boolean quick) {
		this.quick = quick;
		this.functions = quick ? 20 : 1000;
	}

	/**
	 * Measures.
	 * @return what went wrong, possibly nothing; what was measured before that counts
	 */
	List<String> measure() throws InterruptedException {
		List<String> failures = new ArrayList<>();
		for (Measurement measurement : List.<Measurement>of(this::liveSandboxes, this::throughput, this::startUp)) {
			try {
				measurement.run();
			}
			catch (IOException | IllegalStateException ex) {
				failures.add("Failed: " + String.valueOf(ex.getMessage()).strip().replaceAll("\\s*\n.*", "") + ".");
				System.err.println(ex.getMessage());
			}
		}
		return failures;
	}

	private void liveSandboxes() throws IOException, InterruptedException {
		try (Jvm program = Jvm.start("512m", LiveSandboxes.class.getName(), List.of("10000"))) {
			this.newSandboxes = (double) program.await("new-sandboxes");
			this.figures.put("A live sandbox that is new, KiB", kibibytes(program.await("new-bytes")));
			this.calledSandboxes = (double) program.await("called-sandboxes");
			this.figures.put("A live sandbox that was called, KiB", kibibytes(program.await("called-bytes")));
		}
	}

	private void throughput() throws IOException, InterruptedException {
		if (!Wrk.isInstalled()) {
			this.figures.put("Throughput over HTTP", "skipped: there is no wrk");
			return;
		}
		try (Jvm application = start(List.of("--wasm.locations=classpath:/guests/order.wasm"))) {
			String address = "http://127.0.0.1:" + application.await("port");
			String function = address + "/functions/order";
			String controller = address + "/java/order";
			requireAnswer(function);
			requireAnswer(controller);
			List<Double> functionThroughputs = new ArrayList<>();
			List<Double> controllerThroughputs = new ArrayList<>();
			List<Double> ratios = new ArrayList<>();
			warmUp(function, controller);
			for (int round = 0; round < (this.quick ? 1 : 5); round++) {
				double ofFunction = wrk(function, this.quick ? 2 : 10);
				double ofController = wrk(controller, this.quick ? 2 : 10);
				functionThroughputs.add(ofFunction);
				controllerThroughputs.add(ofController);
				// Within a round, in which the machine is the same
				ratios.add(ofFunction / ofController);
			}
			this.figures.put("Wasm function over HTTP, requests a second", Report.number(median(functionThroughputs)));
			this.figures.put("Java controller over HTTP, requests a second",
					Report.number(median(controllerThroughputs)));
			this.throughputRatio = median(ratios);
		}
	}

	/**
	 * With rests, in which the JIT compiles what it cannot while all cores are busy.
	 */
	private void warmUp(String... addresses) throws IOException, InterruptedException {
		for (int round = 0; round < (this.quick ? 1 : 4); round++) {
			for (String address : addresses) {
				wrk(address, 2);
				Thread.sleep(2000);
			}
		}
	}

	private static double median(List<Double> values) {
		return Calls.median(values.stream().mapToDouble(Double::doubleValue).toArray());
	}

	private static void requireAnswer(String address) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(address))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(QUESTION))
			.build();
		String answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
		if (!answer.equals(ANSWER)) {
			throw new IllegalStateException(address + " answers '" + answer + "' instead of '" + ANSWER + "'");
		}
	}

	private static double wrk(String address, int seconds) throws IOException, InterruptedException {
		return Wrk.post(address, "application/json", QUESTION, seconds);
	}

	private void startUp() throws IOException, InterruptedException {
		Path folder = Files.createTempDirectory("functions");
		try {
			Path modules = Files.createDirectory(folder.resolve("modules"));
			for (int i = 0; i < this.functions; i++) {
				Files.write(modules.resolve("order-" + i + ".wasm"), variant(Guest.ORDER.bytes(), i));
			}
			Path cache = folder.resolve("cache");
			List<String> with = List.of("--wasm.locations=file:" + modules + "/*.wasm",
					"--wasm.compilation.cache-directory=" + cache);
			List<String> without = List.of("--wasm.locations=classpath:/guests/none/*.wasm");
			Start empty = startUp(without);
			Start cold = startUp(with);
			this.figures.put("Start without modules, ms", Report.number(empty.millis));
			this.figures.put("Start with " + this.functions + " functions, compiling, ms", Report.number(cold.millis));
			// Made by the first start, if it keeps what it compiled
			if (Files.isDirectory(cache)) {
				Start warm = startUp(with);
				this.figures.put("Start with " + this.functions + " functions, cache warm, ms",
						Report.number(warm.millis));
				this.figures.put("The same until all of them are loaded, behind the start, ms",
						Report.number(warm.loaded));
				this.warmStartRatio = (double) warm.millis / empty.millis;
			}
			this.functionKilobytes = (cold.heap - empty.heap) / 1024.0 / this.functions;
			this.figures.put("Code of each function (classes and what the JIT made of them), KiB",
					Report.number((cold.code - empty.code) / 1024.0 / this.functions));
		}
		finally {
			delete(folder);
		}
	}

	private static Start startUp(List<String> properties) throws IOException, InterruptedException {
		try (Jvm application = start(properties)) {
			long millis = application.await("ready-millis");
			return new Start(millis, application.await("loaded-millis"), application.await("heap"),
					application.await("code"));
		}
	}

	private static Jvm start(List<String> properties) throws IOException {
		List<String> arguments = new ArrayList<>(properties);
		arguments.add("--server.address=127.0.0.1");
		arguments.add("--server.port=0");
		return Jvm.start("4g", BenchmarkApplication.class.getName(), arguments);
	}

	/**
	 * The module with a custom section, so that it has a digest of its own.
	 */
	private static byte[] variant(byte[] module, int number) throws IOException {
		byte[] name = "variant".getBytes(StandardCharsets.US_ASCII);
		byte[] content = String.format("%06d", number).getBytes(StandardCharsets.US_ASCII);
		ByteArrayOutputStream variant = new ByteArrayOutputStream();
		variant.write(module);
		variant.write(0);
		variant.write(1 + name.length + content.length);
		variant.write(name.length);
		variant.write(name);
		variant.write(content);
		return variant.toByteArray();
	}

	private static void delete(Path folder) throws IOException {
		Files.walkFileTree(folder, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
				Files.delete(visited);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	private static String kibibytes(long bytes) {
		return Report.number(bytes / 1024.0);
	}

	/**
	 * Everything that was measured, by what it is.
	 */
	Map<String, String> figures() {
		return this.figures;
	}

	void targets(Report report) {
		report.target("Wasm function / Java controller, requests a second", ">=", 0.9, this.throughputRatio);
		report.target("Live sandboxes in a heap of 512 MiB, Rust function, new", ">=", 10_000, this.newSandboxes);
		report.target("Live sandboxes in a heap of 512 MiB, Rust function, called", ">=", 10_000, this.calledSandboxes);
		report.target("Start with " + this.functions + " functions and a warm cache / without modules", "<=", 2,
				this.warmStartRatio);
		report.target("Memory of each of " + this.functions + " functions beyond its code, KiB", "<=", 150,
				this.functionKilobytes);
	}

	/**
	 * One of the measurements.
	 */
	private interface Measurement {

		void run() throws IOException, InterruptedException;

	}

	/**
	 * How an application started.
	 *
	 * @param millis from the start of the JVM until it was ready
	 * @param loaded milliseconds until all modules were loaded
	 * @param heap bytes in use when it was ready
	 * @param code bytes of classes and compiled code then
	 */
	private record Start(long millis, long loaded, long heap, long code) {

	}

}
