package dev.wasmspring.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One application, in a process of its own with a small heap, meets a hundred modules
 * that try to hurt it, one after the other.
 */
@TestMethodOrder(OrderAnnotation.class)
class HostileModulesTests {

	private static final int MODULES = 100;

	/**
	 * Most answers take at most the deadline of a second; this is for when they do not.
	 */
	private static final Duration STUCK = Duration.ofSeconds(60);

	private static final JsonMapper json = JsonMapper.builder().build();

	private static final HttpClient http = HttpClient.newBuilder().connectTimeout(STUCK).build();

	@TempDir
	static Path folder;

	private static Process application;

	private static int port;

	private static JsonNode vitals;

	@BeforeAll
	static void start() throws Exception {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
				"-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
				HostileApplication.class.getName(), "--server.port=0", "--wasm.invalid-modules=skip",
				"--wasm.locations=classpath*:/hostile/*.wasm,classpath*:/fixtures/add.wasm,classpath*:/fixtures/echo.wasm",
				"--wasm.limits.timeout=1s"));
		Stream.concat(Stream.of("add", "echo"), endingByThemselves())
			.forEach((function) -> command.add("--wasm.functions[" + function + "].limits.timeout=30s"));
		application = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
		port = awaitPort();
		requireHarmlessCalls();
		vitals = get("/vitals");
	}

	/** What may not end at its deadline has more time, which a busy machine may need. */
	private static Stream<String> endingByThemselves() throws IOException {
		return corpus().map(Named::getPayload)
			.filter((module) -> !words(module.path("outcomes")).contains("timeout"))
			.map((module) -> module.path("function").asString());
	}

	private static int awaitPort() throws Exception {
		long start = System.nanoTime();
		while (System.nanoTime() - start < STUCK.toNanos() * 3 && application.isAlive()) {
			for (String line : Files.readAllLines(log())) {
				if (line.startsWith(HostileApplication.READY)) {
					return Integer.parseInt(line.substring(HostileApplication.READY.length()));
				}
			}
			Thread.sleep(50);
		}
		throw new IllegalStateException("The application does not start: " + Files.readString(log()));
	}

	@AfterAll
	static void stop() throws Exception {
		application.destroy();
		if (!application.waitFor(30, TimeUnit.SECONDS)) {
			application.destroyForcibly();
		}
	}

	@Test
	@Order(1)
	void thereAreAHundred() throws IOException {
		assertThat(corpus().map(Named::getName)).hasSize(MODULES).doesNotHaveDuplicates();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("corpus")
	@Order(2)
	void aHostileModuleEndsAsItMayAndTheNextCallIsAnsweredCorrectly(JsonNode module) throws Exception {
		String function = module.path("function").asString();
		HttpResponse<byte[]> response = post(function, new byte[0]);
		assertThat(response.statusCode()).as(text(response)).isIn(numbers(module.path("http")));
		assertThat(outcome(response)).as(text(response)).isIn(words(module.path("outcomes")));
		if (response.statusCode() == 200) {
			requireAnswer(module, text(response));
		}
		requireHarmlessCalls();
	}

	private static void requireAnswer(JsonNode module, String answer) throws Exception {
		String function = module.path("function").asString();
		if (module.has("ret")) {
			assertThat(answer).isEqualTo(module.path("ret").asString());
		}
		if (function.startsWith("iso_")) {
			for (int i = 0; i < 20; i++) {
				assertThat(text(post(function, new byte[0]))).isEqualTo(answer);
			}
		}
		switch (module.path("note").asString("")) {
			// In pages, of which the default limit allows 64 MB
			case "ret must be <= configured max pages" -> assertThat(Long.parseLong(answer)).isBetween(1L, 1024L);
			case "ret must be <= configured max table elements" ->
				assertThat(Long.parseLong(answer)).isBetween(1L, 100_000L);
			case "ret != 0" -> assertThat(answer).isNotEqualTo("0");
			case "values differ between calls" -> {
				Set<String> answers = new HashSet<>(Set.of(answer));
				for (int i = 0; i < 10; i++) {
					answers.add(text(post(function, new byte[0])));
				}
				assertThat(answers).hasSizeGreaterThan(8);
			}
			default -> {
			}
		}
	}

	@Test
	@Order(3)
	void afterAllOfThemTheApplicationIsAsItWas() throws Exception {
		JsonNode now = get("/vitals");
		// Tomcat has more threads or fewer, as it likes, but none for each call
		assertThat(now.path("threads").asInt()).isLessThan(vitals.path("threads").asInt() + 20);
		assertThat(now.path("heap").asLong()).isLessThan(vitals.path("heap").asLong() + (16 << 20));
		assertThat(now.path("classes").asInt()).isLessThan(vitals.path("classes").asInt() + 1_000);
		assertThat(application.isAlive()).isTrue();
	}

	@Test
	@Order(4)
	void nothingEscapedIntoTheLog() throws IOException {
		assertThat(Files.readAllLines(log())).noneMatch((line) -> line.contains(" ERROR ")
				|| line.contains("Exception in thread") || line.contains("OutOfMemoryError"));
	}

	static Stream<Named<JsonNode>> corpus() throws IOException {
		try (InputStream corpus = HostileModulesTests.class.getResourceAsStream("/hostile/corpus.json")) {
			return json.readTree(corpus)
				.valueStream()
				.map((module) -> Named.of(module.path("name").asString(), module));
		}
	}

	private static void requireHarmlessCalls() throws Exception {
		assertThat(text(post("add", "[40, 2]".getBytes(StandardCharsets.UTF_8)))).isEqualTo("42");
		byte[] bytes = { 0, 1, -1, -128, 127, '\n' };
		assertThat(post("echo", bytes).body()).isEqualTo(bytes);
	}

	private static String outcome(HttpResponse<byte[]> response) {
		if (response.statusCode() == 200) {
			return "success";
		}
		String type = json.readTree(response.body()).path("type").asString();
		assertThat(type).startsWith("urn:wasm:problem:");
		String outcome = type.substring("urn:wasm:problem:".length());
		return outcome.equals("unknown-function") ? "module-rejected" : outcome;
	}

	private static HttpResponse<byte[]> post(String function, byte[] body) throws Exception {
		return send(HttpRequest.newBuilder(uri("/functions/" + function)).POST(BodyPublishers.ofByteArray(body)));
	}

	private static JsonNode get(String path) throws Exception {
		return json.readTree(send(HttpRequest.newBuilder(uri(path))).body());
	}

	private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
		return http.send(request.timeout(STUCK).build(), BodyHandlers.ofByteArray());
	}

	private static URI uri(String path) {
		return URI.create("http://localhost:" + port + path);
	}

	private static String text(HttpResponse<byte[]> response) {
		return new String(response.body(), StandardCharsets.UTF_8);
	}

	private static List<Integer> numbers(JsonNode array) {
		return array.valueStream().map(JsonNode::asInt).toList();
	}

	private static List<String> words(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).toList();
	}

	private static Path log() {
		return folder.resolve("application.log");
	}

}
