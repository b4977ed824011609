package dev.wasmspring.schema;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FunctionSchemas} and the check of inputs.
 */
class FunctionSchemasTests {

	private static final String ORDER = """
			{
			  "$defs": { "price": { "type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01 } },
			  "input": {
			    "type": "object",
			    "required": [ "customer", "items" ],
			    "additionalProperties": false,
			    "properties": {
			      "customer": { "type": "string", "pattern": "^[A-Z]{2}[0-9]+$" },
			      "mail": { "type": "string", "format": "email" },
			      "items": {
			        "type": "array", "minItems": 1,
			        "items": { "type": "object", "required": [ "price" ], "properties": { "price": { "$ref": "#/$defs/price" } } }
			      }
			    }
			  },
			  "output": { "$ref": "#/$defs/price" }
			}
			""";

	@Test
	void anInputThatIsAsTheSchemaHasItPasses() {
		assertThat(check(ORDER, """
				{ "customer": "AB12", "mail": "a@example.org", "items": [ { "price": 9.99 }, { "price": 1e2 } ] }"""))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{ "customer": "AB12", "items": [ { "price": "9" } ] }                | /items/0/price | number
			{ "customer": "AB12", "items": [ { "price": 1 }, { "price": -1 } ] } | /items/1/price | exclusive minimum
			{ "customer": "AB12", "items": [ { "price": 0.001 } ] }              | /items/0/price | multiple
			{ "customer": "AB12", "items": [ { } ] }                             | /items/0/price | required
			{ "customer": "AB12", "items": [] }                                  | /items         | at least 1
			{ "items": [ { "price": 1 } ] }                                      | /customer      | required
			{ "customer": "x", "items": [ { "price": 1 } ] }                     | /customer      | pattern
			{ "customer": "AB12\\n", "items": [ { "price": 1 } ] }               | /customer      | pattern
			{ "customer": "AB12", "mail": "x", "items": [ { "price": 1 } ] }     | /mail          | email
			{ "customer": "AB12", "items": [ { "price": 1 } ], "a/b~c": 1 }      | /a~1b~0c       | not
			[]                                                                   | ``             | object
			{ "customer": "AB12", "customer": "AB13", "items": [{"price":1}] }   | ``             | Duplicate
			{ "customer": "AB12", "items": [ { "price": 1e999999999 } ] }        | ``             | exponent
			{ "customer": "AB12", "items": [ { "price": 1 } ] } true             | ``             | no JSON
			{ "customer": "AB12",                                                | ``             | no JSON
			NaN                                                                  | ``             | no JSON
			""")
	void whatIsWrongIsToldWithAPointerToIt(String input, String pointer, String detail) {
		List<InputViolation> violations = check(ORDER, input);
		assertThat(violations).hasSize(1);
		assertThat(violations.get(0).pointer()).isEqualTo(pointer);
		assertThat(violations.get(0).detail()).containsIgnoringCase(detail);
	}

	@Test
	void allThatIsWrongIsToldUpToALimit() {
		assertThat(check(ORDER, """
				{ "customer": "x", "items": [ { "price": 0 }, { } ] }""")).extracting(InputViolation::pointer)
			.containsExactlyInAnyOrder("/customer", "/items/0/price", "/items/1/price");
		String many = "{ \"customer\": \"x\", \"items\": [" + "{},".repeat(1_000) + "{}] }";
		assertThat(check(ORDER, many)).hasSize(20);
		String large = "{ \"customer\": \"x\", \"items\": [" + "{},".repeat(100_000) + "{}] }";
		assertThat(check(ORDER, large)).hasSize(1);
	}

	@Test
	void emptyInputAndOtherEncodingsAreNoJson() {
		InputCheck check = Objects.requireNonNull(FunctionSchemas.parse(ORDER).check());
		assertThat(check.check(new byte[0], false, later())).extracting(InputViolation::detail)
			.singleElement()
			.asString()
			.contains("empty");
		assertThat(check.check("{}".getBytes(StandardCharsets.UTF_16), false, later()))
			.extracting(InputViolation::detail)
			.singleElement()
			.asString()
			.contains("UTF-8");
	}

	@Test
	void anInputThatIsNestedVeryDeeplyIsRefused() {
		String schema = """
				{ "input": { "type": "array", "items": { "$ref": "#" } } }""";
		assertThat(check(schema, "[".repeat(300) + "]".repeat(300))).isEmpty();
		assertThat(check(schema, "[".repeat(100_000) + "]".repeat(100_000))).hasSize(1);
	}

	@Test
	void anExpressionThatTakesForEverEndsAtTheDeadline() {
		InputCheck check = Objects.requireNonNull(FunctionSchemas.parse("""
				{ "input": { "type": "string", "pattern": "^(.*a){25}$" } }""").check());
		byte[] input = ("a".repeat(60) + "!").getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(InputCheck.TooLateException.class)
			.isThrownBy(() -> check.check(input, true, System.nanoTime() + Duration.ofMillis(100).toNanos()));
		assertThat(check.check("a".repeat(25).getBytes(StandardCharsets.UTF_8), true, later())).isEmpty();
	}

	@Test
	void aTextIsAStringToTheSchema() {
		InputCheck check = Objects.requireNonNull(FunctionSchemas.parse("""
				{ "input": { "type": "string", "maxLength": 3 } }""").check());
		assertThat(check.check("äöü".getBytes(StandardCharsets.UTF_8), true, later())).isEmpty();
		assertThat(check.check("abcd".getBytes(StandardCharsets.UTF_8), true, later())).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{                                                               | no JSON
					[]                                                              | neither an 'input' nor an 'output'
					{ "type": "object" }                                            | neither an 'input' nor an 'output'
					{ "input": {}, "inputs": {} }                                   | [inputs] beside
					{ "input": 1 }                                                  | object, or true or false
					{ "input": { "type": "objct" } }                                | schema of the input
					{ "output": { "required": "a" } }                               | schema of the output
					{ "input": { "minimum": "1" } }                                 | '#/minimum'
					{ "input": { "properties": { "a": { "pattern": "(" } } } }      | '(' in '#/properties/a' is no regular expression
					{ "input": { "$ref": "#/$defs/a" } }                            | which is not in the schema
					{ "input": { "$ref": "other.json" } }                           | nothing is fetched
					{ "input": { "$ref": "file:///etc/passwd" } }                   | nothing is fetched
					{ "input": { "$dynamicRef": "http://localhost/a" } }            | nothing is fetched
					{ "input": { "$schema": "http://localhost/a" } }                | '$schema' is 'http://localhost/a'
					{ "input": { "$schema": "http://json-schema.org/draft-04/schema#" } } | 2020-12
					{ "input": { "items": { "$id": "http://localhost/a" } } }       | '$id' of its own
					{ "input": {}, "input": {} }                                    | Duplicate
					""")
	void aBrokenSchemaIsRefusedWithTheReason(String schema, String reason) {
		assertThatExceptionOfType(InvalidSchemaException.class).isThrownBy(() -> FunctionSchemas.parse(schema))
			.withMessageContaining(reason)
			.satisfies((exception) -> assertThat(exception.remedy()).endsWith("."));
	}

	@Test
	void nothingIsEverFetched() throws Exception {
		AtomicInteger requests = new AtomicInteger();
		HttpServer server = HttpServer.create(new java.net.InetSocketAddress("localhost", 0), 0);
		server.createContext("/", (exchange) -> {
			requests.incrementAndGet();
			exchange.sendResponseHeaders(404, -1);
			exchange.close();
		});
		server.start();
		try {
			String url = "http://localhost:" + server.getAddress().getPort() + "/a.json";
			for (String member : List.of("$ref", "$dynamicRef", "$schema", "$recursiveRef")) {
				assertThatExceptionOfType(InvalidSchemaException.class)
					.isThrownBy(() -> FunctionSchemas.parse("{ \"input\": { \"" + member + "\": \"" + url + "\" } }"));
			}
			// An identifier is a name, and no place
			assertThat(check(
					"{ \"input\": { \"$id\": \"" + url + "\", \"type\": \"string\", \"$comment\": \"" + url + "\" } }",
					"\"a\""))
				.isEmpty();
			// What only looks like a reference is data
			assertThat(check("{ \"input\": { \"const\": { \"$ref\": \"" + url + "\" } } }",
					"{ \"$ref\": \"" + url + "\" }"))
				.isEmpty();
			assertThat(requests).hasValue(0);
		}
		finally {
			server.stop(0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-06/schema#",
			"https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema" })
	void otherDraftsAreKnown(String dialect) {
		assertThat(check("{ \"$schema\": \"" + dialect + """
				", "definitions": { "a": { "type": "integer" } },
				"input": { "type": "array", "contains": { "$ref": "#/definitions/a" } } }""", "[\"x\", 1]")).isEmpty();
		assertThat(check("{ \"$schema\": \"" + dialect + """
				", "input": { "type": "array", "contains": { "type": "integer" } } }""", "[\"x\"]")).hasSize(1);
	}

	@Test
	void asAPartOfADocumentItsReferencesPointIntoThat() {
		JsonSchema schema = Objects.requireNonNull(FunctionSchemas.parse("""
				{ "$schema": "http://json-schema.org/draft-07/schema#",
				  "definitions": { "a b": { "type": "integer" } },
				  "input": { "items": [ { "$ref": "#/definitions/a%20b" }, { "$ref": "#" } ], "additionalItems": false,
				    "dependencies": { "a": [ "b" ], "c": { "$ref": "#/items/0" } } } }""").input());
		Map<String, Object> components = schema.components("order", (name) -> "#/components/schemas/" + name);
		assertThat(components.keySet()).containsExactly("order", "order-a_b");
		assertThat(JsonText.write(components.get("order"))).isEqualTo(JsonText.write(JsonText
			.read("""
					{ "prefixItems": [ { "$ref": "#/components/schemas/order-a_b" }, { "$ref": "#/components/schemas/order" } ],
					  "items": false,
					  "dependentSchemas": { "c": { "$ref": "#/components/schemas/order/items/0" } },
					  "dependentRequired": { "a": [ "b" ] } }""")));
	}

	private static List<InputViolation> check(String schema, String input) {
		InputCheck check = Objects.requireNonNull(FunctionSchemas.parse(schema).check());
		return check.check(input.getBytes(StandardCharsets.UTF_8), false, later());
	}

	private static long later() {
		return System.nanoTime() + Duration.ofSeconds(30).toNanos();
	}

}
