package dev.wasmspring.web;

import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "wasm.locations=classpath*:/fixtures/*.wasm", "wasm.invalid-modules=skip",
				"wasm.limits.timeout=20s", "wasm.limits.input=64KB", "wasm.limits.output=64KB",
				"wasm.functions.spin.limits.timeout=200ms", "wasm.functions.spin.limits.concurrency=1",
				"wasm.functions.hello.produces=text/plain;charset=UTF-8", "wasm.functions.hello.description=Greets",
				"wasm.functions.upper.consumes=text/*" })
@ExtendWith(OutputCaptureExtension.class)
class FunctionControllerTests {

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper json = JsonMapper.builder().build();

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/plain", "text/plain;charset=UTF-16", "image/png",
			"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/mixed",
			"application/xml", "application/problem+json" })
	void theBodyPassesByteForByteWhateverItsContentType(String contentType) throws Exception {
		HttpResponse<byte[]> response = post("echo", allBytes(), "Content-Type", contentType);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo(allBytes());
		boolean form = contentType.startsWith("multipart") || contentType.contains("form");
		assertThat(response.headers().firstValue("Content-Type").orElseThrow().replace(" ", ""))
			.isEqualToIgnoringCase(form ? "application/octet-stream" : contentType.replace(" ", ""));
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
	}

	@Test
	void aGuestGoesAsDeepAsPromisedAtItsFirstCall() throws Exception {
		HttpResponse<byte[]> response = post("rec40", "3000".getBytes(StandardCharsets.US_ASCII));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).asString().isEqualTo("3.69123E9");
		HttpResponse<byte[]> tooDeep = post("rec40", "1000000".getBytes(StandardCharsets.US_ASCII));
		assertThat(tooDeep.statusCode()).isEqualTo(500);
		assertThat(tooDeep.body()).asString().contains("urn:wasm:problem:trap", "call stack exhausted");
	}

	@Test
	void theBodyPassesByteForByteWithoutAContentType() throws Exception {
		HttpResponse<byte[]> response = post("echo", allBytes());
		assertThat(response.body()).isEqualTo(allBytes());
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "*/*", "text/*", "text/plain, text/html" })
	void aContentTypeThatIsNoneIsNotEchoed(String contentType) throws Exception {
		HttpResponse<byte[]> response = post("echo", allBytes(), "Content-Type", contentType);
		assertThat(response.body()).isEqualTo(allBytes());
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "application/json", "image/png", "*/*" })
	void theAcceptHeaderChangesNothing(String accept) throws Exception {
		HttpResponse<byte[]> response = post("echo", allBytes(), "Accept", accept, "Content-Type", "text/plain");
		assertThat(response.body()).isEqualTo(allBytes());
		HttpResponse<byte[]> problem = post("trap", new byte[0], "Accept", accept);
		assertThat(problem.statusCode()).isEqualTo(500);
		assertThat(problem.headers().firstValue("Content-Type")).hasValue("application/problem+json");
	}

	@Test
	void whatAFunctionProducesGoesBeforeTheContentTypeOfTheRequest() throws Exception {
		HttpResponse<byte[]> response = post("hello", new byte[0], "Content-Type", "image/png");
		assertThat(response.body()).asString().isEqualTo("Hello\n");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
	}

	@Test
	void numbersAreJson() throws Exception {
		HttpResponse<byte[]> response = post("add", "[40, 2]".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/x-www-form-urlencoded");
		assertThat(response.body()).asString().isEqualTo("42");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void aFunctionThatConsumesSomethingRefusesEverythingElse() throws Exception {
		assertThat(post("upper", "a".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/csv").body()).asString()
			.isEqualTo("A");
		HttpResponse<byte[]> refused = post("upper", "a".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/json");
		assertThat(refused.statusCode()).isEqualTo(415);
		assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(refused.headers().firstValue("Accept")).hasValue("text/*");
	}

	@Test
	void noHeaderOfTheRequestIsEchoed() throws Exception {
		HttpResponse<byte[]> response = post("echo", allBytes(), "Authorization", "Bearer secret", "X-Mine", "secret");
		assertThat(response.headers().map().toString()).doesNotContain("secret").doesNotContainIgnoringCase("x-mine");
	}

	@Test
	void twoCallsToAModuleThatCountsAnswerTheSame() throws Exception {
		List<CompletableFuture<HttpResponse<byte[]>>> calls = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			calls.add(this.http.sendAsync(request("counter", new byte[0]), BodyHandlers.ofByteArray()));
		}
		for (CompletableFuture<HttpResponse<byte[]>> call : calls) {
			HttpResponse<byte[]> response = call.get();
			// With 200 calls at once the concurrency limit may be reached
			assertThat(response.statusCode()).isIn(200, 503);
			if (response.statusCode() == 200) {
				assertThat(response.body()).asString().isEqualTo("2");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "missing, unknown-function, 404", "truncated, unknown-function, 404", "divide, invalid-input, 400",
			"trap, trap, 500", "recurse, trap, 500", "out_of_bounds, trap, 500", "exit3, exit, 500",
			"flood, bad-output, 502", "huge_result, bad-output, 502", "bad_pointer, bad-output, 502",
			"spin, timeout, 504" })
	void aCallThatFailsAnswersWithAProblemDocument(String function, String outcome, int status) throws Exception {
		HttpResponse<byte[]> response = post(function, new byte[0], "Content-Type", "text/plain");
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		JsonNode problem = this.json.readTree(response.body());
		assertThat(problem.get("type").asString()).isEqualTo("urn:wasm:problem:" + outcome);
		assertThat(problem.get("status").asInt()).isEqualTo(status);
		assertThat(problem.get("function").asString()).isEqualTo(function);
		assertThat(problem.get("title").asString()).isNotBlank();
		assertThat(problem.get("detail").asString()).isNotBlank();
		assertThat(problem.toString()).doesNotContain("dylibso", "java.", "wasmspring", "Exception", ".wasm");
	}

	@Test
	void aProblemCarriesTheExitCodeAndNeverStandardError(CapturedOutput log) throws Exception {
		HttpResponse<byte[]> response = post("exit3", new byte[0]);
		assertThat(this.json.readTree(response.body()).get("exitCode").asInt()).isEqualTo(3);
		assertThat(response.body()).asString().doesNotContain("secret", "passwd");
		assertThat(log).contains("secret detail /etc/passwd");
	}

	@Test
	void aBodyThatIsTooLargeIsRefusedWithoutASandbox() throws Exception {
		assertThat(post("echo", new byte[64 * 1024]).statusCode()).isEqualTo(200);
		HttpResponse<byte[]> response = post("echo", new byte[64 * 1024 + 1]);
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(this.json.readTree(response.body()).get("type").asString())
			.isEqualTo("urn:wasm:problem:input-limit");
	}

	@Test
	void aBodyThatNeverEndsIsRefusedAsSoonAsItIsTooLarge() throws Exception {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write(
					"POST /functions/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Length: 1000000000\r\n\r\n"
						.getBytes(StandardCharsets.US_ASCII));
			out.write(new byte[65 * 1024]);
			out.flush();
			byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 413".length());
			assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
		}
	}

	@Test
	void aCallBeyondTheConcurrencyLimitIsRejectedAndMayBeTriedAgain() throws Exception {
		List<CompletableFuture<HttpResponse<byte[]>>> calls = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			calls.add(this.http.sendAsync(request("spin", new byte[0]), BodyHandlers.ofByteArray()));
		}
		List<Integer> statuses = new ArrayList<>();
		for (CompletableFuture<HttpResponse<byte[]>> call : calls) {
			HttpResponse<byte[]> response = call.get();
			statuses.add(response.statusCode());
			if (response.statusCode() == 503) {
				assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
			}
		}
		assertThat(statuses).contains(503, 504).containsOnly(503, 504);
		assertThat(post("spin", new byte[0]).statusCode()).isEqualTo(504);
	}

	@Test
	void onlyFunctionsFromModulesAreReachable() throws Exception {
		for (String bean : List.of("ordinaryFunction", "functionRouter", "wasmFunctions", "functionCatalog")) {
			assertThat(post(bean, new byte[0]).statusCode()).as(bean).isEqualTo(404);
		}
	}

	@Test
	void theFunctionsAreListedWithWhatACallerMustKnow() throws Exception {
		HttpResponse<byte[]> response = this.http.send(
				HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/functions")).build(),
				BodyHandlers.ofByteArray());
		List<JsonNode> functions = new ArrayList<>();
		this.json.readTree(response.body()).forEach(functions::add);
		assertThat(functions).extracting((function) -> function.get("name").asString())
			.contains("add", "echo", "multi-first", "multi-rest", "hello")
			.doesNotContain("truncated", "ordinaryFunction")
			.isSorted();
		JsonNode hello = functions.stream()
			.filter((function) -> function.get("name").asString().equals("hello"))
			.findFirst()
			.orElseThrow();
		assertThat(hello.get("kind").asString()).isEqualTo("command");
		assertThat(hello.get("description").asString()).isEqualTo("Greets");
		assertThat(hello.get("produces").asString()).isEqualTo("text/plain;charset=UTF-8");
	}

	@Test
	void nothingThatAGuestDoesShowsTheHost() throws Exception {
		List<HttpResponse<byte[]>> failures = new ArrayList<>();
		for (int kind = 1; kind < 30; kind++) {
			failures.add(post("every_kind", ("[0," + kind + "]").getBytes(StandardCharsets.UTF_8)));
		}
		for (String function : List.of("exit3", "command_trap", "recurse", "uncaught", "bad_pointer", "huge_result",
				"wrapping_result", "alloc_fails", "alloc_outside", "alloc_traps", "bytes_trap", "flood", "truncated",
				"read_file", "spin")) {
			failures.add(post(function, new byte[0]));
		}
		assertThat(failures).filteredOn((response) -> response.statusCode() >= 400).hasSizeGreaterThan(35);
		for (HttpResponse<byte[]> response : failures) {
			String shown = response.headers().map() + new String(response.body(), StandardCharsets.UTF_8);
			assertThat(shown).doesNotContain("java", "chicory", "wasmspring", "Exception", "Throwable", "\tat ",
					".wasm", "secret", System.getProperty("user.dir"));
		}
	}

	private HttpResponse<byte[]> post(String function, byte[] body, String... headers) throws Exception {
		return this.http.send(request(function, body, headers), BodyHandlers.ofByteArray());
	}

	private HttpRequest request(String function, byte[] body, String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/functions/" + function))
			.POST(BodyPublishers.ofByteArray(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return request.build();
	}

	private static byte[] allBytes() {
		byte[] bytes = new byte[256];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Function<String, String> ordinaryFunction() {
			return (input) -> input;
		}

	}

}
