package dev.wasmspring.script;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.ThreadMXBean;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What holds for scripts in every language: each test has one script in each of them.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScriptTests {

	static List<ScriptLanguage> languages() {
		return TestScripts.RUNTIMES.languages();
	}

	/** An assembly is compiled before: what is no C# never becomes one. */
	static List<ScriptLanguage> compiledHere() {
		return languages().stream().filter((language) -> language != ScriptLanguage.DOTNET).toList();
	}

	static List<Object[]> languagesAnd(String... values) {
		List<Object[]> all = new ArrayList<>();
		for (ScriptLanguage language : languages()) {
			for (String value : values) {
				all.add(new Object[] { language, value });
			}
		}
		return all;
	}

	@ParameterizedTest
	@MethodSource("languages")
	void jsonComesAsTheLanguagesOwnValues(ScriptLanguage language) {
		WasmFunction answer = TestScripts.function(language, "answer");
		String json = "{\"input\":{\"a\":[1,2.5,\"\\u00e9\",true,null,{}]}}";
		// An object of JSON is an array with keys in PHP, and one without keys is a list
		String same = (language == ScriptLanguage.PHP) ? json.replace("{}", "[]") : json;
		assertThat(json(answer.apply(json)).path("input")).isEqualTo(json(same));
		assertThat(json(answer.apply("[1]")).path("kind").stringValue()).isEqualTo("list");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void nothingComesAsNothing(ScriptLanguage language) {
		WasmFunction answer = TestScripts.function(language, "answer");
		assertThat(json(answer.apply("")).path("kind").stringValue()).isEqualTo("null");
		assertThat(json(answer.apply(new byte[0])).path("kind").stringValue()).isEqualTo("null");
		assertThat(json(answer.apply(" \n")).path("kind").stringValue()).isEqualTo("null");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void whatIsReturnedSaysWhatItIs(ScriptLanguage language) {
		WasmFunction returned = TestScripts.function(language, "returned");
		assertThat(answer(returned, "\"text\"")).containsExactly("text/plain;charset=UTF-8", "grüß 😀");
		assertThat(answer(returned, "\"nothing\"")).containsExactly(null, "");
		assertThat(answer(returned, "\"number\"")).containsExactly("application/json", "0.1");
		assertThat(json(answer(returned, "\"list\"").get(1))).isEqualTo(json("[1,\"two\",null,true]"));
		assertThat(json(answer(returned, "7").get(1))).isEqualTo(json("{\"of\":7}"));
		Object bytes = returned.apply("\"bytes\"".getBytes(StandardCharsets.UTF_8));
		assertThat((byte[]) bytes).containsExactly(0, 255, 7);
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> returned.apply("\"bytes\""))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.BAD_OUTPUT));
	}

	@ParameterizedTest
	@MethodSource("languages")
	void theContentTypeSaysWhatComes(ScriptLanguage language) {
		WasmFunction length = TestScripts.function(language, "length");
		assertThat(answer(length, "\"gr\u00fc\u00df\"", "application/json").get(1)).isEqualTo(lengthOf(true, 4));
		assertThat(answer(length, "[1,2]", "application/vnd.shop+json").get(1)).isEqualTo(lengthOf(false, 2));
		assertThat(answer(length, "gr\u00fc\u00df", "text/plain").get(1)).isEqualTo(lengthOf(true, 4));
		assertThat(answer(length, "", "text/csv").get(1)).isEqualTo(lengthOf(true, 0));
		assertThat(answer(length, "gr\u00fc\u00df", "image/png").get(1)).isEqualTo(lengthOf(false, 6));
		Message<?> latin = MessageBuilder.withPayload("gr\u00fc\u00df".getBytes(StandardCharsets.ISO_8859_1))
			.setHeader(MessageHeaders.CONTENT_TYPE, "text/plain;charset=ISO-8859-1")
			.build();
		assertThat(text(((Message<?>) length.apply(latin)).getPayload())).isEqualTo(lengthOf(true, 4));
		assertThat(answer(length, "gr\u00fc\u00df", "text/plain;charset=ISO-8859-1").get(1))
			.isEqualTo(lengthOf(true, 4));
	}

	private static String lengthOf(boolean text, int length) {
		return "{\"text\":" + text + ",\"length\":" + length + "}";
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aSecondParameterGetsTheHeaders(ScriptLanguage language) {
		WasmFunction metadata = TestScripts.function(language, "metadata");
		Message<?> message = MessageBuilder.withPayload("1")
			.setHeader("Caller", "Ada")
			.setHeader("Attempt", 2)
			.setHeader("bytes", "raw".getBytes(StandardCharsets.UTF_8))
			.setHeader("all", List.of("a", "b"))
			.setHeader("object", new Object())
			.setHeader(MessageHeaders.CONTENT_TYPE, "application/json")
			.build();
		Message<?> answered = (Message<?>) metadata.apply(message);
		JsonNode seen = json(answered.getPayload());
		assertThat(seen.path("caller").stringValue()).isEqualTo("Ada");
		assertThat(seen.path("attempt").intValue()).isEqualTo(2);
		assertThat(seen.path("bytes").stringValue()).isEqualTo("raw");
		assertThat(seen.path("all")).isEqualTo(json("[\"a\",\"b\"]"));
		assertThat(seen.path("content-type").stringValue()).isEqualTo("application/json");
		assertThat(seen.has("object")).isFalse();
		assertThat(answered.getHeaders()).containsEntry("Caller", "Ada");
		assertThat(json(metadata.apply("1"))).isEqualTo(json("{}"));
	}

	@ParameterizedTest
	@MethodSource("languages")
	void nothingLeaksFromCallToCall(ScriptLanguage language) {
		WasmFunction counter = TestScripts.function(language, "counter");
		for (int i = 0; i < 100; i++) {
			assertThat(json(counter.apply("1"))).isEqualTo(json("{\"count\":1,\"seen\":1,\"kept\":1}"));
		}
	}

	@ParameterizedTest
	@MethodSource("languages")
	void nothingLeaksBetweenCallsAtTheSameTime(ScriptLanguage language) throws Exception {
		WasmFunction counter = TestScripts.function(language, "counter");
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Callable<Object>> calls = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				calls.add(() -> counter.apply("1"));
			}
			for (Future<Object> call : threads.invokeAll(calls)) {
				assertThat(json(call.get()).path("count").intValue()).isEqualTo(1);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@ParameterizedTest
	@MethodSource("languages")
	void nothingFreezes(ScriptLanguage language) throws InterruptedException {
		WasmFunction fresh = TestScripts.function(language, "fresh");
		Set<String> randoms = new HashSet<>();
		Set<String> uuids = new HashSet<>();
		Set<String> bytes = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			JsonNode now = json(fresh.apply(""));
			randoms.add(now.path("random").toString());
			uuids.add(now.path("uuid").stringValue());
			bytes.add(now.path("bytes").stringValue());
			assertThat(now.path("now").longValue()).isBetween(System.currentTimeMillis() - 60_000,
					System.currentTimeMillis() + 1);
		}
		assertThat(randoms).hasSize(20);
		assertThat(uuids).hasSize(20);
		assertThat(bytes).hasSize(20);
		long first = json(fresh.apply("")).path("now").longValue();
		Thread.sleep(20);
		assertThat(json(fresh.apply("")).path("now").longValue()).isGreaterThan(first);
	}

	@ParameterizedTest
	@MethodSource("languages")
	void anExceptionIsAnOutcomeOfItsOwn(ScriptLanguage language) {
		WasmFunction failing = TestScripts.function(language, "failing");
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> failing.apply("{\"amount\":3}"))
			.satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.ERROR);
				assertThat(ex.getMessage()).doesNotContain("Shortage", "only");
				assertThat(ex.detail()).doesNotContain("Shortage", "only");
				ScriptException thrown = ex.scriptException();
				assertThat(thrown).isNotNull().isSameAs(ex.getCause());
				assertThat(thrown.type()).isEqualTo("Shortage");
				assertThat(thrown.detail()).isEqualTo("only 3 left");
				assertThat(thrown.line()).isEqualTo(8);
				assertThat(thrown.file()).startsWith("failing.");
				assertThat(thrown.source()).contains("Shortage");
				assertThat(thrown.getMessage()).startsWith("Shortage: only 3 left, at failing.");
				assertThat(thrown.getStackTrace()).extracting(StackTraceElement::getMethodName)
					.extracting((name) -> name.replace("Failing.", ""))
					.containsExactly("inner", "handle");
				assertThat(thrown.getStackTrace()).extracting(StackTraceElement::getLineNumber).containsExactly(8, 12);
			});
	}

	@ParameterizedTest
	@MethodSource("languages")
	void whatIsNotTheJsonItWasSaidToBeIsInvalid(ScriptLanguage language) {
		WasmFunction answer = TestScripts.function(language, "answer");
		for (String input : List.of("{\"a\":", "{'a': 1}", "well", "[1,]", "1 2", "NaN", "\u0001")) {
			assertOutcome(answer, input, Outcome.INVALID_INPUT);
		}
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> answer.apply("well"))
			.satisfies((ex) -> assertThat(ex.detail())
				.startsWith("The input is not the JSON or the text in UTF-8 that it was said to be: "));
		Message<?> noText = MessageBuilder.withPayload(new byte[] { (byte) 0xff })
			.setHeader(MessageHeaders.CONTENT_TYPE, "text/plain")
			.build();
		assertOutcome(answer, noText, Outcome.INVALID_INPUT);
		assertThat(json(answer.apply("1")).path("input").intValue()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("languages")
	void jsonIsTakenAsItIsDefined(ScriptLanguage language) {
		WasmFunction answer = TestScripts.function(language, "answer");
		for (String input : List.of("\"\\x41\"", "\"\\'\"", "\"\\u{41}\"", "\"\\u12\"", "\"\\v\"", "\"\\0\"",
				"\"\\\n\"", "\"a\tb\"", "{\"a\":1,}", "[1,2,]", "[1 2]", "{\"a\" 1}", "{a:1}", "{1:2}", "+1", ".5",
				"1.", "01", "1e", "-", "'a'", "// a", "/* a */ 1", "nul", "True", "Infinity", "-NaN", "undefined",
				"\"a", "[", "{")) {
			assertOutcome(answer, input, Outcome.INVALID_INPUT);
		}
		assertThat(
				json(answer.apply("\"\\u00e9\\/\\b\\f\\n\\r\\t\\\"\\\\ \\ud83d\\ude00\"")).path("input").stringValue())
			.isEqualTo("\u00e9/\b\f\n\r\t\"\\ \ud83d\ude00");
	}

	static List<Object[]> handlers() {
		return List.of(
				new Object[] { ScriptLanguage.JAVASCRIPT, "export const handle = () => 'none'",
						"export const handle = (input, { caller }) => caller", "export const handle = 'none'" },
				new Object[] { ScriptLanguage.PYTHON, "def handle(): return 'none'",
						"def handle(input, metadata, more=1): return metadata['caller']",
						"def handle(input, metadata, more): return 1" },
				new Object[] { ScriptLanguage.PYTHON, "handle = lambda: 'none'",
						"def handle(*all): return all[1]['caller']", "def handle(input, *, metadata): return 1" },
				new Object[] { ScriptLanguage.RUBY, "def handle = 'none'", "def handle(*all) = all[1]['caller']",
						"def handle(input, metadata, more) = 1" },
				new Object[] { ScriptLanguage.PHP, "<?php function handle() { return 'none'; }",
						"<?php function handle(...$all) { return $all[1]['caller']; }",
						"<?php function handle($input, $metadata, $more) { return 1; }" });
	}

	@ParameterizedTest
	@MethodSource("handlers")
	void aHandlerGetsWhatItDeclares(ScriptLanguage language, String nothing, String metadata, String more) {
		Message<String> message = MessageBuilder.withPayload("1").setHeader("Caller", "Ada").build();
		assertThat(((Message<?>) own(language, nothing).apply(message)).getPayload()).isEqualTo("none");
		assertThat(((Message<?>) own(language, metadata).apply(message)).getPayload()).isEqualTo("Ada");
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> own(language, more))
			.withMessageContaining("handle")
			.satisfies((ex) -> assertThat(ex.remedy())
				.isEqualTo("Give the script a handler that takes the input, and the metadata if it wants it."));
	}

	private static WasmFunction own(ScriptLanguage language, String source) {
		return TestScripts.function(TestScripts.module(language, "own", source), "own", TestScripts.LIMITS);
	}

	@Test
	void aPromiseIsWhatAwaitTakesForOne() {
		assertThat(
				own(ScriptLanguage.JAVASCRIPT, "export const handle = () => ({ then(done) { done({ then: 1 }); } });")
					.apply(""))
			.isEqualTo("{\"then\":1}");
		assertOutcome(
				own(ScriptLanguage.JAVASCRIPT, "export const handle = () => ({ get then() { throw new Error(); } });"),
				"", Outcome.ERROR);
	}

	@Test
	void aScriptConfiguresItsLog(CapturedOutput output) {
		own(ScriptLanguage.PYTHON, """
				import logging
				logging.basicConfig(level=logging.DEBUG, format="%(levelname)s|%(message)s")
				def handle(input):
				    logging.debug("detail")
				""").apply("");
		assertThat(output).contains("DEBUG|detail");
	}

	@Test
	void phpClosesItsStreamsAndGoesOn(CapturedOutput output) {
		own(ScriptLanguage.PHP, """
				<?php
				function handle($input) {
				    file_put_contents("php://stderr", "first\\n");
				    fclose(STDERR);
				    echo "second\\n";
				}
				""").apply("");
		assertThat(output).contains("first", "second");
	}

	@Test
	void phpWithoutItsTagIsNoScript() {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> own(ScriptLanguage.PHP, "function handle($input) { return 1; }"))
			.withMessageContaining("begins with <?php");
	}

	static List<Object[]> attacks() {
		return languagesAnd("loop TIMEOUT", "recursion ERROR", "allocation ERROR", "one-allocation ERROR",
				"output BAD_OUTPUT", "printing TIMEOUT", "regular-expression TIMEOUT", "sleep TIMEOUT");
	}

	@ParameterizedTest
	@MethodSource("attacks")
	void limitsHold(ScriptLanguage language, String attack) {
		String[] words = attack.split(" ");
		// CPython and Mono alone have more than the 16 MB that are plenty for QuickJS
		boolean large = language == ScriptLanguage.PYTHON || language == ScriptLanguage.DOTNET;
		int memory = large ? 64 << 20 : 16 << 20;
		WasmFunction hostile = TestScripts.function(language, "hostile",
				new Limits(Duration.ofSeconds(words[1].equals("TIMEOUT") ? 1 : 60), memory, 1 << 20, 1 << 20));
		assertThat(hostile.apply("\"nothing\"")).isEqualTo("well");
		assertOutcome(hostile, "\"" + words[0] + "\"", Outcome.valueOf(words[1]));
		assertThat(hostile.apply("\"nothing\"")).isEqualTo("well");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void deeplyNestedJsonIsInvalidInput(ScriptLanguage language) {
		WasmFunction nested = TestScripts.function(language, "nested");
		String deep = "[".repeat(100_000) + "]".repeat(100_000);
		assertOutcome(nested, deep, Outcome.INVALID_INPUT);
		assertOutcome(nested, "{\"a\":".repeat(100_000), Outcome.INVALID_INPUT);
		assertThat(nested.apply("[".repeat(100) + "]".repeat(100))).isEqualTo("true");
	}

	@ParameterizedTest
	@MethodSource("compiledHere")
	void anAnswerThatIsNestedTooDeepIsAnError(ScriptLanguage language) {
		WasmFunction nesting = own(language, switch (language) {
			case JAVASCRIPT -> """
					export function handle(depth) {
					  let answer = [];
					  for (let i = 1; i < depth; i++) answer = [answer];
					  return answer;
					}
					""";
			case PYTHON -> """
					def handle(depth):
					    answer = []
					    for i in range(1, depth):
					        answer = [answer]
					    return answer
					""";
			case RUBY -> """
					def handle(depth)
					  answer = []
					  (depth - 1).times { answer = [answer] }
					  answer
					end
					""";
			case PHP -> """
					<?php
					function handle($depth) {
					    $answer = [];
					    for ($i = 1; $i < $depth; $i++) $answer = [$answer];
					    return $answer;
					}
					""";
			case DOTNET -> throw new IllegalArgumentException();
		});
		assertOutcome(nesting, "100000", Outcome.ERROR);
		assertThat(nesting.apply("50")).isEqualTo("[".repeat(50) + "]".repeat(50));
	}

	@ParameterizedTest
	@MethodSource("languages")
	void whatLiesInTheFolderOfItsNameCanBeImported(ScriptLanguage language) {
		assertThat(json(TestScripts.function(language, "imports").apply("100"))).isEqualTo(json("{\"gross\":119}"));
	}

	@ParameterizedTest
	@MethodSource("compiledHere")
	void aSyntaxErrorNamesFileLineColumnAndTheLineItself(ScriptLanguage language) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> TestScripts.function(language, "syntax"))
			.satisfies((ex) -> {
				assertThat(ex.isScript()).isTrue();
				assertThat(ex.isTemporary()).isFalse();
				assertThat(ex.reason()).matches(".*syntax\\.\\w+:2:\\d+: .*input.*\\+.*");
				assertThat(ex.getMessage()).startsWith("Script 'syntax' from test cannot be used: ");
			});
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aScriptWithoutHandlerIsRefused(ScriptLanguage language) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> TestScripts.function(language, "handlerless"))
			.withMessageContaining("handle");
	}

	@ParameterizedTest
	@MethodSource("languages")
	void anExceptionWhileItIsLoadedNamesTheLine(ScriptLanguage language) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> TestScripts.function(language, "broken"))
			.satisfies((ex) -> assertThat(ex.reason()).matches(".*threw.*broken\\.\\w+:2\\b.*rates.*"));
	}

	@ParameterizedTest
	@MethodSource("languages")
	void loadingHasLimits(ScriptLanguage language) {
		Limits limits = TestScripts.LIMITS.withTimeout(Duration.ofMillis(300));
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> TestScripts.function(language, "endless", limits))
			.satisfies((ex) -> assertThat(ex.reason()).contains("timeout"));
	}

	@ParameterizedTest
	@MethodSource("languages")
	void theLanguageIsTheOneThatPeopleExpect(ScriptLanguage language) {
		JsonNode seen = json(TestScripts.function(language, "language").apply("{}"));
		JsonNode expected = json(TestScripts.read(language, "language.json"));
		for (Map.Entry<String, JsonNode> field : expected.properties()) {
			assertThat(seen.path(field.getKey())).as(field.getKey()).isEqualTo(field.getValue());
		}
		assertThat(seen).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"recursion\"", "\"json\"" })
	void javaScriptCatchesItsOwnRangeError(String input) {
		WasmFunction caught = TestScripts.function(ScriptLanguage.JAVASCRIPT, "caught");
		JsonNode seen = json(caught.apply(input));
		assertThat(seen.path("range").booleanValue()).as(seen.toString()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "recursion", "json", "repr", "allocation" })
	void pythonCatchesItsOwnErrors(String input) {
		WasmFunction caught = TestScripts.function(ScriptLanguage.PYTHON, "caught");
		assertThat(caught.apply("\"" + input + "\""))
			.isEqualTo(input.equals("allocation") ? "MemoryError" : "RecursionError");
	}

	@ParameterizedTest
	@ValueSource(strings = { "recursion SystemStackError", "json JSON::NestingError", "inspect SystemStackError",
			"to_s SystemStackError", "allocation NoMemoryError" })
	void rubyCatchesItsOwnErrors(String input) {
		WasmFunction caught = TestScripts.function(ScriptLanguage.RUBY, "caught");
		String[] words = input.split(" ");
		assertThat(caught.apply("\"" + words[0] + "\"")).isEqualTo(words[1]);
	}

	@ParameterizedTest
	@ValueSource(strings = { "json JsonException", "to-string Error", "map Error", "division DivisionByZeroError" })
	void phpCatchesItsOwnErrors(String input) {
		WasmFunction caught = TestScripts.function(ScriptLanguage.PHP, "caught");
		String[] words = input.split(" ");
		assertThat(caught.apply("\"" + words[0] + "\"")).isEqualTo(words[1]);
	}

	@ParameterizedTest
	@ValueSource(strings = { "recursion StackOverflowException", "constructor StackOverflowException",
			"to-string StackOverflowException", "allocation OutOfMemoryException",
			"one-allocation OutOfMemoryException", "null NullReferenceException", "cast InvalidCastException",
			"number FormatException", "division DivideByZeroException", "exit InvalidOperationException",
			"file DirectoryNotFoundException", "network WebException", "process Win32Exception" })
	void dotnetCatchesItsOwnExceptions(String input) {
		WasmFunction caught = TestScripts.function(ScriptLanguage.DOTNET, "caught");
		String[] words = input.split(" ");
		assertThat(caught.apply("\"" + words[0] + "\"")).isEqualTo(words[1]);
	}

	@ParameterizedTest
	@EnumSource(names = { "JAVASCRIPT", "PYTHON" })
	void waitingForWhatNeverComesIsAnError(ScriptLanguage language) {
		assertOutcome(TestScripts.function(language, "hostile"), "\"forever\"", Outcome.ERROR);
	}

	/**
	 * CPython has 7,600 functions and 37,000 data segments, each of which would cost a
	 * sandbox four bytes and a script forty.
	 */
	@ParameterizedTest
	@MethodSource("languages")
	void aSandboxAllocatesLittle(ScriptLanguage language) {
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		Template template = TestScripts.ENGINE.load(TestScripts.module(language, "answer"), TestScripts.LIMITS,
				Capabilities.NONE);
		open(template);
		long before = thread.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 100; i++) {
			open(template);
		}
		assertThat((thread.getCurrentThreadAllocatedBytes() - before) / 100).isLessThan(140_000);
	}

	private static void open(Template template) {
		template.open(template.module().exports().get(0), TestScripts.LIMITS, Capabilities.NONE).close();
	}

	private static void assertOutcome(WasmFunction function, Object input, Outcome outcome) {
		assertThatExceptionOfType(WasmFunctionException.class).as("%s", input)
			.isThrownBy(() -> function.apply(input))
			.satisfies((ex) -> assertThat(ex.outcome()).as("%s", ex).isEqualTo(outcome));
	}

	private static List<String> answer(WasmFunction function, String json) {
		return answer(function, json, "application/json");
	}

	private static List<String> answer(WasmFunction function, String input, String contentType) {
		Message<?> answer = (Message<?>) function
			.apply(MessageBuilder.withPayload(input).setHeader(MessageHeaders.CONTENT_TYPE, contentType).build());
		List<String> answered = new ArrayList<>();
		answered.add((String) answer.getHeaders().get(MessageHeaders.CONTENT_TYPE));
		answered.add(text(answer.getPayload()));
		return answered;
	}

	private static String text(Object payload) {
		return (payload instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : (String) payload;
	}

	private static JsonNode json(Object json) {
		return JsonMapper.shared().readTree(text(json));
	}

}
