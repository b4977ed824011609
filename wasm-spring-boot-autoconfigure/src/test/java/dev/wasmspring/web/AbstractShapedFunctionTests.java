package dev.wasmspring.web;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions that make more of HTTP than {@code POST}.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractShapedFunctionTests {

	private static final String JSON = "application/json";

	@TempDir
	static Path scripts;

	private final String kind;

	private Server server;

	AbstractShapedFunctionTests(String kind) {
		this.kind = kind;
	}

	@BeforeAll
	void start() throws Exception {
		// Answers with what it is sent, and with the request itself if that is nothing
		Files.writeString(scripts.resolve("mirror.js"),
				"export const handle = (request, metadata) => request.body?.answer ?? ({ body: { request, metadata: "
						+ "Object.keys(metadata).filter((name) => name.startsWith('x-') || name === 'authorization') } });");
		Files.writeString(scripts.resolve("shout.js"),
				"export const handle = (input) => (input === null) ? 'nothing' : String(input).toUpperCase();");
		Files.writeString(scripts.resolve("kind.js"), "export const handle = (input) => typeof input;");
		// Says of caches what it wants
		Files.writeString(scripts.resolve("tagged.js"), "export const handle = () => ({ headers: { ETag: '\"mine\"',"
				+ " 'Cache-Control': 'max-age=5', Vary: 'Origin' }, body: 'tagged' });");
		this.server = Server.start(this.kind, Nothing.class,
				"wasm.locations=" + List.of("echo", "cat", "cgi", "created", "add", "trap")
					.stream()
					.map((name) -> "classpath:/fixtures/" + name + ".wasm,")
					.reduce("", String::concat) + "file:" + scripts + "/*.js",
				"wasm.functions.mirror.http.shaped=true", "wasm.functions.mirror.http.safe=true",
				"wasm.functions.mirror.http.methods=post,PUT,DELETE",
				"wasm.functions.mirror.http.request-headers=X-Seen,Accept",
				"wasm.functions.mirror.http.response-headers=set-cookie", "wasm.functions.cat.http.shaped=true",
				"wasm.functions.cgi.http.shaped=true", "wasm.functions.cgi.http.safe=true",
				"wasm.functions.cgi.http.request-headers=x-seen", "wasm.functions.cgi.environment.SERVER_NAME=fixed",
				"wasm.functions.created.http.shaped=true", "wasm.functions.created.http.methods=PUT",
				"wasm.functions.echo.http.safe=true", "wasm.functions.echo.http.cache-control=max-age=60",
				"wasm.functions.shout.http.safe=true", "wasm.functions.add.http.safe=true",
				"wasm.functions.trap.http.safe=true", "wasm.functions.kind.http.safe=true",
				"wasm.functions.kind.consumes=application/json", "wasm.functions.tagged.http.shaped=true",
				"wasm.functions.tagged.http.safe=true", "wasm.functions.tagged.http.request-headers=X-Seen");
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void aScriptSeesTheRequest() throws Exception {
		HttpResponse<byte[]> response = this.server.send("PUT", "/functions/mirror/any/r%C3%A9st?a=1&b=%20&a=2&c",
				BodyPublishers.ofString("{\"n\":1.50}"), "Content-Type", JSON, "X-Seen", "yes", "X-Hidden", "no",
				"Authorization", "Basic eDp5");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
		JsonNode answer = Server.json(response);
		JsonNode request = answer.path("request");
		assertThat(request.path("method").asString()).isEqualTo("PUT");
		assertThat(request.path("path").asString()).isEqualTo("/any/rést");
		assertThat(request.path("query").toString()).isEqualTo("{\"a\":[\"1\",\"2\"],\"b\":[\" \"],\"c\":[\"\"]}");
		assertThat(request.path("headers").toString())
			.isEqualTo("{\"content-type\":\"application/json\",\"x-seen\":\"yes\"}");
		assertThat(request.path("body").toString()).isEqualTo("{\"n\":1.5}");
		assertThat(answer.path("metadata").toString()).isEqualTo("[\"x-seen\"]");
		assertThat(Server.json(this.server.post("/functions/mirror", new byte[0], "X-Seen", "one", "X-Seen", "two"))
			.path("request")
			.path("headers")
			.path("x-seen")
			.asString()).isEqualTo("one, two");
	}

	@Test
	void bodiesStandInTheEnvelopeAsWhatTheyAre() throws Exception {
		assertThat(body("", "text/plain").path("body").isMissingNode()).isTrue();
		assertThat(body("hä", "text/plain").path("body").asString()).isEqualTo("hä");
		assertThat(body("a=b", "application/x-www-form-urlencoded").path("body").asString()).isEqualTo("a=b");
		assertThat(body("abc", "image/png").path("bodyBase64").asString()).isEqualTo("YWJj");
		assertThat(body("[1, [true, null]]", "application/problem+json").path("body").toString())
			.isEqualTo("[1,[true,null]]");
		for (String broken : List.of("{", "1 2", "{\"a\":}", "nul", "\"\n\"", "[".repeat(5_000))) {
			problem(this.server.post("/functions/mirror", broken.getBytes(StandardCharsets.UTF_8), "Content-Type",
					JSON), 400, "invalid-input");
		}
		problem(this.server.post("/functions/mirror", new byte[] { (byte) 0xff }, "Content-Type", "text/plain"), 400,
				"invalid-input");
	}

	private JsonNode body(String body, String contentType) throws Exception {
		return Server
			.json(this.server.post("/functions/mirror", body.getBytes(StandardCharsets.UTF_8), "Content-Type",
					contentType))
			.path("request");
	}

	@Test
	void aScriptShapesTheAnswer() throws Exception {
		HttpResponse<byte[]> response = answer("""
				{"status":404,"headers":{"X-A":["1","2"],"x-n":3,"Content-Type":"text/html","Set-Cookie":"a=b"},
				 "body":"<p>ä</p>"}""");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().allValues("X-A")).containsExactly("1", "2");
		assertThat(response.headers().firstValue("X-N")).hasValue("3");
		assertThat(response.headers().firstValue("Set-Cookie")).hasValue("a=b");
		assertThat(response.headers().firstValue("Content-Type").orElseThrow())
			.isEqualToIgnoringCase("text/html;charset=UTF-8");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(response.body()).asString().isEqualTo("<p>ä</p>");
		assertThat(answer("{}").body()).isEmpty();
		assertThat(answer("{}").headers().firstValue("Content-Type")).isEmpty();
		assertThat(answer("{\"status\":204}").statusCode()).isEqualTo(204);
		assertThat(answer("{\"status\":303,\"headers\":{\"location\":\"/x\"}}").headers().firstValue("Location"))
			.hasValue("/x");
		assertThat(answer("{\"bodyBase64\":\"AAH/\"}").body()).containsExactly(0, 1, 255);
		assertThat(answer("{\"body\":[1,\"x\"]}").body()).asString().isEqualTo("[1,\"x\"]");
		assertThat(answer("{\"body\":false}").body()).asString().isEqualTo("false");
		assertThat(answer("{\"body\":\"ä\",\"headers\":{\"content-type\":\"text/plain;charset=ISO-8859-1\"}}").body())
			.containsExactly(0xe4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"status\":101}", "{\"status\":99}", "{\"status\":600}", "{\"status\":\"200\"}",
			"{\"status\":200.5}", "{\"status\":99999999999999999999}", "{\"stauts\":200}", "[]", "7", "\"text\"",
			"{\"headers\":[]}", "{\"headers\":{\"a\":null}}", "{\"headers\":{\"a\":{}}}", "{\"headers\":{\"\":\"x\"}}",
			"{\"headers\":{\"a b\":\"x\"}}", "{\"headers\":{\"a:\":\"x\"}}",
			"{\"headers\":{\"x-a\":\"b\\r\\nSet-Cookie: c=d\"}}", "{\"headers\":{\"x-a\":\"b\\nc\"}}",
			"{\"headers\":{\"x-a\\r\\nb\":\"c\"}}", "{\"headers\":{\"x-a\":\"\\u0000\"}}",
			"{\"headers\":{\"x-a\":\"\\u010d\\u010a\"}}", "{\"headers\":{\"Transfer-Encoding\":\"chunked\"}}",
			"{\"headers\":{\"Connection\":\"close\"}}", "{\"headers\":{\"Upgrade\":\"h2c\"}}",
			"{\"headers\":{\"keep-alive\":\"timeout=5\"}}", "{\"headers\":{\"Trailer\":\"x\"}}",
			"{\"headers\":{\"Content-Length\":\"5\"},\"body\":\"x\"}", "{\"headers\":{\"Content-Type\":\"nonsense\"}}",
			"{\"headers\":{\"Content-Type\":\"*/*\"}}", "{\"headers\":{\"Content-Type\":[\"a/b\",\"c/d\"]}}",
			"{\"headers\":{\"Access-Control-Allow-Origin\":\"*\"}}", "{\"headers\":{\"X-Accel-Redirect\":\"/etc\"}}",
			"{\"headers\":{\"Strict-Transport-Security\":\"max-age=0\"}}", "{\"headers\":{\"ETag\":\"none\"}}",
			"{\"status\":204,\"body\":\"x\"}", "{\"status\":205,\"body\":\"x\"}", "{\"status\":304,\"body\":\"x\"}",
			"{\"body\":1,\"bodyBase64\":\"AA==\"}", "{\"bodyBase64\":\"%\"}", "{\"bodyBase64\":{}}",
			"{\"body\":\"\\u20ac\",\"headers\":{\"content-type\":\"text/plain;charset=ISO-8859-1\"}}" })
	void nothingThatAScriptSaysBreaksTheResponse(String answer) throws Exception {
		problem(answer(answer), 502, "bad-output");
		assertThat(answer("{\"body\":\"next\"}").body()).asString().isEqualTo("next");
	}

	@Test
	void manyAndLongHeadersAreBadOutput() throws Exception {
		problem(answer("{\"headers\":{\"x-a\":\"" + "a".repeat(5_000) + "\"}}"), 502, "bad-output");
		problem(answer("{\"headers\":{\"x-a\":[" + "\"a\",".repeat(99) + "\"a\"]}}"), 502, "bad-output");
		assertThat(answer("{\"headers\":{\"x-a\":\"" + "a".repeat(4_000) + "\"}}").statusCode()).isEqualTo(200);
	}

	private HttpResponse<byte[]> answer(String answer) throws Exception {
		return this.server.post("/functions/mirror", ("{\"answer\":" + answer + "}").getBytes(StandardCharsets.UTF_8),
				"Content-Type", JSON);
	}

	@Test
	void anExportedFunctionShapesTheAnswer() throws Exception {
		HttpResponse<byte[]> response = this.server.send("PUT", "/functions/created", BodyPublishers.noBody());
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().firstValue("Location")).hasValue("/orders/1");
		assertThat(response.headers().allValues("X-By")).containsExactly("a", "b");
		assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
		assertThat(response.body()).asString().isEqualTo("{\"id\":1.50}");
		HttpResponse<byte[]> refused = this.server.post("/functions/created", new byte[0]);
		problem(refused, 405, "method-not-allowed");
		assertThat(refused.headers().firstValue("Allow")).hasValue("PUT");
	}

	@Test
	void aCommandSeesVariablesAndShapesTheAnswer() throws Exception {
		HttpResponse<byte[]> response = this.server.post("/functions/cgi/a%20b?x=%20y", "input".getBytes(),
				"Content-Type", "text/x", "X-Seen", "yes", "X-Hidden", "no", "Proxy", "http://evil");
		assertThat(response.statusCode()).isEqualTo(207);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
		assertThat(response.headers().firstValue("X-By")).hasValue("cgi");
		String[] parts = new String(response.body(), StandardCharsets.UTF_8).split("\n\n");
		assertThat(parts[1]).isEqualTo("input");
		assertThat(parts[0].lines())
			.contains("REQUEST_METHOD=POST", "PATH_INFO=/a b", "QUERY_STRING=x=%20y", "SCRIPT_NAME=/functions/cgi",
					"CONTENT_TYPE=text/x", "CONTENT_LENGTH=5", "HTTP_X_SEEN=yes", "GATEWAY_INTERFACE=CGI/1.1",
					"SERVER_SOFTWARE=wasm", "SERVER_NAME=fixed", "SERVER_PROTOCOL=HTTP/1.1",
					"SERVER_PORT=" + this.server.port())
			.noneMatch((line) -> line.startsWith("HTTP_PROXY") || line.startsWith("HTTP_X_HIDDEN")
					|| line.startsWith("HTTP_HOST"));
		HttpResponse<byte[]> head = this.server.send("HEAD", "/functions/cgi", BodyPublishers.noBody());
		assertThat(head.statusCode()).isEqualTo(207);
		assertThat(head.body()).isEmpty();
	}

	@Test
	void whatACommandPrintsIsAnAnswerOrBadOutput() throws Exception {
		HttpResponse<byte[]> found = cat("Location: /there\r\nX-A: b\r\n\r\n");
		assertThat(found.statusCode()).isEqualTo(302);
		assertThat(found.headers().firstValue("Location")).hasValue("/there");
		HttpResponse<byte[]> created = cat("status: 201\nlocation: /new\ncontent-length: 3\n\nabc");
		assertThat(created.statusCode()).isEqualTo(201);
		assertThat(created.body()).asString().isEqualTo("abc");
		for (String output : List.of("", "hello", "\n\nhello", "hello\n\n", "Status: 200 OK\r\n", "Status: 1\n\n",
				"Status: 100 Continue\n\n", "Status: 200\nStatus: 200\n\n", "Status: 99999999999\n\n",
				"Content-Type: text/plain\nTransfer-Encoding: chunked\n\n0\n\n", "X-A: b\rSet-Cookie: c=d\n\n",
				"X-A: b\n c\n\n", "Set-Cookie: a=b\n\n", "X-A: \u0000\n\n", "X-A: ä\n\n", "Content-Length: 2\n\nabc",
				"Status: 204\n\nbody", "X-A: " + "a".repeat(9_000) + "\n\n")) {
			problem(cat(output), 502, "bad-output");
		}
		problem(this.server.send("GET", "/functions/cat", BodyPublishers.noBody()), 405, "method-not-allowed");
	}

	private HttpResponse<byte[]> cat(String output) throws Exception {
		return this.server.post("/functions/cat", output.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aSafeFunctionAnswersGetWithAnEntityTag() throws Exception {
		HttpResponse<byte[]> response = get("/functions/echo/caf%C3%A9/2");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).asString().isEqualTo("café/2");
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("max-age=60");
		String tag = response.headers().firstValue("ETag").orElseThrow();
		for (String kept : List.of(tag, "\"x\", " + tag, "W/" + tag, "*")) {
			HttpResponse<byte[]> same = get("/functions/echo/caf%C3%A9/2", "If-None-Match", kept);
			assertThat(same.statusCode()).as(kept).isEqualTo(304);
			assertThat(same.body()).isEmpty();
			assertThat(same.headers().firstValue("ETag")).hasValue(tag);
			assertThat(same.headers().firstValue("Cache-Control")).hasValue("max-age=60");
		}
		assertThat(get("/functions/echo/caf%C3%A9/2", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
		assertThat(get("/functions/echo/other", "If-None-Match", tag).statusCode()).isEqualTo(200);
		HttpResponse<byte[]> head = this.server.send("HEAD", "/functions/echo/abc", BodyPublishers.noBody());
		assertThat(head.statusCode()).isEqualTo(200);
		assertThat(head.headers().firstValue("Content-Length")).hasValue("3");
		assertThat(head.headers().firstValue("ETag")).isPresent();
		assertThat(head.body()).isEmpty();
		assertThat(get("/functions/echo").body()).isEmpty();
		assertThat(get("/functions/add/%5B20,22%5D").body()).asString().isEqualTo("42");
		assertThat(get("/functions/add/%5B20,22%5D").headers().firstValue("Cache-Control")).hasValue("no-cache");
		assertThat(get("/functions/shout/hello").body()).asString().isEqualTo("HELLO");
		assertThat(get("/functions/shout").body()).asString().isEqualTo("nothing");
		assertThat(get("/functions/kind/21").body()).asString().isEqualTo("number");
		problem(get("/functions/trap"), 500, "trap");
		problem(get("/functions/add/x"), 400, "invalid-input");
		assertThat(this.server.post("/functions/echo", "abc".getBytes(), "Content-Type", "a/b").body()).asString()
			.isEqualTo("abc");
		assertThat(this.server.post("/functions/echo", "abc".getBytes()).headers().firstValue("ETag")).isEmpty();
		HttpResponse<byte[]> below = this.server.post("/functions/echo/abc", "abc".getBytes());
		problem(below, 405, "method-not-allowed");
		assertThat(below.headers().firstValue("Allow").orElseThrow().replace(" ", "")).isEqualTo("GET,HEAD");
	}

	@Test
	void aFunctionMayHaveAnEntityTagOfItsOwnAndAnswersVaryWithWhatItSees() throws Exception {
		HttpResponse<byte[]> seen = get("/functions/mirror/x", "X-Seen", "1");
		assertThat(seen.headers().firstValue("Vary").orElseThrow()).contains("accept", "x-seen");
		assertThat(seen.headers().firstValue("ETag"))
			.isNotEqualTo(get("/functions/mirror/x", "X-Seen", "2").headers().firstValue("ETag"));
		assertThat(Server.json(seen).path("request").path("method").asString()).isEqualTo("GET");
		HttpResponse<byte[]> own = get("/functions/tagged");
		assertThat(own.headers().firstValue("ETag")).hasValue("\"mine\"");
		assertThat(own.headers().firstValue("Cache-Control")).hasValue("max-age=5");
		assertThat(own.headers().firstValue("Vary").orElseThrow()).contains("Origin", "x-seen");
		assertThat(get("/functions/tagged", "If-None-Match", "\"mine\"").statusCode()).isEqualTo(304);
	}

	@Test
	void onlyAnswersWith200AreForCaches() throws Exception {
		HttpResponse<byte[]> other = get("/functions/cgi", "If-None-Match", "*");
		assertThat(other.statusCode()).isEqualTo(207);
		assertThat(other.headers().map()).doesNotContainKeys("etag", "cache-control", "vary");
	}

	@Test
	void aFunctionTakesHeadForGet() throws Exception {
		HttpResponse<byte[]> head = this.server.send("HEAD", "/functions/mirror/x", BodyPublishers.noBody());
		assertThat(head.headers().firstValue("ETag")).isPresent()
			.isEqualTo(get("/functions/mirror/x").headers().firstValue("ETag"));
		assertThat(head.body()).isEmpty();
	}

	@Test
	void optionsAreThoseOfTheFunction() throws Exception {
		assertThat(allow("/functions/mirror")).isEqualTo("GET,HEAD,POST,PUT,DELETE,OPTIONS");
		assertThat(allow("/functions/mirror/below")).isEqualTo("GET,HEAD,POST,PUT,DELETE,OPTIONS");
		assertThat(allow("/functions/echo")).isEqualTo("GET,HEAD,POST,OPTIONS");
		assertThat(allow("/functions/echo/below")).isEqualTo("GET,HEAD,OPTIONS");
		problem(this.server.send("PATCH", "/functions/mirror", BodyPublishers.noBody()), 405, "method-not-allowed");
	}

	private String allow(String path) throws Exception {
		return this.server.send("OPTIONS", path, BodyPublishers.noBody()).headers().firstValue("Allow").orElseThrow();
	}

	private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
		return this.server.send("GET", path, BodyPublishers.noBody(), headers);
	}

	private static void problem(HttpResponse<byte[]> response, int status, String type) {
		assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(status);
		assertThat(Server.json(response).path("type").asString()).isEqualTo("urn:wasm:problem:" + type);
		assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
