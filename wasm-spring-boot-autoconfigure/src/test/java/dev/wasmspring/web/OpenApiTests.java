package dev.wasmspring.web;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Outcome;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The description of the endpoint in OpenAPI.
 */
class OpenApiTests {

	private static final String[] PROPERTIES = { "spring.application.name=Shop",
			"wasm.functions.hello.produces=text/html", "wasm.functions.upper.consumes=text/*",
			"wasm.functions.add.description=Adds two numbers", "wasm.functions.add.limits.timeout=250ms",
			"wasm.functions.add.limits.input=100B" };

	@TempDir
	private static Path folder;

	@BeforeAll
	static void modules() throws Exception {
		for (String fixture : List.of("add", "echo", "hello", "multi", "numbers", "trap", "upper")) {
			Files.write(folder.resolve(fixture + ".wasm"), Fixtures.bytes(fixture));
		}
		Files.write(folder.resolve("größe.wasm"), Fixtures.bytes("echo"));
		Files.write(folder.resolve("openapi.json.wasm"), Fixtures.bytes("echo"));
		Files.write(folder.resolve("listFunctions.wasm"), Fixtures.bytes("echo"));
		Files.writeString(folder.resolve("order.js"), "export function handle(input) { return input; }");
		Files.writeString(folder.resolve("order.schema.json"), """
				{ "$defs": { "Item": { "type": "object", "properties": { "price": { "type": "number" },
				    "parts": { "type": "array", "items": { "$ref": "#/$defs/Item" } } } } },
				  "input": { "type": "object", "required": [ "items" ],
				    "properties": { "items": { "type": "array", "items": { "$ref": "#/$defs/Item" } } },
				    "examples": [ { "items": [ { "price": 9.5 } ] } ] },
				  "output": { "$ref": "#/$defs/Item" } }""");
	}

	private static Server start(Class<?> configuration, String... properties) {
		return startOn("tomcat", configuration, properties);
	}

	private static Server startOn(String kind, Class<?> configuration, String... properties) {
		return Server.start(kind, configuration,
				Stream
					.concat(Stream.of("wasm.locations=file:" + folder + "/*"),
							Stream.concat(Stream.of(PROPERTIES), Stream.of(properties)))
					.toArray(String[]::new));
	}

	private static HttpResponse<byte[]> get(Server server, String path) throws Exception {
		return server.send("GET", path, BodyPublishers.noBody());
	}

	private static JsonNode document(Server server) throws Exception {
		HttpResponse<byte[]> response = get(server, "/functions/openapi.json");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		return Server.json(response);
	}

	@ParameterizedTest
	@CsvSource({ "tomcat, /functions", "tomcat, /", "tomcat, /fn/a", "netty, /functions", "netty, /" })
	void theDocumentIsValid(String kind, String path) throws Exception {
		try (Server server = startOn(kind, Nothing.class, "wasm.web.path=" + path)) {
			byte[] json = get(server, (path.equals("/") ? "" : path) + "/openapi.json").body();
			ParseOptions options = new ParseOptions();
			options.setResolve(true);
			SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(new String(json, StandardCharsets.UTF_8),
					null, options);
			assertThat(parsed.getMessages()).isEmpty();
			assertThat(parsed.getOpenAPI().getPaths()).hasSize(20);
			assertThat(parsed.getOpenAPI().getOpenapi()).startsWith("3.1");
		}
	}

	@Test
	void theValidatorFindsWhatIsNot() throws Exception {
		try (Server server = start(Nothing.class)) {
			String json = document(server).toString();
			for (String broken : List.of(json.replace("\"version\"", "\"vers\""),
					json.replace("\"description\":\"The output\",", ""),
					json.replace("\"operationId\":\"add\"", "\"operationId\":\"echo\""))) {
				assertThat(broken).isNotEqualTo(json);
				assertThat(new OpenAPIV3Parser().readContents(broken, null, null).getMessages()).isNotEmpty();
			}
		}
	}

	@Test
	void everySchemaInItIsOne() throws Exception {
		try (Server server = start(Nothing.class)) {
			JsonNode document = document(server);
			com.networknt.schema.Schema dialect = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
				.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
			List<JsonNode> schemas = Stream
				.concat(document.path("components").path("schemas").valueStream(),
						document.findValues("schema").stream())
				.toList();
			assertThat(schemas).hasSizeGreaterThan(20);
			assertThat(schemas).allSatisfy((schema) -> assertThat(dialect.validate(schema)).isEmpty());
			assertThat(document.findValuesAsString("$ref")).isNotEmpty()
				.allSatisfy((reference) -> assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference)
					.isFalse());
		}
	}

	@Test
	void itSaysOfEachFunctionWhatItTakesAndAnswersWithAndUnderWhichLimits() throws Exception {
		try (Server server = start(Nothing.class)) {
			JsonNode document = document(server);
			assertThat(document.at("/info/title").stringValue()).isEqualTo("Shop");
			JsonNode add = document.path("paths").path("/functions/add").path("post");
			assertThat(add.path("summary").stringValue()).isEqualTo("Adds two numbers");
			assertThat(add.path("operationId").stringValue()).isEqualTo("add");
			assertThat(add.at("/x-wasm/kind").stringValue()).isEqualTo("numeric");
			assertThat(add.at("/x-wasm/limits/timeout").stringValue()).isEqualTo("PT0.25S");
			assertThat(add.at("/x-wasm/limits/input").intValue()).isEqualTo(100);
			assertThat(add.at("/requestBody/content/application~1json/schema/items/format").stringValue())
				.isEqualTo("int32");
			assertThat(add.at("/requestBody/content/application~1json/schema/minItems").intValue()).isEqualTo(2);
			assertThat(add.at("/responses/200/content/application~1json/schema/type").stringValue())
				.isEqualTo("integer");
			assertThat(add.at("/responses/413/description").stringValue()).contains("100 bytes");
			assertThat(add.at("/responses/504/description").stringValue()).contains("250 ms");
			JsonNode paths = document.path("paths");
			assertThat(paths.at("/~1functions~1hello/post/responses/200/content/text~1html/schema/type").stringValue())
				.isEqualTo("string");
			assertThat(paths.at("/~1functions~1upper/post/requestBody/content/text~1*/schema/type").stringValue())
				.isEqualTo("string");
			assertThat(paths.at("/~1functions~1upper/post/responses/415").isMissingNode()).isFalse();
			JsonNode order = paths.at("/~1functions~1order/post");
			assertThat(order.at("/x-wasm/language").stringValue()).isEqualTo("javascript");
			assertThat(order.at("/requestBody/content/application~1json/schema/$ref").stringValue())
				.isEqualTo("#/components/schemas/order-input");
			assertThat(order.at("/requestBody/content/application~1json/example/items/0/price").doubleValue())
				.isEqualTo(9.5);
			assertThat(document.at("/components/schemas/order-input-Item/properties/parts/items/$ref").stringValue())
				.isEqualTo("#/components/schemas/order-input-Item");
			assertThat(paths.has("/functions/gr%C3%B6%C3%9Fe")).isTrue();
			assertThat(paths.at("/~1functions/get/operationId").stringValue()).isEqualTo("listFunctions_");
		}
	}

	@Test
	void everyOutcomeOfACallIsAmongItsResponses() throws Exception {
		try (Server server = start(Nothing.class)) {
			String paths = document(server).path("paths").toString();
			for (Outcome outcome : Outcome.values()) {
				if (outcome != Outcome.SUCCESS) {
					assertThat(paths).contains(outcome + ": ");
				}
			}
		}
	}

	@Test
	void aFunctionOfTheNameOfTheDocumentIsCalledAndTheDocumentIsRead() throws Exception {
		try (Server server = start(Nothing.class)) {
			assertThat(server.post("/functions/openapi.json", new byte[] { 1, 2 }).body()).containsExactly(1, 2);
			assertThat(document(server).path("paths").has("/functions/openapi.json")).isTrue();
		}
	}

	@Test
	void itKnowsWhereTheApplicationIs() throws Exception {
		try (Server server = start(Nothing.class, "server.servlet.context-path=/ctx", "spring.mvc.servlet.path=/api")) {
			JsonNode document = Server.json(get(server, "/ctx/api/functions/openapi.json"));
			assertThat(document.at("/servers/0/url").stringValue()).isEqualTo("/ctx");
			assertThat(document.path("paths").has("/api/functions/add")).isTrue();
			assertThat(server.post("/ctx/api/functions/add", "[1, 2]".getBytes(StandardCharsets.UTF_8)).body())
				.asString()
				.isEqualTo("3");
		}
	}

	@Test
	void itIsTheSameWithWebFlux() throws Exception {
		try (Server tomcat = start(Nothing.class); Server netty = startOn("netty", Nothing.class)) {
			assertThat(document(netty)).isEqualTo(document(tomcat));
			assertThat(get(netty, "/functions/openapi.json").headers().firstValue("X-Content-Type-Options"))
				.hasValue("nosniff");
			assertThat(netty.post("/functions/openapi.json", new byte[] { 1, 2 }).body()).containsExactly(1, 2);
		}
		try (Server netty = startOn("netty", Nothing.class, "spring.webflux.base-path=/ctx")) {
			JsonNode document = Server.json(get(netty, "/ctx/functions/openapi.json"));
			assertThat(document.at("/servers/0/url").stringValue()).isEqualTo("/ctx");
			assertThat(document.path("paths").has("/functions/add")).isTrue();
		}
		try (Server netty = startOn("netty", Nothing.class, "wasm.web.openapi.enabled=false")) {
			assertThat(get(netty, "/functions/openapi.json").statusCode()).isEqualTo(405);
		}
		try (Server netty = startOn("netty", Own.class, "wasm.web.path=/")) {
			assertThat(get(netty, "/openapi.json").body()).asString().isEqualTo("own");
		}
	}

	@Test
	void whatIsNotExposedIsNotInIt() throws Exception {
		for (String kind : List.of("tomcat", "netty")) {
			try (Server server = startOn(kind, Nothing.class, "wasm.web.exposure.exclude=upper",
					"wasm.functions.echo.web.enabled=false")) {
				JsonNode paths = document(server).path("paths");
				assertThat(paths.has("/functions/add")).isTrue();
				assertThat(paths.has("/functions/upper")).as(kind).isFalse();
				assertThat(paths.has("/functions/echo")).as(kind).isFalse();
			}
		}
	}

	@Test
	void whatFunctionsMakeOfHttpIsInIt() throws Exception {
		try (Server server = start(Nothing.class, "wasm.functions.upper.http.safe=true",
				"wasm.functions.order.http.shaped=true", "wasm.functions.order.http.methods=POST,DELETE")) {
			JsonNode document = document(server);
			assertThat(new OpenAPIV3Parser().readContents(document.toString(), null, new ParseOptions()).getMessages())
				.isEmpty();
			JsonNode paths = document.path("paths");
			JsonNode upper = paths.path("/functions/upper");
			assertThat(upper.propertyNames()).containsExactlyInAnyOrder("get", "post");
			assertThat(upper.at("/post/operationId").stringValue()).isEqualTo("upper");
			JsonNode get = paths.path("/functions/upper/{path}").path("get");
			assertThat(paths.path("/functions/upper/{path}").propertyNames()).containsExactly("parameters", "get");
			assertThat(get.path("operationId").stringValue()).isEqualTo("upper_get_path");
			assertThat(get.has("requestBody")).isFalse();
			assertThat(get.at("/responses/200/headers/ETag").isMissingNode()).isFalse();
			assertThat(get.at("/responses/304").isMissingNode()).isFalse();
			JsonNode order = paths.path("/functions/order");
			assertThat(order.propertyNames()).containsExactly("post", "delete");
			assertThat(order.at("/delete/responses/default").isMissingNode()).isFalse();
			assertThat(paths.path("/functions/order/{path}").propertyNames()).containsExactly("parameters", "post",
					"delete");
			assertThat(document.path("components").path("schemas").propertyNames()).contains("order-input")
				.doesNotContain("order-input_");
			assertThat(paths.path("/functions/add").propertyNames()).containsExactly("post");
		}
	}

	@Test
	void itCanBeSwitchedOffAndWhatAnApplicationHasThereIsTheApplications() throws Exception {
		try (Server server = start(Nothing.class, "wasm.web.openapi.enabled=false")) {
			// A function has this name
			assertThat(get(server, "/functions/openapi.json").statusCode()).isEqualTo(405);
		}
		try (Server server = start(Own.class, "wasm.web.path=/")) {
			assertThat(get(server, "/openapi.json").body()).asString().isEqualTo("own");
		}
	}

	@Test
	void springdocDescribesTheFunctionsWithTheApplication() throws Exception {
		try (Server server = start(Own.class, "springdoc.api-docs.enabled=true")) {
			JsonNode all = Server.json(get(server, "/v3/api-docs"));
			assertThat(all.path("openapi").stringValue()).startsWith("3.1");
			JsonNode own = document(server);
			List<String> paths = all.path("paths").propertyNames().stream().toList();
			assertThat(paths).contains("/openapi.json").containsAll(own.path("paths").propertyNames());
			assertThat(paths).noneMatch((path) -> path.contains("{name}"));
			assertThat(all.at("/paths/~1functions/get/tags/0").stringValue()).isEqualTo("functions");
			JsonNode order = all.at("/paths/~1functions~1order/post");
			assertThat(order.at("/requestBody/content/application~1json/schema/$ref").stringValue())
				.isEqualTo("#/components/schemas/order-input");
			assertThat(all.at("/components/schemas/order-input-Item/properties/price/type").stringValue())
				.isEqualTo("number");
			assertThat(all.at("/paths/~1functions~1add/post/requestBody/content/application~1json/schema/minItems")
				.intValue()).isEqualTo(2);
			assertThat(order.at("/x-wasm/language").stringValue()).isEqualTo("javascript");
			assertThat(get(server, "/swagger-ui/index.html").statusCode()).isEqualTo(200);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	@RestController
	static class Own {

		@GetMapping("/openapi.json")
		String own() {
			return "own";
		}

	}

}
