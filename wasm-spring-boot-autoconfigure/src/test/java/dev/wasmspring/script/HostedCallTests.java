package dev.wasmspring.script;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.HostedCall;
import dev.wasmspring.function.HostedScript;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.sandbox.wasi.HostCalls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Scripts that ask their host for something while they run.
 */
class HostedCallTests {

	private static final String JAVASCRIPT = """
			const mark = "\\0wasm-host-call\\0", head = "\\0wasm-answer";
			function ask(text) {
			  print(mark + text);
			  const start = crypto.getRandomValues(new Uint8Array(16)), decoder = new TextDecoder();
			  if (decoder.decode(start.subarray(0, 12)) !== head) return null;
			  const answer = new Uint8Array(start[12] | start[13] << 8 | start[14] << 16 | start[15] << 24);
			  for (let at = 0; at < answer.length; at += 65536) crypto.getRandomValues(answer.subarray(at, at + 65536));
			  return decoder.decode(answer);
			}
			""";

	private static final String PYTHON = """
			import os
			def ask(text):
			    os.write(2, b"\\0wasm-host-call\\0" + text.encode())
			    start = os.urandom(16)
			    if start[:12] != b"\\0wasm-answer":
			        return None
			    return os.urandom(int.from_bytes(start[12:], "little")).decode()
			""";

	private static final String RUBY = """
			def ask(text)
			  print "\\0wasm-host-call\\0" + text + "\\n"
			  start = SecureRandom.random_bytes(16)
			  return nil unless start.byteslice(0, 12) == "\\0wasm-answer"
			  n = (0..3).sum { |i| start.getbyte(12 + i) << 8 * i }
			  n == 0 ? "" : SecureRandom.random_bytes(n)
			end
			""";

	private static final String PHP = """
			<?php
			function ask($text) {
			  fwrite(STDERR, "\\0wasm-host-call\\0" . $text);
			  $start = random_bytes(16);
			  if (substr($start, 0, 12) !== "\\0wasm-answer") return null;
			  $n = unpack("V", substr($start, 12))[1];
			  return $n ? random_bytes($n) : "";
			}
			""";

	/** What asks twice and prints between. */
	private static final Map<String, String> TWICE = Map.of("javascript",
			JAVASCRIPT + "function handle(x) { const a = ask('one ' + x); print('between'); return a + ask('two'); }",
			"python",
			PYTHON + "def handle(x):\n    a = ask(f'one {x}')\n    print('between')\n    return a + ask('two')\n",
			"ruby", RUBY + "def handle(x)\n  a = ask(\"one #{x}\")\n  puts 'between'\n  a + ask('two')\nend\n", "php",
			PHP + "function handle($x) { $a = ask(\"one $x\"); fwrite(STDERR, \"between\\n\"); return $a . ask('two'); }");

	private final WasmScripts scripts = new WasmScripts(TestScripts.ENGINE, TestScripts.RUNTIMES,
			new FunctionSettings(null, null, null, TestScripts.LIMITS, 8, Capabilities.NONE), 100, 64 << 20);

	private final List<String> asked = new ArrayList<>();

	private ScriptFunction compile(String language, String source, @Nullable HostCalls whileLoading, Limits limits) {
		String extension = ScriptLanguage.of(language).extensions().get(0);
		return this.scripts.compile("asking", language,
				new HostedScript(List.of(new ScriptFile("code." + extension, source.getBytes(StandardCharsets.UTF_8))),
						whileLoading,
						(text) -> this.asked.add("printed " + new String(text, StandardCharsets.UTF_8).strip())),
				limits);
	}

	private byte[] answer(byte[] request) {
		String text = new String(request, StandardCharsets.UTF_8).strip();
		this.asked.add(text);
		return ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
	}

	private static Object call(ScriptFunction script, HostedCall call, String input) {
		return ((Message<?>) script.apply(MessageBuilder.withPayload(input).setHeader(HostedCall.HEADER, call).build()))
			.getPayload();
	}

	static Stream<String> languages() {
		return TWICE.keySet().stream().sorted();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aScriptAsksItsHostAndReadsTheAnswer(String language) {
		try (ScriptFunction script = compile(language, TWICE.get(language), null, TestScripts.LIMITS)) {
			HostedCall call = new HostedCall(this::answer);
			assertThat(call(script, call, "7")).isEqualTo("<one 7><two>");
			assertThat(new String(call.printed(), StandardCharsets.UTF_8)).isEqualTo("between\n");
			assertThat(call.memory()).isPositive();
			assertThat(this.asked).containsExactly("printed ", "one 7", "two");
		}
	}

	@ParameterizedTest
	@MethodSource("languages")
	void aCallThatIsNotHostedGetsNoAnswer(String language) {
		String source = TWICE.get(language);
		try (ScriptFunction script = compile(language, source, this::answer, TestScripts.LIMITS)) {
			HostedCall call = new HostedCall(null);
			assertThat(String.valueOf(call(script, call, "7"))).doesNotContain("<one");
			assertThat(new String(call.printed(), StandardCharsets.UTF_8)).contains("wasm-host-call");
			assertThat(this.asked).containsExactly("printed ");
		}
		catch (WasmFunctionException ex) {
			// Python and Ruby do not add to nothing
			assertThat(ex.outcome()).isEqualTo(Outcome.ERROR);
		}
	}

	@Test
	void whatIsAskedWhileLoadingIsAnsweredByAnother() {
		String source = JAVASCRIPT + "const early = ask('early'); function handle() { return early + ask('late'); }";
		HostCalls loading = (request) -> "no".getBytes(StandardCharsets.UTF_8);
		try (ScriptFunction script = compile("javascript", source, loading, TestScripts.LIMITS)) {
			assertThat(call(script, new HostedCall(this::answer), "1")).isEqualTo("no<late>");
			assertThat(call(script, new HostedCall(this::answer), "1")).isEqualTo("no<late>");
			assertThat(this.asked).containsExactly("printed ", "late", "late");
		}
	}

	@Test
	void anAnswerOfAnySizeArrivesAsItIs() {
		String source = JAVASCRIPT
				+ "function handle(n) { const a = ask('' + n); return a.length + ':' + new Set(a).size; }";
		HostCalls host = (request) -> "é".repeat(Integer.parseInt(new String(request, StandardCharsets.UTF_8).strip()))
			.getBytes(StandardCharsets.UTF_8);
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			for (int n : new int[] { 0, 1, 100, 127, 128, 32_767, 32_768, 32_769, 500_000 }) {
				assertThat(call(script, new HostedCall(host), "" + n)).isEqualTo(n + ":" + Math.min(n, 1));
			}
		}
	}

	@Test
	void noMoreOfARequestIsReadThanIsTaken() {
		String source = JAVASCRIPT + "function handle(n) { return ask('x'.repeat(n)); }";
		HostCalls host = (request) -> ("" + request.length).getBytes(StandardCharsets.UTF_8);
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			assertThat(call(script, new HostedCall(host), "1000000")).isEqualTo("1000001");
			assertThat(call(script, new HostedCall(host), "5000000")).isEqualTo("" + HostCalls.LONGEST);
		}
	}

	@Test
	void randomNumbersAreRandomAgainAfterAnAnswer() {
		String source = JAVASCRIPT
				+ """
						function handle() {
						  print(mark + "unread");
						  const half = crypto.getRandomValues(new Uint8Array(14));
						  const rest = crypto.getRandomValues(new Uint8Array(64)), more = crypto.getRandomValues(new Uint8Array(64));
						  return { half: [...half.slice(1, 12)], rest: [...rest], more: [...more] };
						}
						""";
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			String first = (String) call(script, new HostedCall(this::answer), "0");
			String second = (String) call(script, new HostedCall(this::answer), "0");
			assertThat(first).contains("\"half\":[119,97,115,109,45,97,110,115,119,101,114]").isNotEqualTo(second);
			assertThat(first.substring(first.indexOf("more"))).isNotEqualTo(second.substring(second.indexOf("more")));
		}
	}

	@Test
	void theHostHasStackEnoughHoweverDeepTheScriptIs() {
		String source = JAVASCRIPT
				+ """
						let asked = 0;
						function down(n) { try { return down(n + 1); } catch (e) { if (!(e instanceof RangeError)) throw e; return up(); } }
						function up() { try { return ask("deep"); } catch (e) { if (!(e instanceof RangeError)) throw e; throw new RangeError("up"); } }
						function handle() { return down(0); }
						""";
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			List<StackTraceElement> stack = new ArrayList<>();
			assertThat(call(script, new HostedCall((request) -> {
				stack.addAll(List.of(Thread.currentThread().getStackTrace()));
				return ("" + depth(2_000)).getBytes(StandardCharsets.UTF_8);
			}), "1")).isEqualTo("2000");
			// Nothing of the guest is on it
			assertThat(stack).isNotEmpty()
				.noneMatch((frame) -> frame.getClassName().startsWith("dev.wasmspring.sandbox."));
		}
	}

	private static int depth(int n) {
		return (n == 0) ? 0 : 1 + depth(n - 1);
	}

	@Test
	void aScriptIsNotCalledAgainForWantOfStackSinceItAskedOnce() throws InterruptedException {
		String source = JAVASCRIPT + """
				function down(n) { return n ? 1 + down(n - 1) : 0; }
				function handle(n) { ask("once"); return down(n); }
				""";
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			this.asked.clear();
			List<Object> answers = new ArrayList<>();
			Thread small = new Thread(null, () -> answers.add(call(script, new HostedCall(this::answer), "400")),
					"small", 200_000);
			small.start();
			small.join();
			assertThat(answers).containsExactly("400");
			assertThat(this.asked).containsExactly("once");
		}
	}

	@Test
	void theDeadlineOfTheScriptEndsWhatItAskedFor() {
		String source = JAVASCRIPT + "function handle() { ask('wait'); return 'late'; }";
		List<Boolean> interrupted = new ArrayList<>();
		HostCalls host = (request) -> {
			try {
				Thread.sleep(60_000);
			}
			catch (InterruptedException ex) {
				interrupted.add(true);
			}
			return request;
		};
		try (ScriptFunction script = compile("javascript", source, null,
				TestScripts.LIMITS.withTimeout(Duration.ofMillis(500)))) {
			assertThatExceptionOfType(WasmFunctionException.class)
				.isThrownBy(() -> call(script, new HostedCall(host), "1"))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.TIMEOUT));
			assertThat(interrupted).containsExactly(true);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThat(call(script, new HostedCall((request) -> request), "1")).isEqualTo("late");
		}
	}

	@Test
	void aScriptThatAsksWithoutEndIsEndedByItsDeadline() {
		String source = JAVASCRIPT + "function handle() { for (;;) ask('again'); }";
		try (ScriptFunction script = compile("javascript", source, null,
				TestScripts.LIMITS.withTimeout(Duration.ofMillis(300)))) {
			assertThatExceptionOfType(WasmFunctionException.class)
				.isThrownBy(() -> call(script, new HostedCall((request) -> request), "1"))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.TIMEOUT));
		}
	}

	@Test
	void aFunctionThatIsNoScriptIsGivenNothingToAsk() {
		// The mark without a host is text for the log
		String source = JAVASCRIPT + "function handle() { return ask('x') === null; }";
		try (ScriptFunction script = compile("javascript", source, null, TestScripts.LIMITS)) {
			assertThat(script.apply("1")).isEqualTo("true");
		}
	}

}
