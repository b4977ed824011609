package dev.wasmspring.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.stream.MessageFailurePolicy.Fate;
import dev.wasmspring.stream.TestBroker.Received;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for functions on any broker.
 */
abstract class AbstractStreamTests {

	@TempDir
	static Path scripts;

	static final String MODULES = "file:../wasm-spring-boot-autoconfigure/src/test/resources/fixtures/";

	private static final String SECRET = "secret detail";

	String name = "";

	abstract TestBroker broker();

	@BeforeAll
	static void writeScripts() throws IOException {
		Files.writeString(scripts.resolve("failing.js"), """
				export function handle(input, headers) {
				  console.log("secret detail");
				  throw new Error("secret detail of " + Object.keys(headers));
				}
				""");
		Files.writeString(scripts.resolve("seen.js"), """
				export function handle(input, headers) {
				  return headers;
				}
				""");
	}

	/** The properties that make a binding receive batches. */
	abstract String[] batches(String binding);

	@BeforeEach
	void nameDestinations(TestInfo test) {
		this.name = getClass().getSimpleName() + "-" + test.getTestMethod().orElseThrow().getName();
		if (this.name.length() > 100) {
			this.name = this.name.substring(0, 100);
		}
	}

	@Test
	void whatARepetitionCannotMendIsADeadLetterAtOnceAndTheNextMessageGoesOn() {
		Map<String, String> failures = Map.of("divide", "[1,0]", "exit3", "", "huge_result", "x", "failing", "{}",
				"upper", "too long", "add", "no numbers");
		Map<String, Outcome> outcomes = Map.of("divide", Outcome.TRAP, "exit3", Outcome.EXIT, "huge_result",
				Outcome.BAD_OUTPUT, "failing", Outcome.ERROR, "upper", Outcome.INPUT_LIMIT, "add",
				Outcome.INVALID_INPUT);
		keepOutput("divide");
		run(List.of("divide", "exit3", "huge_result", "failing.js", "upper", "add"),
				"divide;exit3;huge_result;failing;upper;add", (context) -> {
					failures.forEach((function, input) -> broker().send(input(function), input));
					broker().send(input("divide"), "[6,3]");
					outcomes.forEach((function, outcome) -> {
						List<Received> letters = broker().deadLetters(input(function), 1);
						assertThat(letters).as(function).hasSize(1);
						Received letter = letters.get(0);
						assertThat(letter.text()).isEqualTo(failures.get(function));
						assertThat(letter.header("wasm-outcome")).isEqualTo(outcome.toString());
						assertThat(letter.header("wasm-function")).isEqualTo(function);
						assertThat(letter.header("wasm-problem"))
							.startsWith("{\"type\":\"urn:wasm:problem:" + outcome + "\",\"detail\":\"")
							.contains("\"function\":\"" + function + "\"");
						assertThat(letter.headers().toString()).doesNotContain(SECRET, "Exception", "\tat ");
						assertThat(calls(context, function, outcome)).as(function).isEqualTo(1);
					});
					assertThat(texts(broker().receive(output("divide"), 1))).containsExactly("2");
				}, "wasm.functions.upper.limits.input=5B");
	}

	@Test
	void aTimeoutIsTriedAgainAsOftenAsTheBindingSaysAndIsADeadLetterThen() {
		keepOutput("spin_if");
		run(List.of("spin_if"), "spin_if", (context) -> {
			broker().send(input("spin_if"), "[1]");
			broker().send(input("spin_if"), "[0]");
			Received letter = broker().deadLetters(input("spin_if"), 1).get(0);
			assertThat(letter.header("wasm-outcome")).isEqualTo("timeout");
			assertThat(calls(context, "spin_if", Outcome.TIMEOUT)).isEqualTo(4);
			assertThat(texts(broker().receive(output("spin_if"), 1))).containsExactly("7");
		}, "wasm.functions.spin_if.limits.timeout=30ms", consumer("spin_if") + "max-attempts=4");
	}

	@Test
	void aFunctionAtItsLimitSlowsItsConsumerDownAndMakesNoDeadLetter() {
		keepOutput("spin_if");
		run(List.of("spin_if"), "spin_if", (context) -> {
			Thread busy = occupy(context, "spin_if");
			IntStream.range(0, 5).forEach((i) -> broker().send(input("spin_if"), "[0]"));
			await(() -> calls(context, "spin_if", Outcome.REJECTED) > 6);
			assertThat(calls(context, "spin_if", Outcome.SUCCESS)).isZero();
			busy.interrupt();
			assertThat(texts(broker().receive(output("spin_if"), 5))).containsOnly("7").hasSize(5);
			assertThat(broker().countDeadLetters(input("spin_if"))).isZero();
		}, "wasm.functions.spin_if.limits.concurrency=1", "wasm.functions.spin_if.limits.timeout=2m",
				consumer("spin_if") + "max-attempts=2");
	}

	@Test
	void patienceEnds() {
		run(Impatient.class, List.of("spin_if"), "spin_if", (context) -> {
			Thread busy = occupy(context, "spin_if");
			broker().send(input("spin_if"), "[0]");
			assertThat(broker().deadLetters(input("spin_if"), 1).get(0).header("wasm-outcome")).isEqualTo("rejected");
			assertThat(calls(context, "spin_if", Outcome.REJECTED)).isGreaterThan(1);
			busy.interrupt();
		}, "wasm.functions.spin_if.limits.concurrency=1", "wasm.functions.spin_if.limits.timeout=2m");
	}

	@Test
	void aMessageThatWaitsWhenTheApplicationEndsIsNoDeadLetterAndIsHandledByTheNext() {
		keepOutput("spin_if");
		String[] limits = { "wasm.functions.spin_if.limits.concurrency=1", "wasm.functions.spin_if.limits.timeout=2m",
				"spring.lifecycle.timeout-per-shutdown-phase=1s" };
		run(List.of("spin_if"), "spin_if", (context) -> {
			occupy(context, "spin_if");
			broker().send(input("spin_if"), "[0]");
			await(() -> calls(context, "spin_if", Outcome.REJECTED) > 1);
		}, limits);
		assertThat(broker().countDeadLetters(input("spin_if"))).isZero();
		run(List.of("spin_if"), "spin_if",
				(context) -> assertThat(texts(broker().receive(output("spin_if"), 1))).containsExactly("7"), limits);
		assertThat(broker().countDeadLetters(input("spin_if"))).isZero();
	}

	@Test
	void aPoisonMessageDoesNotSpoilTheBatch() {
		keepOutput("divide");
		List<String> expected = new ArrayList<>();
		List<String> poison = new ArrayList<>();
		// There before anybody listens, so that they come together
		broker().keep(input("divide"));
		run(List.of("divide"), "divide", (context) -> {
		}, batches("divide"));
		for (int i = 1; i <= 20; i++) {
			String message = (i % 7 == 0) ? "[" + i + ",0]" : "[" + i + ",1]";
			broker().send(input("divide"), message.getBytes(StandardCharsets.UTF_8), Map.of(), "key");
			((i % 7 == 0) ? poison : expected).add((i % 7 == 0) ? message : String.valueOf(i));
		}
		run(List.of("divide"), "divide", (context) -> {
			assertThat(texts(broker().receive(output("divide"), expected.size()))).containsExactlyElementsOf(expected);
			List<Received> letters = broker().deadLetters(input("divide"), poison.size());
			assertThat(texts(letters)).containsExactlyElementsOf(poison);
			assertThat(letters).allMatch((letter) -> letter.header("wasm-outcome").equals("trap"));
			assertThat(calls(context, "divide", Outcome.TRAP)).isEqualTo(poison.size());
			assertThat(calls(context, "divide", Outcome.SUCCESS)).isEqualTo(expected.size());
			assertThat(context.getBean(WasmFunctions.class).require("divide").statistics().sandboxesCreated())
				.isEqualTo(20);
		}, batches("divide"));
	}

	@Test
	void aCommandSeesTheHeadersThatAreNamedAndNoOther() {
		keepOutput("env");
		run(List.of("env"), "env", (context) -> {
			broker().send(input("env"), new byte[0], Map.of("x-tenant", "acme", "secret", "s3cret"), "the-key");
			Received result = broker().receive(output("env"), 1).get(0);
			assertThat(result.text()).contains("HEADER_X_TENANT=acme\n").doesNotContain("s3cret", "the-key");
			// Results have the headers of what they are the results of
			assertThat(result.header("secret")).contains("s3cret");
		}, "wasm.functions.env.headers=x-tenant");
	}

	@Test
	void aScriptSeesTheHeadersThatAreNamedAndNoOther() {
		keepOutput("seen");
		run(List.of("seen.js"), "seen", (context) -> {
			broker().send(input("seen"), "{}".getBytes(StandardCharsets.UTF_8),
					Map.of("x-tenant", "acme", "secret", "s3cret", "contentType", "application/json"), "the-key");
			assertThat(broker().receive(output("seen"), 1).get(0).text()).contains("\"x-tenant\":\"acme\"")
				.doesNotContain("s3cret", "the-key", "kafka_", "amqp_");
		}, "wasm.functions.seen.headers=x-tenant");
	}

	@Test
	void bytesAreKeptAndTheContentTypeIsTheFunctions() {
		keepOutput("echo|cat", "echocat");
		byte[] all = new byte[256];
		IntStream.range(0, 256).forEach((i) -> all[i] = (byte) i);
		List<byte[]> payloads = List.of(all, "[1,2]".getBytes(StandardCharsets.UTF_8),
				"{\"a\":1}".getBytes(StandardCharsets.UTF_8), "\"text\"".getBytes(StandardCharsets.UTF_8));
		run(List.of("echo", "cat"), "echo|cat", "echocat", (context) -> {
			for (byte[] payload : payloads) {
				broker().send(input("echocat"), payload, Map.of("contentType", "application/json"), "key");
			}
			List<Received> results = broker().receive(output("echocat"), payloads.size());
			assertThat(results.stream().map(Received::payload).toList()).containsExactlyElementsOf(payloads);
			assertThat(results).allMatch((result) -> result.header("contentType").contains("image/png"));
		}, "wasm.functions.cat.produces=image/png");
	}

	@Test
	void aFailureInACompositionIsTheFunctions() {
		keepOutput("upper|divide", "upperdivide");
		run(List.of("upper", "divide"), "upper|divide", "upperdivide", (context) -> {
			broker().send(input("upperdivide"), "[1,0]");
			Received letter = broker().deadLetters(input("upperdivide"), 1).get(0);
			assertThat(letter.header("wasm-function")).isEqualTo("divide");
			assertThat(letter.header("wasm-outcome")).isEqualTo("trap");
		});
	}

	@Test
	void thePolicyIsABeanOfTheApplication() {
		run(Stubborn.class, List.of("divide"), "divide", (context) -> {
			broker().send(input("divide"), "[1,0]");
			assertThat(broker().deadLetters(input("divide"), 1).get(0).header("wasm-outcome")).isEqualTo("trap");
			assertThat(calls(context, "divide", Outcome.TRAP)).isEqualTo(3);
		});
	}

	@Test
	void whatIsNoFunctionsFaultIsTriedAgainAndSaysNothingOfTheHost() {
		run(Failing.class, List.of("upper"), "upper|failing", "upperfailing", (context) -> {
			broker().send(input("upperfailing"), "x");
			Received letter = broker().deadLetters(input("upperfailing"), 1).get(0);
			assertThat(letter.headers()).doesNotContainKeys("wasm-outcome", "wasm-function");
			assertThat(letter.header("wasm-problem")).contains("internal-server-error",
					"UnsupportedOperationException");
			assertThat(letter.headers().toString()).doesNotContain("/etc/shadow");
			assertThat(calls(context, "upper", Outcome.SUCCESS)).isEqualTo(3);
		});
	}

	@Test
	void whatTheBindingDoesNotTryAgainIsADeadLetterAtOnce() {
		run(Failing.class, List.of("upper"), "upper|failing", "upperfailing", (context) -> {
			broker().send(input("upperfailing"), "x");
			assertThat(broker().deadLetters(input("upperfailing"), 1)).hasSize(1);
			assertThat(calls(context, "upper", Outcome.SUCCESS)).isEqualTo(1);
		}, consumer("upperfailing") + "retryable-exceptions.java.lang.UnsupportedOperationException=false");
	}

	@Test
	void aContentTypeThatTheApplicationSetsForABindingStays() {
		keepOutput("cat");
		run(List.of("cat"), "cat", (context) -> {
			broker().send(input("cat"), "x");
			assertThat(broker().receive(output("cat"), 1).get(0).header("contentType")).contains("text/csv")
				.doesNotContain("image/png");
		}, "wasm.functions.cat.produces=image/png", "spring.cloud.stream.bindings.cat-out-0.content-type=text/csv");
	}

	@Test
	void aLetterThatIsSentOnceMoreLeavesWhatWasWrongBehind() {
		keepOutput("divide");
		run(List.of("divide"), "divide", (context) -> {
			broker().send(input("divide"), "[8,2]".getBytes(StandardCharsets.UTF_8),
					Map.of("wasm-outcome", "trap", "wasm-function", "divide", "wasm-problem", "{}", "other", "x"),
					null);
			Received result = broker().receive(output("divide"), 1).get(0);
			assertThat(result.text()).isEqualTo("4");
			assertThat(result.headers()).containsKey("other")
				.doesNotContainKeys("wasm-outcome", "wasm-function", "wasm-problem");
		});
	}

	String input(String function) {
		return this.name + "-" + function;
	}

	String output(String function) {
		return this.name + "-" + function + "-results";
	}

	void keepOutput(String... functions) {
		broker().keep(output(functions[functions.length - 1]));
	}

	static String consumer(String binding) {
		return "spring.cloud.stream.bindings." + binding + "-in-0.consumer.";
	}

	static long calls(ConfigurableApplicationContext context, String function, Outcome outcome) {
		return context.getBean(WasmFunctions.class).require(function).statistics().calls(outcome);
	}

	static List<String> texts(List<Received> messages) {
		return messages.stream().map(Received::text).toList();
	}

	/** Takes the only turn of a function, until the thread is interrupted. */
	static Thread occupy(ConfigurableApplicationContext context, String function) {
		WasmFunctions functions = context.getBean(WasmFunctions.class);
		Thread thread = new Thread(() -> {
			try {
				functions.require(function).apply("[1]");
			}
			catch (RuntimeException ex) {
				// As was intended
			}
		});
		thread.setDaemon(true);
		thread.start();
		await(() -> functions.require(function).statistics().sandboxesActive() > 0);
		return thread;
	}

	static void await(java.util.function.BooleanSupplier condition) {
		long end = System.nanoTime() + 120_000_000_000L;
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	void run(List<String> modules, String definition, Consumer<ConfigurableApplicationContext> test,
			String... properties) {
		run(Application.class, modules, definition, test, properties);
	}

	void run(Class<?> application, List<String> modules, String definition,
			Consumer<ConfigurableApplicationContext> test, String... properties) {
		run(application, modules, definition, null, test, properties);
	}

	void run(List<String> modules, String definition, String binding, Consumer<ConfigurableApplicationContext> test,
			String... properties) {
		run(Application.class, modules, definition, binding, test, properties);
	}

	void run(Class<?> application, List<String> modules, String definition, String binding,
			Consumer<ConfigurableApplicationContext> test, String... properties) {
		List<String> all = new ArrayList<>(Arrays.asList(broker().properties()));
		all.add("wasm.locations=" + modules.stream()
			.map((module) -> module.endsWith(".js") ? scripts.resolve(module).toUri().toString()
					: MODULES + module + ".wasm")
			.collect(Collectors.joining(",")));
		all.add("wasm.compilation.cache-directory=target/compiled");
		all.add("spring.cloud.function.definition=" + definition);
		for (String name : (binding != null) ? new String[] { binding } : definition.split(";")) {
			all.add("spring.cloud.stream.bindings." + name + "-in-0.destination=" + input(name));
			all.add("spring.cloud.stream.bindings." + name + "-out-0.destination=" + output(name));
		}
		all.addAll(Arrays.asList(properties));
		SpringApplicationBuilder builder = new SpringApplicationBuilder(application)
			.properties(all.toArray(String[]::new));
		try (ConfigurableApplicationContext context = builder.run()) {
			test.accept(context);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Stubborn {

		@Bean
		MessageFailurePolicy policy() {
			return (failure) -> (failure.outcome() == Outcome.TRAP) ? Fate.RETRY : Fate.DEAD_LETTER;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Impatient {

		@Bean
		MessageFailurePolicy policy() {
			return new MessageFailurePolicy() {

				@Override
				public Fate fate(dev.wasmspring.function.WasmFunctionException failure) {
					return MessageFailurePolicy.byOutcome().fate(failure);
				}

				@Override
				public java.time.Duration patience() {
					return java.time.Duration.ofMillis(300);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Failing {

		@Bean
		Function<byte[], byte[]> failing() {
			return (bytes) -> {
				throw new UnsupportedOperationException("/etc/shadow");
			};
		}

	}

}
