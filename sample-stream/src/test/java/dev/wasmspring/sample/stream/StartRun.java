package dev.wasmspring.sample.stream;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.logging.LogFactory;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.util.FileSystemUtils;

/**
 * What the image in {@code deploy/Dockerfile} does, by hand: its commands are run in a
 * folder, and the time is measured from the start of the process until it is ready to
 * answer, in turns with what is not done.
 */
final class StartRun {

	static {
		// The broker does not start in Turkish: it has names of constants in capitals
		Locale.setDefault(Locale.ROOT);
	}

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 4);

	private final Path java;

	private final Path jar;

	private final Path folder;

	private final boolean aot;

	private StartRun(Path java, Path jar, Path folder, int feature) {
		this.java = java;
		this.jar = jar;
		this.folder = folder;
		this.aot = feature >= 25;
	}

	/**
	 * Runs it.
	 * @param args the command {@code java}, its version, the application's jar, a folder,
	 * and the number of rounds
	 */
	public static void main(String[] args) throws Exception {
		StartRun run = new StartRun(Path.of(args[0]), Path.of(args[2]).toAbsolutePath(),
				Path.of(args[3]).toAbsolutePath(), Integer.parseInt(args[1]));
		run.broker.brokerProperty("offsets.topic.num.partitions", "2");
		run.broker.afterPropertiesSet();
		LogFactory.getLog(StartRun.class).info("\n" + run.run(Integer.parseInt(args[1]), Integer.parseInt(args[4])));
		System.exit(0);
	}

	private String run(int feature, int rounds) throws Exception {
		prepare();
		List<String> keeping = this.aot ? List.of("-XX:AOTCache=app.aot") : List.of("-XX:SharedArchiveFile=app.jsa");
		List<String> cache = List.of("--wasm.compilation.cache-directory=" + this.folder.resolve("cache"));
		Map<String, Start> starts = new LinkedHashMap<>();
		starts.put("`java -jar`, as it was built", new Start(this.folder, List.of(), this.jar, List.of()));
		starts.put("the same, compiled modules kept", new Start(this.folder, List.of(), this.jar, cache));
		Path app = this.folder.resolve("app");
		starts.put("the jar taken apart as well", new Start(app, List.of(), app.resolve("app.jar"), cache));
		starts.put(
				"the image's command: " + (this.aot ? "with an AOT cache" : "with an archive of classes") + " as well",
				new Start(app, keeping, Path.of("app.jar"), cache));
		Map<String, List<Long>> times = new LinkedHashMap<>();
		for (int round = 0; round <= rounds; round++) {
			for (Map.Entry<String, Start> start : starts.entrySet()) {
				long millis = measure(start.getValue());
				// The first round fills the caches of the operating system
				if (round > 0) {
					times.computeIfAbsent(start.getKey(), (name) -> new ArrayList<>()).add(millis);
				}
			}
		}
		return table(feature, times);
	}

	/**
	 * The steps of the Dockerfile.
	 */
	private void prepare() throws Exception {
		FileSystemUtils.deleteRecursively(this.folder);
		Path app = Files.createDirectories(this.folder.resolve("app"));
		Path copy = this.folder.resolve("app.jar");
		Files.copy(this.jar, copy);
		run(this.folder,
				List.of("-Djarmode=tools", "-jar", "app.jar", "extract", "--layers", "--destination", "layers"));
		for (String layer : List.of("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")) {
			Path files = this.folder.resolve("layers").resolve(layer);
			if (!Files.isDirectory(files)) {
				throw new IllegalStateException("There is no layer " + layer);
			}
			FileSystemUtils.copyRecursively(files, app);
		}
		String cache = "--wasm.compilation.cache-directory=" + this.folder.resolve("cache");
		run(app, List.of("-jar", "app.jar", "--wasm.check", cache));
		run(app, List.of(this.aot ? "-XX:AOTCacheOutput=app.aot" : "-XX:ArchiveClassesAtExit=app.jsa",
				"-Dspring.context.exit=onRefresh", "-jar", "app.jar", "--spring.profiles.active=warm-up",
				"--server.port=0", cache));
	}

	private void run(Path directory, List<String> arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(this.java.toString()));
		command.addAll(arguments);
		Path log = this.folder.resolve("prepare.log");
		int exit = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start()
			.waitFor();
		if (exit != 0) {
			throw new IllegalStateException(command + " ended with " + exit + ": " + Files.readString(log));
		}
	}

	private long measure(Start start) throws Exception {
		int port = freePort();
		List<String> command = new ArrayList<>(List.of(this.java.toString()));
		command.addAll(start.options());
		command
			.addAll(List.of("-XX:MaxRAMPercentage=10", "-jar", start.jar().toString(), "--spring.profiles.active=kafka",
					"--spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(), "--server.port=" + port));
		command.addAll(start.arguments());
		long begin = System.nanoTime();
		Process process = new ProcessBuilder(command).directory(start.directory().toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("start.log").toFile())
			.start();
		try {
			HttpRequest ready = HttpRequest
				.newBuilder(URI.create("http://localhost:" + port + "/actuator/health/readiness"))
				.timeout(Duration.ofSeconds(5))
				.build();
			while (!isReady(ready)) {
				if (!process.isAlive() || System.nanoTime() - begin > Duration.ofMinutes(2).toNanos()) {
					throw new IllegalStateException(
							"It does not start: " + Files.readString(this.folder.resolve("start.log")));
				}
				Thread.sleep(5);
			}
			return (System.nanoTime() - begin) / 1_000_000;
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private static boolean isReady(HttpRequest request) throws InterruptedException {
		try {
			return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static String table(int feature, Map<String, List<Long>> times) {
		StringBuilder text = new StringBuilder(
				"| Java " + feature + " | ready after | of the first |\n|---|---|---|\n");
		long first = median(times.values().iterator().next());
		times.forEach((name,
				all) -> text.append(String.format(Locale.ROOT, "| %s | %,d ms (%,d to %,d) | %.2f |%n", name,
						median(all), all.stream().min(Long::compare).orElseThrow(),
						all.stream().max(Long::compare).orElseThrow(), median(all) / (double) first)));
		return text.toString();
	}

	private static long median(List<Long> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

	/**
	 * A way to start.
	 *
	 * @param directory where
	 * @param options of the JVM
	 * @param jar what
	 * @param arguments of the application
	 */
	private record Start(Path directory, List<String> options, Path jar, List<String> arguments) {

	}

}
