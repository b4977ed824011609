package dev.wasmspring.ai;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions as tools.
 */
class WasmToolsTests {

	private static final String ORDER = """
			{"customer":"gold","currency":"EUR","lines":[{"sku":"KB-101","name":"Keyboard","quantity":3,"unitPriceCents":4990}]}""";

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		application = TestApplication.start("wasm.ai.tools.include=*", "wasm.ai.tools.output=60B");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static JsonNode call(String name, String arguments) {
		return RunningCode.JSON.readTree(TestApplication.tool(application, name).call(arguments));
	}

	@Test
	void noFunctionIsAToolUnlessItIsIncluded() {
		try (ConfigurableApplicationContext none = TestApplication.start();
				ConfigurableApplicationContext some = TestApplication.start("wasm.ai.tools.include=vat,iban,nothing",
						"wasm.ai.tools.exclude=iban")) {
			assertThat(none.getBean(ToolCallbackProvider.class).getToolCallbacks()).isEmpty();
			assertThat(some.getBean(ToolCallbackProvider.class).getToolCallbacks())
				.extracting((tool) -> tool.getToolDefinition().name())
				.containsExactly("vat");
		}
	}

	@Test
	void aToolHasTheDescriptionAndTheSchemaOfItsFunction() {
		ToolCallback discount = TestApplication.tool(application, "discount");
		JsonNode schema = RunningCode.JSON.readTree(discount.getToolDefinition().inputSchema());
		assertThat(schema.path("type").stringValue()).isEqualTo("object");
		assertThat(schema.at("/properties/lines/items/$ref").stringValue()).isEqualTo("#/$defs/line");
		assertThat(schema.at("/$defs/line/required").toString()).contains("unitPriceCents");
		assertThat(TestApplication.tool(application, "lookup").getToolDefinition().description())
			.isEqualTo("The price of an article in cents");
	}

	@ParameterizedTest
	@ValueSource(strings = { "discount", "endless", "iban", "lookup", "vat" })
	void theSchemaOfEveryToolIsThatOfAnObject(String name) {
		JsonNode schema = RunningCode.JSON
			.readTree(TestApplication.tool(application, name).getToolDefinition().inputSchema());
		assertThat(schema.path("type").stringValue()).isEqualTo("object");
		assertThat(schema.path("properties").isObject()).isTrue();
		assertThat(TestApplication.tool(application, name).getToolDefinition().description()).isNotBlank();
	}

	@Test
	void aToolAnswersWithWhatTheFunctionAnswers() {
		assertThat(TestApplication.tool(application, "lookup").call("{\"input\":\"CB-7\"}"))
			.isEqualTo("{\"sku\":\"CB-7\",\"cents\":333}");
		assertThat(TestApplication.tool(application, "discount").call(ORDER)).startsWith("{\"customer\":\"gold\"");
	}

	@Test
	void outputThatIsTooMuchIsCutWithAMark() {
		assertThat(TestApplication.tool(application, "discount").call(ORDER)).hasSizeLessThan(140)
			.contains("[cut here: these are 60 of ");
	}

	@Test
	void whatIsWrongWithArgumentsIsToldByPlace() {
		JsonNode told = call("discount", ORDER.replace("\"EUR\"", "7"));
		assertThat(told.path("outcome").stringValue()).isEqualTo("invalid-input");
		assertThat(told.at("/errors/0/pointer").stringValue()).isEqualTo("/currency");
		assertThat(told.path("hint").stringValue()).contains("schema");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "{", "7", "{\"input\":\"CB-7\"} x" })
	void argumentsThatAreNoObjectAreToldAsSuch(String arguments) {
		assertThat(call("lookup", arguments).path("outcome").stringValue()).isEqualTo("invalid-input");
	}

	@Test
	void aFailureSaysWhatToDoAndNothingThatIsSecret() {
		JsonNode told = call("lookup", "{\"input\":\"XX\"}");
		assertThat(told.propertyNames()).containsExactly("outcome", "message", "hint");
		assertThat(told.path("outcome").stringValue()).isEqualTo("error");
		assertThat(told.toString()).doesNotContain("secret")
			.doesNotContain("lookup.js")
			.doesNotContain("dev.wasmspring");
		assertThat(call("endless", "{\"input\":1}").path("outcome").stringValue()).isEqualTo("timeout");
	}

	@Test
	void namesAreThoseThatModelsTake() {
		assertThat(List.of("vat", "my-fn", "price_v1.2", "größe", "x".repeat(100)).stream().map(ToolNames::of))
			.containsExactly("vat", "my-fn", "price_v1_2", "gr__e", "x".repeat(64));
	}

	@Test
	void membersOfAnObjectStayTheTextThatTheyAre() {
		assertThat(JsonMembers
			.of(" { \"a\" : [1, {\"b\":2.50}] , \"c\":\"x\\u00e4\\\"\",\"d\":1e400 , \"e\":null,\"f\":-7}"))
			.isEqualTo(Map.of("a", "[1, {\"b\":2.50}]", "c", "\"x\\u00e4\\\"\"", "d", "1e400", "e", "null", "f", "-7"));
		assertThat(JsonMembers.text("\"x\\u00e4\\\"\"")).isEqualTo("xä\"");
	}

}
