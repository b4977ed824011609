package dev.wasmspring.ai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the guide shows, with a model that calls what it is told to.
 */
@ExtendWith(OutputCaptureExtension.class)
class AiGuideTests {

	private static final Path PAGE = Path.of("../docs/how-to/ai.md");

	private static final Path TESTS = Path.of("src/test/java/dev/wasmspring/ai");

	private static final String ORDER = """
			{"customer":"gold","currency":"EUR","lines":[{"sku":"KB-101","name":"Keyboard","quantity":3,"unitPriceCents":4990}]}""";

	@Import({ Assistant.class, RunLog.class })
	static class Application extends TestApplication {

		@Bean
		@Scope("prototype")
		ScriptedModel model() {
			return MODEL.get();
		}

	}

	private static final ThreadLocal<ScriptedModel> MODEL = new ThreadLocal<>();

	private static List<String> blocks(String language) throws IOException {
		return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE))
			.results()
			.map((block) -> block.group(1))
			.toList();
	}

	/**
	 * An application with all properties of the page, and what it says in a chat.
	 */
	private static String chat(ScriptedModel model, String... more) throws IOException {
		MODEL.set(model);
		try (ConfigurableApplicationContext application = application(more)) {
			return application.getBean(Assistant.class).answer("7", "What is the tax?");
		}
		finally {
			MODEL.remove();
		}
	}

	private static ConfigurableApplicationContext application(String... more) throws IOException {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run(Stream
				.concat(blocks("properties").stream()
					.flatMap(String::lines)
					.filter((property) -> !property.startsWith("wasm.ai.mcp")), Stream.of(more))
				.map((property) -> "--" + property)
				.toArray((length) -> new String[length]));
	}

	@Test
	void everyClassOfThePageIsOneOfTheseTests() throws IOException {
		List<String> blocks = blocks("java");
		assertThat(blocks).hasSize(2);
		for (String block : blocks) {
			String name = block.replaceFirst("(?s).*?class (\\w+).*", "$1");
			assertThat(TESTS.resolve(name + ".java")).content().endsWith("\n\n" + block);
		}
	}

	@Test
	void aChatCallsAFunction(CapturedOutput output) throws IOException {
		String said = chat(new ScriptedModel().thenCalls("discount", ORDER), "spring.ai.mcp.server.enabled=false");
		assertThat(said).contains("\"totalCents\":");
		assertThat(output).contains("7 called discount: success");
	}

	@ParameterizedTest
	@ValueSource(strings = { "javascript", "python" })
	void theCodeOfThePageCallsFunctions(String language) throws IOException {
		String code = blocks(language).get(0);
		String said = chat(
				new ScriptedModel().thenCalls("run_code",
						RunningCode.arguments(language, code, "[" + ORDER + "," + ORDER + "]")),
				"spring.ai.mcp.server.enabled=false");
		String documented = blocks("json").get(0).strip();
		JsonNode told = RunningCode.JSON.readTree(said);
		assertThat(told.path("outcome").stringValue()).isEqualTo("success");
		assertThat(said).isEqualTo(documented);
	}

	@Test
	void whatThePageShowsOfAFailureIsWhatAModelIsTold() throws IOException {
		String code = "function handle() {\n  return tools.discount({}).lines.total();\n}".replace("tools.discount({})",
				"({ lines: {} })");
		String documented = blocks("json").get(1).strip();
		String said = chat(new ScriptedModel().thenCalls("run_code", RunningCode.arguments("javascript", code, null)),
				"spring.ai.mcp.server.enabled=false");
		JsonNode told = RunningCode.JSON.readTree(said);
		JsonNode shown = RunningCode.JSON.readTree(documented);
		assertThat(told.propertyNames()).containsExactlyElementsOf(shown.propertyNames());
		for (String name : List.of("outcome", "message", "line", "function", "hint")) {
			assertThat(told.path(name)).isEqualTo(shown.path(name));
		}
	}

	@Test
	void thePropertyOfThePageOffersTheToolsOverMcp() throws IOException {
		String property = blocks("properties").stream()
			.flatMap(String::lines)
			.filter((line) -> line.startsWith("wasm.ai.mcp"))
			.findFirst()
			.orElseThrow();
		assertThat(property).isEqualTo("wasm.ai.mcp=streamable-http");
		assertThat(Files.readString(TESTS.resolve("McpServerTests.java"))).contains("\"" + property + "\"",
				"--wasm.ai.mcp=stdio");
	}

}
