package dev.wasmspring.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.wasmspring.function.WasmScripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Code that a model wrote, run as a tool.
 */
class RunCodeTests {

	private static final String ORDER = """
			{"customer":"gold","currency":"EUR","lines":[{"sku":"KB-101","name":"Keyboard","quantity":3,"unitPriceCents":4990}]}""";

	/**
	 * In each language: sums, throws in its third line, cannot be compiled in its second.
	 */
	private static final Map<String, List<String>> CODE = Map.of("javascript",
			List.of("function handle(x) { console.log('adding'); return { sum: x.a + x.b }; }",
					"function handle(x) {\n  const y = x;\n  return y.missing.more;\n}",
					"function handle() {\n  return 1 +;\n}"),
			"python",
			List.of("def handle(x):\n    print('adding')\n    return {'sum': x['a'] + x['b']}\n",
					"def handle(x):\n    y = x\n    return y['missing']['more']\n", "def handle(x):\n    return 1 +\n"),
			"ruby",
			List.of("def handle(x)\n  puts 'adding'\n  { sum: x['a'] + x['b'] }\nend",
					"def handle(x)\n  y = x\n  y['missing']['more']\nend", "def handle(x)\n  return 1 +;\nend\n"),
			"php",
			List.of("<?php\nfunction handle($x) { fwrite(STDERR, \"adding\\n\"); return ['sum' => $x['a'] + $x['b']]; }",
					"<?php\nfunction handle($x) {\n  return $x['missing']->more();\n}",
					"<?php\nfunction handle($x) { return 1 +; }"));

	/** In each language: calls three tools and uses what they answer. */
	private static final Map<String, String> CODE_MODE = Map.of("javascript", """
			async function handle(order) {
			  const prices = await Promise.all(["KB-101", "CB-7"].map(async (sku) => await tools.lookup(sku)));
			  const { totalCents } = tools.discount(order);
			  return prices.reduce((sum, price) => sum + price.cents, 0) + ":" + (totalCents > 0);
			}
			""", "python", """
			def handle(order):
			    prices = [tools.lookup(sku) for sku in ("KB-101", "CB-7")]
			    total = tools.discount(order)["totalCents"]
			    return f"{sum(price['cents'] for price in prices)}:{'true' if total > 0 else 'false'}"
			""", "ruby", """
			def handle(order)
			  prices = ["KB-101", "CB-7"].map { |sku| tools.lookup(sku) }
			  total = tools.discount(order)["totalCents"]
			  "#{prices.sum { |price| price["cents"] }}:#{total > 0}"
			end
			""", "php", """
			<?php
			function handle($order) {
			    $prices = array_map(fn($sku) => tools()->lookup($sku), ["KB-101", "CB-7"]);
			    $total = tools()->discount($order)["totalCents"];
			    return array_sum(array_column($prices, "cents")) . ":" . ($total > 0 ? "true" : "false");
			}
			""");

	/** What speaks to the host by itself, and not by way of the tools. */
	private static final String WITHOUT_THE_TOOLS = """
			const write = print, fill = crypto.getRandomValues.bind(crypto);
			function ask(text) {
			  write("\\0wasm-host-call\\0" + text);
			  const head = fill(new Uint8Array(16)), body = fill(new Uint8Array(head[12] | head[13] << 8));
			  return new TextDecoder().decode(body);
			}
			function handle() {
			  // Without tools
			  return ["lookup\\n\\"CB-7\\"", "vat\\n1", "discount\\n{}", "endless", "run_code\\n{}", "", "\\n\\n",
			    "lookup\\nnot json", "\\ud800\\0"].map(ask);
			}
			""";

	static Stream<String> languages() {
		return CODE.keySet().stream().sorted();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void codeIsRunAndItsResultAndWhatItPrintedAreTold(String language) {
		String code = CODE.get(language).get(0);
		for (int i = 0; i < 2; i++) {
			JsonNode told = RunningCode.run(language, code, "{\"a\":2,\"b\":40}");
			assertThat(told.path("outcome").stringValue()).isEqualTo("success");
			assertThat(told.path("result").path("sum").intValue()).isEqualTo(42);
			assertThat(told.path("printed").stringValue()).isEqualTo("adding\n");
		}
	}

	@ParameterizedTest
	@MethodSource("languages")
	void anExceptionIsToldWithItsLineSoThatCodeCanBeMended(String language) {
		JsonNode told = RunningCode.run(language, CODE.get(language).get(1), "{}");
		assertThat(told.path("outcome").stringValue()).isEqualTo("error");
		assertThat(told.path("message").stringValue()).isNotBlank();
		assertThat(told.path("line").intValue()).isEqualTo(3);
		assertThat(told.path("source").stringValue()).contains("missing");
		assertThat(told.path("hint").stringValue()).isNotBlank();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void codeThatCannotBeCompiledIsToldWithItsLine(String language) {
		JsonNode told = RunningCode.run(language, CODE.get(language).get(2), "{}");
		assertThat(told.path("outcome").stringValue()).isEqualTo("not-compiled");
		assertThat(told.path("line").intValue()).isEqualTo(2);
		assertThat(told.path("source").stringValue()).contains("1 +");
	}

	@Test
	void theColumnIsThatOfTheModelsCodeInItsFirstLineToo() {
		JsonNode told = RunningCode.run("javascript", "function handle(x) { return x.a.b; } // tools", "{}");
		assertThat(told.path("line").intValue()).isEqualTo(1);
		assertThat(told.path("column").intValue()).isBetween(29, 33);
		assertThat(told.path("source").stringValue()).isEqualTo("function handle(x) { return x.a.b; } // tools");
		assertThat(told.toString()).doesNotContain("tools.js").doesNotContain("import");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void codeWithoutAHandlerIsToldWhatToWrite(String language) {
		JsonNode told = RunningCode.run(language, language.equals("php") ? "<?php $x = 1;" : "x = 1");
		assertThat(told.path("outcome").stringValue()).isEqualTo("not-compiled");
		assertThat(told.path("message").stringValue() + told.path("hint").stringValue()).contains("handle");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void codeCallsToolsOneAfterTheOther(String language) {
		JsonNode told = RunningCode.run(language, CODE_MODE.get(language), ORDER);
		assertThat(told.toString()).isEqualTo("{\"outcome\":\"success\",\"result\":\"5323:true\"}");
	}

	@Test
	void pythonPassesKeywordsAsAnObject() {
		JsonNode told = RunningCode.run("python",
				"def handle(x):\n    return tools.discount(**x)['totalCents'] == tools.discount(x)['totalCents']",
				ORDER);
		assertThat(told.path("result").booleanValue()).isTrue();
	}

	@Test
	void whatAToolThrowsCanBeCaughtAndSaysNothingThatIsSecret() {
		JsonNode told = RunningCode.run("javascript",
				"""
						function handle() {
						  try { tools.lookup("XX"); } catch (e) { return [e.name, e instanceof ToolError, e.outcome, e.message, e.hint]; }
						}
						""");
		assertThat(told.path("result").get(0).stringValue()).isEqualTo("ToolError");
		assertThat(told.path("result").get(1).booleanValue()).isTrue();
		assertThat(told.path("result").get(2).stringValue()).isEqualTo("error");
		assertThat(told.toString()).doesNotContain("secret").doesNotContain("lookup.js");
		told = RunningCode.run("python", """
				def handle(x):
				    try:
				        tools.discount({"customer": "nobody"})
				    except ToolError as e:
				        return [e.outcome, str(e)]
				""");
		assertThat(told.path("result").get(0).stringValue()).isEqualTo("invalid-input");
		assertThat(told.path("result").get(1).stringValue()).contains("currency");
	}

	@Test
	void whatAToolThrowsAndNobodyCatchesIsToldWithTheLineOfTheCall() {
		JsonNode told = RunningCode.run("javascript", "function handle() {\n  return tools.lookup('XX');\n}");
		assertThat(told.path("outcome").stringValue()).isEqualTo("error");
		assertThat(told.path("message").stringValue()).startsWith("ToolError: ");
		assertThat(told.path("line").intValue()).isEqualTo(2);
		assertThat(told.path("source").stringValue()).isEqualTo("return tools.lookup('XX');");
	}

	@Test
	void codeThatDoesNotSpeakOfToolsHasNone() {
		JsonNode told = RunningCode.run("javascript", """
				function handle() { return [typeof globalThis["to" + "ols"], print("\\0wasm-host-call\\0lookup\\n1")]; }
				""");
		assertThat(told.path("result").get(0).stringValue()).isEqualTo("undefined");
		assertThat(told.path("printed").stringValue()).contains("wasm-host-call");
	}

	@Test
	void aToolThatThereIsNotIsToldWithThoseThatThereAre() {
		JsonNode told = RunningCode.run("javascript", "function handle() { return tools.rm('/'); }");
		assertThat(told.path("message").stringValue()).contains("There is no tool 'rm'", "discount, endless, iban");
		told = RunningCode.run("python", "def handle():\n    return tools.rm('/')");
		assertThat(told.path("message").stringValue()).contains("There is no tool 'rm'", "discount, endless, iban");
	}

	@Test
	void aToolThatTakesTooLongEndsAtItsOwnDeadlineAndTheCodeGoesOn() {
		JsonNode told = RunningCode.run("javascript",
				"function handle() { try { tools.endless(); } catch (e) { return e.outcome; } }");
		assertThat(told.path("result").stringValue()).isEqualTo("timeout");
	}

	@Test
	void aToolGetsNoMoreTimeThanTheCodeHasLeft() {
		JsonNode told = RunningCode.run("javascript",
				"function handle() { for (;;) { try { tools.endless(); } catch (e) {} } }");
		assertThat(told.path("outcome").stringValue()).isEqualTo("timeout");
		assertThat(told.path("hint").stringValue()).contains("2000 ms");
	}

	@Test
	void theToolsOfARunAreCounted() {
		JsonNode told = RunningCode.run("javascript", """
				function handle() {
				  let n = 0;
				  try { for (; n < 1000; n++) tools.lookup("CB-7"); } catch (e) { return [n, e.outcome]; }
				}
				""");
		assertThat(told.path("result").toString()).isEqualTo("[100,\"rejected\"]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "const x = tools.lookup('CB-7'); function handle() {}",
			"try { tools.lookup('CB-7'); } catch (e) { globalThis.e = e; } function handle() { throw globalThis.e; }" })
	void toolsCannotBeCalledWhileCodeIsLoaded(String code) {
		JsonNode told = RunningCode.run("javascript", code);
		assertThat(told.path("message").stringValue()).contains("while the code is loaded");
		assertThat(told.path("printed").isMissingNode()).isTrue();
	}

	@Test
	void whatIsTooMuchToTellIsCutWithAMark() {
		JsonNode told = RunningCode.run("javascript",
				"function handle() { print('p'.repeat(30_000)); return 'r'.repeat(100_000); }");
		assertThat(told.path("outcome").stringValue()).isEqualTo("success");
		assertThat(told.path("result").stringValue()).hasSizeLessThan(16_500)
			.startsWith("rrr")
			.endsWith("[cut here: these are 16384 of 100000 characters]");
		assertThat(told.path("printed").stringValue()).hasSizeLessThan(16_500)
			.endsWith("[cut here: these are 16384 of 30001 characters]");
		told = RunningCode.run("javascript", "function handle() { return [...Array(20_000).keys()]; }");
		assertThat(told.path("result").stringValue()).startsWith("[0,1,2").contains("[cut here");
	}

	@Test
	void nothingIsKeptFromOneRunToTheNext() {
		String code = "let n = 0; function handle() { globalThis.x = (globalThis.x ?? 0) + 1; return ++n + globalThis.x; }";
		for (int i = 0; i < 3; i++) {
			assertThat(RunningCode.run("javascript", code).path("result").intValue()).isEqualTo(2);
		}
	}

	@Test
	void codeThatComesAgainIsNotCompiledAgain() {
		WasmScripts scripts = TestApplication.withCode().getBean(WasmScripts.class);
		String code = "function handle() { return 'kept'; }";
		RunningCode.run("javascript", code);
		long compiled = scripts.compiled();
		RunningCode.run("javascript", code);
		assertThat(scripts.compiled()).isEqualTo(compiled);
		RunningCode.run("javascript", code + " ");
		assertThat(scripts.compiled()).isEqualTo(compiled + 1);
	}

	@Test
	void noMoreCodeIsKeptThanThereIsRoomFor() {
		try (ConfigurableApplicationContext application = TestApplication.start("wasm.ai.code.enabled=true",
				"wasm.ai.code.cache-size=3", "wasm.scripts.max-count=2")) {
			ToolCallback tool = TestApplication.tool(application, "run_code");
			for (int i = 0; i < 6; i++) {
				assertThat(RunningCode.run(tool, "javascript", "function handle() { return " + i + "; }", null)
					.path("result")
					.intValue()).isEqualTo(i);
				assertThat(application.getBean(CodeRunner.class).kept()).isBetween(1, 2);
			}
			assertThat(application.getBean(WasmScripts.class).count()).isBetween(1, 2);
		}
	}

	@Test
	void aConversationRunsCodeAsOftenAsItMay() {
		ToolCallback tool = TestApplication.tool(TestApplication.withCode(), "run_code");
		String arguments = RunningCode.arguments("javascript", "function handle() { return 1; }", null);
		for (int i = 0; i < 5; i++) {
			String told = tool.call(arguments, TestApplication.conversation("one"));
			assertThat(told).contains((i < 3) ? "\"outcome\":\"success\"" : "\"outcome\":\"rejected\"");
		}
		assertThat(tool.call(arguments, TestApplication.conversation("another"))).contains("success");
	}

	@Test
	void noMoreCodeRunsAtOnceThanMay() throws Exception {
		try (ConfigurableApplicationContext application = TestApplication.start("wasm.ai.code.enabled=true",
				"wasm.ai.code.concurrency=1", "wasm.ai.code.limits.timeout=3s")) {
			ToolCallback tool = TestApplication.tool(application, "run_code");
			RunningCode.run(tool, "javascript", "function handle() {}", null);
			ExecutorService threads = Executors.newFixedThreadPool(3);
			try {
				List<Future<String>> told = IntStream.range(0, 3)
					.mapToObj((i) -> threads.submit(() -> tool
						.call(RunningCode.arguments("javascript", "function handle() { for (;;); }", null))))
					.toList();
				List<String> outcomes = new ArrayList<>();
				for (Future<String> one : told) {
					outcomes.add(RunningCode.JSON.readTree(one.get()).path("outcome").stringValue());
				}
				assertThat(outcomes).containsExactlyInAnyOrder("timeout", "rejected", "rejected");
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	@Test
	void codeCallsWhatItMayAndNothingElse() {
		try (ConfigurableApplicationContext application = TestApplication.start("wasm.ai.code.enabled=true",
				"wasm.ai.code.tools=lookup,discount", "wasm.ai.tools.include=vat", "wasm.ai.tools.exclude=discount")) {
			ToolCallback tool = TestApplication.tool(application, "run_code");
			JsonNode told = RunningCode.run(tool, "javascript", WITHOUT_THE_TOOLS, null);
			List<String> answers = told.path("result").valueStream().map(JsonNode::stringValue).toList();
			assertThat(answers.get(0)).contains("333");
			assertThat(answers.subList(1, 7)).allSatisfy((answer) -> assertThat(answer).contains("unknown-function"));
			assertThat(answers.get(7)).contains("invalid-input");
			assertThat(answers.get(8)).contains("unknown-function");
		}
	}

	@Test
	void argumentsThatAreNotThoseOfTheToolAreToldAsSuch() {
		ToolCallback tool = TestApplication.tool(TestApplication.withCode(), "run_code");
		for (String arguments : List.of("", "[]", "{", "null", "{\"code\":1}", "{\"code\":\"x\"}",
				"{\"code\":\"x\",\"language\":\"cobol\"}", "{} {}", "\"" + "x".repeat(2_000_000) + "\"")) {
			JsonNode told = RunningCode.JSON.readTree(tool.call(arguments));
			assertThat(told.path("outcome").stringValue()).isEqualTo("invalid-input");
			assertThat(told.path("hint").stringValue()).isNotBlank();
		}
	}

	@Test
	void theToolTellsLanguagesExamplesAndTools() {
		ToolCallback tool = TestApplication.tool(TestApplication.withCode(), "run_code");
		assertThat(tool.getToolDefinition().description()).contains("javascript: function handle", "python: def handle",
				"- lookup: The price of an article in cents", "- discount:", "unitPriceCents", "2000 ms");
		assertThat(RunningCode.JSON.readTree(tool.getToolDefinition().inputSchema())
			.path("properties")
			.path("language")
			.path("enum")
			.toString()).isEqualTo("[\"javascript\",\"python\",\"ruby\",\"php\"]");
	}

	@Test
	void noCodeIsRunUnlessThatIsSwitchedOn() {
		try (ConfigurableApplicationContext application = TestApplication.start("wasm.ai.tools.include=*")) {
			assertThat(application.getBean(WasmTools.class).getToolCallbacks())
				.extracting((tool) -> tool.getToolDefinition().name())
				.containsExactly("discount", "endless", "iban", "lookup", "vat");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "concurrency=0", "tool-calls=-1", "output=3GB", "limits.input=-1B", "limits.timeout=0s" })
	void aValueThatCannotBeStopsTheStartWithItsName(String property) {
		assertThatThrownBy(() -> TestApplication.start("wasm.ai.code.enabled=true", "wasm.ai.code." + property))
			.rootCause()
			.hasMessageContaining("wasm.ai.code.");
	}

	@Test
	void aLanguageWithoutItsRuntimeStopsTheStart() {
		assertThatThrownBy(() -> TestApplication.start("wasm.ai.code.enabled=true", "wasm.ai.code.languages=dotnet"))
			.rootCause()
			.hasMessageContaining("wasm.ai.code.languages");
	}

}
