package dev.wasmspring.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Function;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.compiler.HugeFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The actuator of a whole application, over HTTP.
 */
class WasmEndpointTests {

	private static final BufferingApplicationStartup STARTUP = new BufferingApplicationStartup(10_000);

	private static ServletWebServerApplicationContext context;

	@BeforeAll
	static void start() {
		context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
			.applicationStartup(STARTUP)
			.properties("server.port=0", "wasm.invalid-modules=skip",
					"wasm.locations=classpath:fixtures/add.wasm,classpath:fixtures/cat.wasm,"
							+ "classpath:fixtures/multi.wasm,classpath:fixtures/start_traps.wasm,"
							+ "classpath:fixtures/truncated.wasm,classpath:fixtures/huge_function.wasm",
					"wasm.compilation.unsplit-modules=huge_function", "wasm.functions.add.description=Adds",
					"wasm.functions.add.limits.concurrency=3", "management.endpoints.web.exposure.include=*",
					"management.endpoint.health.show-details=always")
			.run();
	}

	@AfterAll
	static void close() {
		context.close();
	}

	@Test
	void modulesAreReportedWithWhatTheyAre() throws Exception {
		JsonNode cat = module("cat");
		assertThat(cat.path("state").asString()).isEqualTo("ready");
		assertThat(cat.path("origin").asString()).isEqualTo("class path resource [fixtures/cat.wasm]");
		assertThat(cat.path("digest").asString()).isEqualTo(Fixtures.module("cat").digest());
		assertThat(cat.path("size").asInt()).isEqualTo(Fixtures.bytes("cat").length);
		assertThat(cat.path("kind").asString()).isEqualTo("command");
		assertThat(cat.path("imports").toString()).contains("\"wasi_snapshot_preview1.fd_read\"");
		assertThat(cat.path("exports").toString()).isEqualTo("[\"_start\"]");
		assertThat(cat.path("functions").toString()).isEqualTo("[\"cat\"]");
		assertThat(cat.path("memory").asLong()).isPositive().isEqualTo(cat.path("memory").asLong() / 65536 * 65536);
		assertThat(cat.path("compilation").path("source").asString()).isEqualTo("compiled");
		assertThat(cat.path("compilation").path("millis").asDouble()).isPositive();
		assertThat(cat.path("rejection").isNull() || cat.path("rejection").isMissingNode()).isTrue();
		assertThat(module("multi").path("functions").toString())
			.isEqualTo("[\"multi-first\",\"multi-length_of_alphabet\",\"multi-rest\"]");
	}

	@Test
	void theEngineIsReportedWithWhatIsDifferentFromTheOneThatWeKnow() throws Exception {
		JsonNode engine = get("/actuator/wasm").path("engine");
		assertThat(engine.path("version").asString()).isEqualTo(EngineInternals.compilerVersion());
		assertThat(engine.path("differences").valueStream().map(JsonNode::asString))
			.containsExactlyElementsOf(EngineInternals.differences());
	}

	@Test
	void functionsThatHotSpotWillNotCompileAreNamedWithWhatHelps() throws Exception {
		JsonNode huge = module("huge_function").path("hugeFunctions");
		assertThat(huge.path("functions").size()).isEqualTo(1);
		JsonNode function = huge.path("functions").get(0);
		assertThat(function.path("index").asInt()).isEqualTo(1);
		assertThat(function.path("name").asString()).isEqualTo("main_loop");
		assertThat(function.path("bytecodeSize").asInt()).isGreaterThan(HugeFunction.LIMIT);
		assertThat(huge.path("advice").asString()).isEqualTo(HugeFunction.ADVICE);
		assertThat(module("cat").path("hugeFunctions").isMissingNode()).isTrue();
	}

	@Test
	void rejectedModulesAreReportedWithTheirReasons() throws Exception {
		JsonNode parsed = module("start_traps");
		assertThat(parsed.path("state").asString()).isEqualTo("rejected");
		assertThat(parsed.path("digest").asString()).isEqualTo(Fixtures.module("start_traps").digest());
		assertThat(parsed.path("functions").toString()).isEqualTo("[]");
		assertThat(parsed.path("rejection").path("reason").asString()).startsWith("Its initialisation failed (trap)");
		assertThat(parsed.path("rejection").path("remedy").asString()).isNotEmpty();
		JsonNode unparsed = module("truncated");
		assertThat(unparsed.path("state").asString()).isEqualTo("rejected");
		assertThat(unparsed.path("rejection").path("reason").asString()).isNotEmpty();
	}

	@Test
	@SuppressWarnings("unchecked")
	void aFunctionIsReportedWithWhatBecameOfItsCalls() throws Exception {
		JsonNode before = get("/actuator/wasm/add");
		Function<String, String> add = context.getBean("add", Function.class);
		add.apply("[1,2]");
		catchThrowable(() -> add.apply("[1]"));
		JsonNode after = get("/actuator/wasm/add");
		assertThat(after.path("name").asString()).isEqualTo("add");
		assertThat(after.path("module").asString()).isEqualTo("add");
		assertThat(after.path("kind").asString()).isEqualTo("numeric");
		assertThat(after.path("description").asString()).isEqualTo("Adds");
		assertThat(after.path("limits").path("concurrency").asInt()).isEqualTo(3);
		assertThat(after.path("limits").path("timeout").asString()).isEqualTo("PT5S");
		assertThat(calls(after, "success") - calls(before, "success")).isEqualTo(1);
		assertThat(calls(after, "invalid-input") - calls(before, "invalid-input")).isEqualTo(1);
		assertThat(after.path("calls").size()).isEqualTo(10);
		assertThat(after.path("coldStartMicros").path("p50").asDouble()).isPositive();
		assertThat(after.path("coldStartMicros").path("p99").asDouble())
			.isGreaterThanOrEqualTo(after.path("coldStartMicros").path("p50").asDouble());
		assertThat(after.path("sandboxes").path("created").asLong()).isPositive();
		assertThat(after.path("sandboxes").path("active").asLong()).isZero();
	}

	@Test
	void theFunctionsThatCanBeCalledAreReportedInOrder() throws Exception {
		assertThat(get("/actuator/wasm").path("functions").valueStream().map((function) -> function.path("name")))
			.extracting(JsonNode::asString)
			.containsExactly("add", "cat", "huge_function", "multi-first", "multi-length_of_alphabet", "multi-rest");
	}

	@Test
	void anUnknownFunctionIsNotFound() throws Exception {
		assertThat(response("/actuator/wasm/nobody").statusCode()).isEqualTo(404);
		assertThat(response("/actuator/wasm/start_traps").statusCode()).isEqualTo(404);
	}

	@Test
	void healthTellsOfEveryModule() throws Exception {
		JsonNode health = get("/actuator/health").path("components").path("wasm");
		assertThat(health.path("status").asString()).isEqualTo("UP");
		JsonNode modules = health.path("details").path("modules");
		assertThat(modules.path("cat").path("state").asString()).isEqualTo("ready");
		assertThat(modules.path("truncated").path("state").asString()).isEqualTo("rejected");
		assertThat(modules.path("truncated").path("reason").asString()).isNotEmpty();
	}

	@Test
	void infoTellsWhatWasLoaded() throws Exception {
		JsonNode info = get("/actuator/info").path("wasm");
		assertThat(info.path("modules").path("ready").asInt()).isEqualTo(4);
		assertThat(info.path("modules").path("rejected").asInt()).isEqualTo(2);
		assertThat(info.path("modules").path("pending").asInt()).isZero();
		assertThat(info.path("functions").size()).isEqualTo(6);
	}

	@Test
	void loadingIsAStepOfTheStart() {
		assertThat(STARTUP.getBufferedTimeline().getEvents())
			.filteredOn((event) -> event.getStartupStep().getName().equals("wasm.modules.load"))
			.singleElement()
			.satisfies((event) -> assertThat(event.getStartupStep().getTags())
				.extracting((tag) -> tag.getKey() + "=" + tag.getValue())
				.containsExactly("modules=6", "rejected=2", "functions=6"));
	}

	private static long calls(JsonNode function, String outcome) {
		return function.path("calls").path(outcome).asLong();
	}

	private static JsonNode module(String name) throws Exception {
		return get("/actuator/wasm").path("modules")
			.valueStream()
			.filter((module) -> module.path("name").asString().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static JsonNode get(String path) throws Exception {
		HttpResponse<String> response = response(path);
		assertThat(response.statusCode()).as(path).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private static HttpResponse<String> response(String path) throws Exception {
		URI uri = URI.create("http://localhost:" + context.getWebServer().getPort() + path);
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
