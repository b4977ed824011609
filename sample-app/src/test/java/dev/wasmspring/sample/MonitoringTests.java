package dev.wasmspring.sample;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the dashboard and the alert rules of {@code docs/how-to/monitor} to what a
 * Prometheus makes of the running application while it is loaded.
 */
@EnabledIf(value = "isInstalled", disabledReason = "Needs Debian's packages prometheus and wrk")
class MonitoringTests {

	private static final Path DOCS = Path.of("../docs/how-to/monitor");

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@TempDir
	private static Path folder;

	private static ServletWebServerApplicationContext application;

	private static Process prometheus;

	private static Process load;

	private static RestClient api;

	@BeforeAll
	static void start() throws Exception {
		Files.createDirectory(folder.resolve("wasm"));
		for (String module : List.of("markdown.wasm", "vat.wasm")) {
			Files.copy(Path.of("src/main/resources/wasm", module), folder.resolve("wasm").resolve(module));
		}
		Files.writeString(folder.resolve("wasm/broken.wasm"), "not a module");
		application = (ServletWebServerApplicationContext) SpringApplication.run(SampleApplication.class,
				"--wasm.locations=file:" + folder + "/wasm/*.wasm", "--wasm.invalid-modules=skip", "--server.port=0",
				"--logging.level.wasm.functions=off");
		String target = "localhost:" + application.getWebServer().getPort();
		Files.copy(DOCS.resolve("alerts.yml"), folder.resolve("alerts.yml"));
		Files.writeString(folder.resolve("prometheus.yml"),
				Files.readString(DOCS.resolve("prometheus.yml"))
					.replace("localhost:8080", target)
					.replace("interval: 15s", "interval: 1s"));
		int port = TestSocketUtils.findAvailableTcpPort();
		prometheus = start("prometheus", "--config.file=" + folder.resolve("prometheus.yml"),
				"--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port);
		load = start("wrk", "--threads=1", "--connections=4", "--duration=5m",
				"--script=" + Path.of("src/test/resources/load.lua").toAbsolutePath(), "http://" + target);
		api = RestClient.create("http://127.0.0.1:" + port + "/api/v1");
	}

	@AfterAll
	static void stop() throws Exception {
		for (Process process : Stream.of(load, prometheus).filter((process) -> process != null).toList()) {
			process.destroy();
			if (!process.waitFor(10, TimeUnit.SECONDS)) {
				process.destroyForcibly().waitFor();
			}
		}
		if (application != null) {
			application.close();
		}
	}

	@Test
	void everyQueryOfTheDashboardReturnsNumbers() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		for (JsonNode panel : dashboard().path("panels")) {
			for (JsonNode target : panel.path("targets")) {
				queries.put(panel.path("title").asString() + " " + target.path("refId").asString(),
						target.path("expr").asString());
			}
		}
		assertThat(queries).hasSizeGreaterThanOrEqualTo(8);
		queries.forEach((panel, query) -> await().untilAsserted(() -> {
			JsonNode result = query(query).path("result");
			assertThat(result).as(panel).isNotEmpty();
			for (JsonNode sample : result) {
				assertThat(Double.parseDouble(sample.path("value").path(1).asString())).as(panel).isFinite();
			}
		}));
	}

	@Test
	void whatIsKnownOfTheLoadIsInTheDashboard() throws IOException {
		JsonNode dashboard = dashboard();
		await().untilAsserted(() -> assertThat(values(expression(dashboard, "Calls by outcome"), "outcome"))
			.containsOnlyKeys("success", "trap", "invalid-input")
			.allSatisfy((outcome, rate) -> assertThat(rate).isPositive()));
		await().untilAsserted(() -> {
			Map<String, Double> failed = values(expression(dashboard, "Failed calls"), "function");
			assertThat(failed).containsOnlyKeys("markdown", "vat");
			assertThat(failed.get("markdown")).isZero();
			assertThat(failed.get("vat")).isBetween(0.2, 0.3);
		});
		assertThat(values(expression(dashboard, "Modules by state"), "state"))
			.isEqualTo(Map.of("ready", 2.0, "rejected", 1.0, "pending", 0.0, "unloaded", 0.0));
		await().untilAsserted(
				() -> assertThat(values(expression(dashboard, "Cold start"), "__name__").get("")).isBetween(1e-6, 1.0));
	}

	@Test
	void theVariablesOfTheDashboardHaveValues() throws IOException {
		Pattern labelValues = Pattern.compile("label_values\\((.+), (\\w+)\\)");
		List<JsonNode> variables = dashboard().path("templating")
			.path("list")
			.valueStream()
			.filter((variable) -> variable.path("type").asString().equals("query"))
			.toList();
		assertThat(variables).isNotEmpty();
		for (JsonNode variable : variables) {
			Matcher matcher = labelValues.matcher(variable.path("definition").asString());
			assertThat(matcher.matches()).isTrue();
			await().untilAsserted(() -> assertThat(
					get("/label/{label}/values?match[]={series}", matcher.group(2), substitute(matcher.group(1))))
				.isNotEmpty());
		}
	}

	@Test
	void prometheusEvaluatesEveryAlert() {
		await().untilAsserted(() -> {
			List<JsonNode> rules = get("/rules").path("groups").path(0).path("rules").valueStream().toList();
			assertThat(rules).hasSize(5)
				.allSatisfy((rule) -> assertThat(rule.path("health").asString()).as(rule.path("lastError").asString())
					.isEqualTo("ok"));
			assertThat(rules).filteredOn((rule) -> rule.path("name").asString().equals("WasmModulesRejected"))
				.allSatisfy((rule) -> assertThat(rule.path("alerts")).isNotEmpty());
		});
	}

	@Test
	void promtoolAcceptsTheRulesAndTheScrapeConfiguration() throws Exception {
		assertThatPromtoolAccepts("check", "rules", DOCS.resolve("alerts.yml").toString());
		assertThatPromtoolAccepts("check", "config", DOCS.resolve("prometheus.yml").toString());
	}

	@Test
	void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
		Path tests = Files.copy(Path.of("src/test/resources/alerts-test.yml"), folder.resolve("alerts-test.yml"));
		assertThatPromtoolAccepts("test", "rules", tests.toString());
	}

	private static void assertThatPromtoolAccepts(String... arguments) throws Exception {
		Process promtool = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
			.redirectErrorStream(true)
			.start();
		String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(promtool.waitFor()).as(output).isZero();
	}

	private static Map<String, Double> values(String query, String label) {
		Map<String, Double> values = new LinkedHashMap<>();
		for (JsonNode sample : query(query).path("result")) {
			values.put(sample.path("metric").path(label).asString(""),
					Double.valueOf(sample.path("value").path(1).asString()));
		}
		return values;
	}

	private static JsonNode query(String query) {
		return get("/query?query={query}", substitute(query));
	}

	private static JsonNode get(String uri, Object... variables) {
		JsonNode answer = api.get()
			.uri(uri, variables)
			.accept(MediaType.APPLICATION_JSON)
			.retrieve()
			.body(JsonNode.class);
		return answer.path("data");
	}

	private static String substitute(String query) {
		String substituted = query.replace("$__rate_interval", "5s").replace("$job", ".+").replace("$function", ".+");
		assertThat(substituted).doesNotContain("$");
		return substituted;
	}

	private static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(DOCS.resolve("dashboard.json")));
	}

	private static String expression(JsonNode dashboard, String title) {
		return dashboard.path("panels")
			.valueStream()
			.filter((panel) -> panel.path("title").asString().equals(title))
			.findFirst()
			.orElseThrow()
			.path("targets")
			.path(0)
			.path("expr")
			.asString();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).ignoreExceptions();
	}

	private static Process start(String... command) throws IOException {
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(folder.resolve(command[0] + ".log").toFile())
			.start();
	}

	static boolean isInstalled() {
		return Stream.of("prometheus", "promtool", "wrk").allMatch(MonitoringTests::isOnPath);
	}

	private static boolean isOnPath(String command) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

}
