package dev.wasmspring.web;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.MainResources;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is behind the page on which functions are tried.
 */
class PlaygroundTests {

	private static final String RUN = "/functions/playground/run";

	@TempDir
	private static Path folder;

	private static Server server;

	@BeforeAll
	static void start() throws Exception {
		for (String fixture : List.of("add", "echo", "trap")) {
			Files.write(folder.resolve(fixture + ".wasm"), Fixtures.bytes(fixture));
		}
		Files.write(folder.resolve("playground.wasm"), Fixtures.bytes("echo"));
		Files.writeString(folder.resolve("order.js"), "export function handle(input) { return input; }");
		Files.writeString(folder.resolve("order.schema.json"),
				"""
						{ "input": { "type": "object", "properties": { "count": { "type": "integer", "minimum": 3 },
						  "kind": { "enum": [ "a", "b" ] }, "lines": { "type": "array", "items": { "type": "string" } } } } }""");
		server = Server.start("tomcat", Nothing.class, "wasm.locations=file:" + folder + "/*",
				"wasm.web.playground.enabled=true", "wasm.limits.timeout=5s", "wasm.limits.initialization.timeout=5m");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	private static HttpResponse<byte[]> get(String path) throws Exception {
		return server.send("GET", "/functions/playground" + path, BodyPublishers.noBody());
	}

	private static HttpResponse<byte[]> run(String language, String source, String input, String... headers)
			throws Exception {
		String body = JsonMapper.shared()
			.writeValueAsString(java.util.Map.of("language", language, "source", source, "input", input));
		String[] all = java.util.stream.Stream
			.concat(java.util.stream.Stream.of("Content-Type", "application/json"), java.util.stream.Stream.of(headers))
			.toArray(String[]::new);
		return server.post(RUN, body.getBytes(StandardCharsets.UTF_8), all);
	}

	@Test
	void thePageIsThereOnlyForThoseWhoAskForIt() throws Exception {
		try (Server without = Server.start("tomcat", Nothing.class)) {
			for (String path : List.of("", "/functions", "/playground.js", "/calls/add", "/frame.html")) {
				assertThat(without.send("GET", "/functions/playground" + path, BodyPublishers.noBody()).statusCode())
					.isIn(404, 405);
			}
			assertThat(without.post(RUN, new byte[0], "Content-Type", "application/json").statusCode()).isEqualTo(404);
			assertThat(without.post("/functions/add", "[1, 2]".getBytes(StandardCharsets.UTF_8))
				.headers()
				.firstValue("Server-Timing")).isEmpty();
		}
	}

	@Test
	void developerToolsSwitchItOn() {
		assertThat(MainResources.read("META-INF/spring-devtools.properties"))
			.contains("defaults.wasm.web.playground.enabled=true");
	}

	@ParameterizedTest
	@CsvSource({ "'', text/html", "/playground.js, text/javascript", "/playground.css, text/css",
			"/icon.svg, image/svg+xml" })
	void nothingOfThePageIsInlineOrFromElsewhere(String path, String type) throws Exception {
		HttpResponse<byte[]> response = get(path);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		String policy = response.headers().firstValue("Content-Security-Policy").orElseThrow();
		assertThat(policy)
			.contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
			.doesNotContain("unsafe", "http", "*");
		assertThat(response.body()).asString()
			.doesNotContainPattern("(src|href)=\"(https?:)?//")
			.doesNotContainPattern("<script>|<style|\\son[a-z]+=|\\sstyle=|innerHTML|eval\\(");
	}

	@Test
	void theFrameOfAnswersRunsNothingOfThem() throws Exception {
		assertThat(get("/frame.html").headers().firstValue("Content-Security-Policy").orElseThrow())
			.startsWith("sandbox allow-scripts; default-src 'none'; script-src 'self'")
			.doesNotContain("allow-same-origin", "script-src 'unsafe", "connect-src");
	}

	@Test
	void otherFilesOfTheJarAreNotServed() throws Exception {
		assertThat(get("/index.html").statusCode()).isEqualTo(404);
		assertThat(get("/..%2FPlaygroundController.class").statusCode()).isIn(400, 404);
		assertThat(get("/PlaygroundController.class").statusCode()).isEqualTo(404);
	}

	@Test
	void functionsAreListedWithWhatThePageShowsOfThem() throws Exception {
		JsonNode told = Server.json(get("/functions"));
		assertThat(told.path("functions").valueStream().map((one) -> one.path("name").stringValue()))
			.containsExactly("add", "echo", "order", "playground", "trap");
		JsonNode add = told.path("functions").path(0);
		assertThat(add.at("/kind").stringValue()).isEqualTo("numeric");
		assertThat(add.at("/example/text").stringValue()).isEqualTo("[1, 2]");
		assertThat(add.at("/limits/timeoutMillis").intValue()).isEqualTo(5_000);
		JsonNode order = told.path("functions").path(2);
		assertThat(order.at("/language").stringValue()).isEqualTo("javascript");
		assertThat(JsonMapper.shared().readTree(order.at("/example/text").stringValue()))
			.isEqualTo(JsonMapper.shared().readTree("{ \"count\": 3, \"kind\": \"a\", \"lines\": [ \"\" ] }"));
		assertThat(told.path("languages").valueStream().map((one) -> one.path("name").stringValue()))
			.containsExactlyInAnyOrder("javascript", "python", "ruby", "php");
	}

	@Test
	void callsAreCountedAndTimedHoweverTheyEnd() throws Exception {
		HttpResponse<byte[]> added = server.post("/functions/add", "[1, 2]".getBytes(StandardCharsets.UTF_8));
		assertThat(added.headers().firstValue("Server-Timing").orElseThrow())
			.matches("cold;dur=\\d+\\.\\d+, call;dur=\\d+\\.\\d+");
		HttpResponse<byte[]> refused = server.post("/functions/add", "1".getBytes(StandardCharsets.UTF_8));
		assertThat(refused.headers().firstValue("Server-Timing").orElseThrow()).matches("call;dur=\\d+\\.\\d+");
		assertThat(server.post("/functions/trap", new byte[0]).headers().firstValue("Server-Timing").orElseThrow())
			.contains("cold;dur=");
		for (int i = 0; i < PlaygroundCalls.REMEMBERED; i++) {
			server.post("/functions/echo", new byte[] { 1 });
		}
		JsonNode told = Server.json(get("/calls/add"));
		assertThat(told.at("/calls/success").intValue()).isEqualTo(1);
		assertThat(told.at("/calls/invalid-input").intValue()).isEqualTo(1);
		assertThat(told.at("/recent/0/outcome").stringValue()).isEqualTo("success");
		assertThat(told.at("/recent/1/coldStartMillis").isNull()).isTrue();
		server.post("/functions/echo", new byte[] { 1 });
		assertThat(Server.json(get("/calls/echo")).path("recent").size()).isEqualTo(PlaygroundCalls.REMEMBERED);
		assertThat(get("/calls/missing").statusCode()).isEqualTo(404);
	}

	@Test
	void aFunctionOfTheNameOfThePageIsCalledAndThePageIsRead() throws Exception {
		assertThat(server.post("/functions/playground", new byte[] { 7 }).body()).containsExactly(7);
		assertThat(get("").body()).asString().contains("<title>Playground</title>");
	}

	@ParameterizedTest
	@ValueSource(strings = { "javascript", "python", "ruby", "php" })
	void theScriptToBeginWithRuns(String language) throws Exception {
		String source = Server.json(get("/functions"))
			.path("languages")
			.valueStream()
			.filter((one) -> one.path("name").stringValue().equals(language))
			.findFirst()
			.orElseThrow()
			.path("example")
			.stringValue();
		JsonNode told = Server.json(run(language, source, "{ \"name\": \"World\" }"));
		assertThat(told.path("outcome").stringValue()).as(told.toString()).isEqualTo("success");
		assertThat(told.path("contentType").stringValue()).isEqualTo("application/json");
		assertThat(new String(Base64.getDecoder().decode(told.path("output").stringValue()), StandardCharsets.UTF_8))
			.isEqualTo("{\"greeting\":\"Hello, World!\"}");
		assertThat(told.path("coldStartMillis").doubleValue()).isPositive();
	}

	@Test
	void whatGoesWrongWithAScriptIsToldWithItsPlace() throws Exception {
		JsonNode broken = Server.json(run("javascript", "export function handle( {", "{}"));
		assertThat(broken.path("outcome").stringValue()).isEqualTo("not-compiled");
		assertThat(broken.at("/error/line").intValue()).isEqualTo(1);
		JsonNode thrown = Server
			.json(run("javascript", "export function handle() {\n  throw new TypeError('no');\n}", "{}"));
		assertThat(thrown.path("outcome").stringValue()).isEqualTo("error");
		assertThat(thrown.at("/error/type").stringValue()).isEqualTo("TypeError");
		assertThat(thrown.at("/error/message").stringValue()).isEqualTo("no");
		assertThat(thrown.at("/error/line").intValue()).isEqualTo(2);
		assertThat(Server.json(run("javascript", "export function handle() { for (;;); }", "{}"))
			.path("outcome")
			.stringValue()).isEqualTo("timeout");
	}

	@Test
	void eachRunHasAFreshSandboxAndNothingIsLeft() throws Exception {
		String counting = "globalThis.n = 0; export function handle() { return ++globalThis.n; }";
		for (int i = 0; i < 3; i++) {
			assertThat(Server.json(run("javascript", counting, "{}")).path("output").stringValue())
				.isEqualTo(Base64.getEncoder().encodeToString(new byte[] { '1' }));
		}
		assertThat(server.context().getBean(dev.wasmspring.function.WasmScripts.class).count()).isZero();
	}

	@Test
	void noOtherSiteRunsScripts() throws Exception {
		String source = "export function handle() { return 1; }";
		assertThat(run("javascript", source, "{}", "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Sec-Fetch-Site", "none").statusCode()).isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Origin", "null").statusCode()).isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Origin", "http://localhost:" + (server.port() + 1)).statusCode())
			.isEqualTo(403);
		assertThat(run("javascript", source, "{}", "Origin", "http://localhost:" + server.port()).statusCode())
			.isEqualTo(200);
		assertThat(run("javascript", source, "{}", "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(200);
		byte[] form = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"
			.getBytes(StandardCharsets.UTF_8);
		for (String type : List.of("text/plain", "application/x-www-form-urlencoded",
				"multipart/form-data; boundary=x")) {
			assertThat(server.post(RUN, form, "Content-Type", type).statusCode()).as(type).isEqualTo(415);
		}
		assertThat(server.post(RUN, form).statusCode()).isEqualTo(415);
		assertThat(server.send("GET", RUN, BodyPublishers.noBody()).statusCode()).isIn(404, 405);
	}

	@Test
	void whatIsNoScriptIsRefused() throws Exception {
		assertThat(run("cobol", "", "").statusCode()).isEqualTo(400);
		assertThat(run("dotnet", "", "").statusCode()).isEqualTo(400);
		assertThat(server.post(RUN, "[]".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json")
			.statusCode()).isEqualTo(400);
		assertThat(run("javascript", "/" + "*".repeat(1 << 20) + "/", "").statusCode()).isEqualTo(413);
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
