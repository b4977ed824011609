package dev.wasmspring.web;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.schema.InputViolation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Functions that bring schemas, from their files to problem documents.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaValidationTests {

	private static final String SCHEMA = """
			{ "input": { "type": "object", "required": [ "total" ],
			    "properties": { "total": { "type": "number", "minimum": 0 } } } }""";

	@TempDir
	private Path folder;

	@BeforeEach
	void modules() throws Exception {
		Files.write(this.folder.resolve("echo.wasm"), Fixtures.bytes("echo"));
		Files.write(this.folder.resolve("add.wasm"), Fixtures.bytes("add"));
		Files.write(this.folder.resolve("multi.wasm"), Fixtures.bytes("multi"));
	}

	private Server start(String... properties) {
		String[] all = new String[properties.length + 1];
		all[0] = "wasm.locations=file:" + this.folder + "/*";
		System.arraycopy(properties, 0, all, 1, properties.length);
		return Server.start("tomcat", Nothing.class, all);
	}

	private void schema(String function, String schema) throws Exception {
		Files.writeString(this.folder.resolve(function + ".schema.json"), schema);
	}

	@Test
	void anInputThatIsNotAsTheSchemaHasItIsInvalidAndHasNoSandbox() throws Exception {
		schema("echo", SCHEMA);
		try (Server server = start()) {
			HttpResponse<byte[]> right = server.post("/functions/echo", bytes("{\"total\": 1}"));
			assertThat(right.statusCode()).isEqualTo(200);
			assertThat(right.body()).asString().isEqualTo("{\"total\": 1}");
			HttpResponse<byte[]> wrong = server.post("/functions/echo", bytes("{\"total\": -1}"), "Content-Type",
					"application/json");
			assertThat(wrong.statusCode()).isEqualTo(400);
			assertThat(wrong.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			JsonNode problem = Server.json(wrong);
			assertThat(problem.path("type").stringValue()).isEqualTo("urn:wasm:problem:invalid-input");
			assertThat(problem.path("function").stringValue()).isEqualTo("echo");
			assertThat(problem.path("detail").stringValue()).contains("'/total'", "minimum");
			assertThat(problem.path("errors").size()).isEqualTo(1);
			assertThat(problem.path("errors").path(0).path("pointer").stringValue()).isEqualTo("/total");
			assertThat(problem.path("errors").path(0).path("detail").stringValue()).contains("minimum");
			WasmFunction echo = server.context().getBean(WasmFunctions.class).get("echo");
			assertThat(echo.statistics().sandboxesCreated()).isEqualTo(1);
			assertThat(echo.statistics().calls(Outcome.INVALID_INPUT)).isEqualTo(1);
			assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> echo.apply("[]"))
				.satisfies((exception) -> assertThat(exception.violations()).extracting(InputViolation::pointer)
					.containsExactly(""));
		}
	}

	@Test
	void noContentTypeIsAWayPastTheSchema() throws Exception {
		schema("echo", SCHEMA);
		try (Server server = start()) {
			for (String type : List.of("text/plain", "application/octet-stream", "image/png",
					"application/x-www-form-urlencoded", "nonsense")) {
				assertThat(server.post("/functions/echo", bytes("total=1"), "Content-Type", type).statusCode()).as(type)
					.isEqualTo(400);
				assertThat(server.post("/functions/echo", bytes("{\"total\": 1}"), "Content-Type", type).statusCode())
					.as(type)
					.isEqualTo(200);
			}
		}
	}

	@Test
	void theSchemaOfAFunctionThatConsumesTextSpeaksOfAString() throws Exception {
		schema("echo", "{ \"input\": { \"type\": \"string\", \"maxLength\": 5 } }");
		try (Server server = start("wasm.functions.echo.consumes=text/*")) {
			assertThat(server.post("/functions/echo", bytes("short"), "Content-Type", "text/plain").statusCode())
				.isEqualTo(200);
			assertThat(server.post("/functions/echo", bytes("longer"), "Content-Type", "text/plain").statusCode())
				.isEqualTo(400);
		}
	}

	@Test
	void numbersCanHaveASchemaToo() throws Exception {
		schema("add", "{ \"input\": { \"type\": \"array\", \"items\": { \"maximum\": 10 } } }");
		try (Server server = start()) {
			assertThat(server.post("/functions/add", bytes("[1, 2]")).body()).asString().isEqualTo("3");
			assertThat(Server.json(server.post("/functions/add", bytes("[1, 11]")))
				.path("errors")
				.path(0)
				.path("pointer")
				.stringValue()).isEqualTo("/1");
		}
	}

	@Test
	void propertiesGoBeforeTheFileAndAreSchemasOrTheirLocations() throws Exception {
		schema("echo", SCHEMA);
		Path other = Files.writeString(this.folder.resolve("other.json"), "{ \"type\": \"integer\" }");
		try (Server server = start("wasm.functions.echo.input-schema=file:" + other,
				"wasm.functions.add.input-schema={ \"type\": \"array\" }")) {
			assertThat(server.post("/functions/echo", bytes("1")).statusCode()).isEqualTo(200);
			assertThat(server.post("/functions/echo", bytes("{\"total\": 1}")).statusCode()).isEqualTo(400);
			assertThat(server.post("/functions/add", bytes("1")).statusCode()).isEqualTo(400);
		}
	}

	@Test
	void eachFunctionOfAModuleHasAFileOfItsOwn() throws Exception {
		schema("multi-first", "{ \"input\": { \"const\": \"a\" } }");
		try (Server server = start()) {
			assertThat(server.post("/functions/multi-first", bytes("\"b\"")).statusCode()).isEqualTo(400);
			assertThat(server.post("/functions/multi-rest", bytes("\"b\"")).statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{ "input": { "type": "objct" } }                    | 'echo.schema.json' beside it cannot be used: Its schema of the input cannot be used: '#/type'
					{ "input": { "$ref": "http://localhost:1/a.json" } } | nothing is fetched
					{ "input":                                           | It is no JSON
					""")
	void aBrokenSchemaEndsTheStartOrItsModule(String schema, String reason, CapturedOutput output) throws Exception {
		schema("echo", schema);
		Throwable failure = catchThrowable(() -> start().close());
		assertThat(failure).hasStackTraceContaining("Module 'echo'").hasStackTraceContaining(reason);
		assertThat(output).contains("APPLICATION FAILED TO START", reason);
		try (Server server = start("wasm.invalid-modules=skip", "wasm.functions.echo.description=Echoes")) {
			assertThat(server.post("/functions/echo", bytes("1")).statusCode()).isEqualTo(404);
			assertThat(server.post("/functions/add", bytes("[1, 2]")).statusCode()).isEqualTo(200);
			assertThat(server.context().getBean(WasmFunctions.class).rejected()).singleElement()
				.satisfies((rejection) -> assertThat(rejection.reason()).contains(reason));
		}
	}

	@Test
	void aSchemaForWhatIsNeitherJsonNorTextIsRefused() throws Exception {
		schema("echo", SCHEMA);
		assertThat(catchThrowable(() -> start("wasm.functions.echo.consumes=image/png").close()))
			.hasStackTraceContaining("neither JSON nor text");
		assertThat(catchThrowable(() -> start("wasm.functions.echo.input-schema=classpath:nowhere.json").close()))
			.hasStackTraceContaining("'wasm.functions.echo.input-schema' ('classpath:nowhere.json')");
	}

	@Test
	void aSchemaThatChangesIsPickedUpAndABrokenOneKeepsTheOneBefore() throws Exception {
		schema("echo", SCHEMA);
		try (Server server = start("wasm.reload=true", "wasm.reload-interval=50ms")) {
			assertThat(server.post("/functions/echo", bytes("[]")).statusCode()).isEqualTo(400);
			schema("echo", "{ \"input\": { \"type\": \"array\" } }");
			await(() -> server.post("/functions/echo", bytes("[]")).statusCode() == 200);
			schema("echo", "{ \"input\": { \"type\": \"nothing\" } }");
			await(() -> !server.context().getBean(WasmFunctions.class).rejected().isEmpty());
			assertThat(server.post("/functions/echo", bytes("[]")).statusCode()).isEqualTo(200);
			assertThat(server.post("/functions/echo", bytes("{}")).statusCode()).isEqualTo(400);
			Files.delete(this.folder.resolve("echo.schema.json"));
			await(() -> server.post("/functions/echo", bytes("{}")).statusCode() == 200);
			assertThat(server.context().getBean(WasmFunctions.class).rejected()).isEmpty();
		}
	}

	private static void await(Condition condition) throws Exception {
		for (int i = 0; i < 600 && !condition.holds(); i++) {
			Thread.sleep(50);
		}
		assertThat(condition.holds()).isTrue();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private interface Condition {

		boolean holds() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
