package dev.wasmspring.ai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.Engine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that models are talked into: all of it is contained, and the next call is right.
 */
class HostileCodeTests {

	private static ConfigurableApplicationContext application;

	private static ToolCallback tool;

	@BeforeAll
	static void start() {
		application = TestApplication.start("wasm.ai.code.enabled=true", "wasm.ai.code.tools=*",
				"wasm.ai.code.limits.timeout=400ms", "wasm.ai.code.limits.memory=48MB", "wasm.ai.code.cache-size=10",
				"wasm.functions.endless.limits.timeout=100ms");
		tool = TestApplication.tool(application, "run_code");
		for (CodeLanguage language : CodeLanguage.values()) {
			// What is slow the first time is not what is tested here
			for (int i = 0; i < 5; i++) {
				RunningCode.run(tool, language.word(), language.example() + " ".repeat(i), "{\"a\":1,\"b\":2}");
			}
		}
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	/**
	 * Code, and how it may end: an outcome, or with what it returns.
	 */
	record Hostile(String language, String name, List<String> allowed, String code) {

		@Override
		public String toString() {
			return this.language + ": " + this.name;
		}

	}

	static List<Hostile> corpus() throws IOException {
		List<Hostile> all = new ArrayList<>();
		for (CodeLanguage language : CodeLanguage.values()) {
			for (String one : Files.readString(Path.of("src/test/resources/hostile/" + language.word() + ".txt"))
				.split("(?m)^### ")) {
				if (!one.isEmpty()) {
					String head = one.lines().findFirst().orElseThrow();
					int colon = head.indexOf(": ");
					all.add(new Hostile(language.word(), head.substring(0, colon),
							List.of(head.substring(colon + 2).split(" ")),
							one.substring(head.length() + 1).replace('￾', '\0')));
				}
			}
		}
		return all;
	}

	@Test
	void thereAreMoreThanAHundred() throws IOException {
		assertThat(corpus()).hasSizeGreaterThanOrEqualTo(100);
	}

	@ParameterizedTest
	@MethodSource("corpus")
	void hostileCodeIsContainedAndTheNextCallIsRight(Hostile hostile) {
		JsonNode told = RunningCode.run(tool, hostile.language(), hostile.code(), null);
		String outcome = told.path("outcome").stringValue();
		if (hostile.allowed().contains("contained") && outcome.equals("success")) {
			assertThat(told.path("result").stringValue()).isEqualTo("contained");
		}
		else if (!outcome.equals("timeout")) {
			// A slow machine may end whatever it is at its deadline
			assertThat(outcome).as("%s", told).isIn(hostile.allowed());
		}
		assertThat(told.toString()).hasSizeLessThan(60_000).doesNotContain("root:", "dev.wasmspring", "com.dylibso");
		assertThat(RunningCode
			.run(tool, "javascript", "function handle(n) { return [n * 2, tools.lookup('CB-7').cents]; }", "21")
			.path("result")
			.toString()).isEqualTo("[42,333]");
		assertThat(application.getBean(Engine.class).memoryInUse()).isZero();
		assertThat(application.getBean(CodeRunner.class).kept()).isLessThanOrEqualTo(10);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void argumentsThatAreABombAreContained() {
		String deep = "[".repeat(400_000);
		String code = "\"function handle(x) { return x === null ? 'nothing' : typeof x; }\"";
		for (String input : List.of(deep, deep + "]".repeat(400_000), "[" + "[],".repeat(250_000) + "1]",
				"{" + "\"a\":1,".repeat(100_000) + "\"a\":2}", "1" + "0".repeat(900_000), "1e999999999",
				"\"" + "\\u0000".repeat(100_000) + "\"")) {
			JsonNode told = RunningCode.JSON
				.readTree(tool.call("{\"language\":\"javascript\",\"code\":" + code + ",\"input\":" + input + "}"));
			assertThat(told.path("outcome").stringValue()).isIn("success", "invalid-input", "timeout", "error");
			assertThat(RunningCode.run(tool, "javascript", "function handle(n) { return n * 2; }", "21")
				.path("result")
				.intValue()).isEqualTo(42);
		}
		JsonNode told = RunningCode.JSON.readTree(tool.call("{\"a\":" + deep));
		assertThat(told.path("outcome").stringValue()).isEqualTo("invalid-input");
	}

}
