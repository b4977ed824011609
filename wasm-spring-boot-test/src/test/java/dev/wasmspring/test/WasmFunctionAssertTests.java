package dev.wasmspring.test;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static dev.wasmspring.test.WasmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@WasmFunctionTest({ "greeting", "vat" })
class WasmFunctionAssertTests {

	private static final String ADA = "{\"name\":\"Ada\"}";

	@Autowired
	private WasmFunction greeting;

	@Autowired
	private WasmFunction vat;

	private static WasmFunctionAssert of(Function<Object, Object> function) {
		return new WasmFunctionAssert(function);
	}

	private static void fails(Runnable assertion, CharSequence... words) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion::run).withMessageContainingAll(words);
	}

	@Test
	void anotherAnswerFails() {
		fails(() -> assertThat(this.greeting).answers(ADA, "{\"greeting\":\"Hello\"}"), "Hello, Ada", ADA);
		fails(() -> assertThat(this.vat).answers("[32693, 190]", "6211"), "6211", "6212");
	}

	@Test
	void aCallThatDoesNotSucceedFailsWithItsOutcome() {
		fails(() -> assertThat(this.greeting).answers("{}", "{}"), "'greeting' ended with error");
		fails(() -> assertThat(this.greeting).answer("{}").contains("x"), "'greeting' ended with error");
	}

	@Test
	void jsonIsComparedAsJsonAndTextAsText() {
		of((input) -> "{\"b\": [1, 2], \"a\": 1.5}").answers("", "{ \"a\":1.5,\"b\":[1,2] }");
		fails(() -> of((input) -> "{\"a\": [2, 1]}").answers("", "{\"a\": [1, 2]}"), "[2, 1]");
		fails(() -> of((input) -> "1.0").answers("", "1"), "1.0");
		fails(() -> of((input) -> "{").answers("", "{ "), "<{>");
	}

	@Test
	void anAnswerCanBeLookedAt() {
		assertThat(this.greeting).answer(ADA).contains("Hello");
		assertThat(this.greeting).answer("{\"name\":\"Ada\"}".getBytes()).contains('H', 'e');
		fails(() -> assertThat(this.greeting).answer(ADA).contains("Bye"), "Bye");
	}

	@Test
	void anAnswerWhereNoneShouldBeFails() {
		fails(() -> assertThat(this.greeting).refuses(ADA), ADA, "Hello, Ada");
		assertThat(this.greeting).refuses("{}").refuses("{}", Outcome.ERROR).refuses("{", Outcome.INVALID_INPUT);
		fails(() -> assertThat(this.greeting).refuses("{}", Outcome.TRAP), "trap", "error");
	}

	@Test
	void aCallThatTakesTooLongFails() {
		Function<Object, Object> slow = (input) -> {
			try {
				Thread.sleep(50);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return "";
		};
		fails(() -> of(slow).endsWithin(Duration.ofMillis(5), "x"), "PT0.005S");
		of(slow).endsWithin(Duration.ofMinutes(1), "x");
	}

	@Test
	void aFunctionInASandboxIsIsolated() {
		assertThat(this.greeting).isIsolated(ADA);
	}

	@Test
	void whatCountsItsCallsIsNotIsolated() {
		AtomicInteger calls = new AtomicInteger();
		fails(() -> of((input) -> "call " + calls.incrementAndGet()).isIsolated("x"), "call 1", "call 5");
	}

	@Test
	void whatGivesBackAnEarlierInputIsNotIsolated() {
		AtomicReference<Object> last = new AtomicReference<>("");
		fails(() -> of((input) -> "x".equals(input) ? "last: " + text(last.get()) : text(last.getAndSet(input)))
			.isIsolated("x"), "of an earlier input came back");
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes) : value.toString();
	}

	@Test
	void whatDrawsRandomNumbersCannotBeLookedAt() {
		fails(() -> of((input) -> "" + ThreadLocalRandom.current().nextLong()).isIsolated("x"), "random");
	}

	@Test
	void thereMustBeAFunction() {
		fails(() -> WasmAssertions.assertThat(null).answers("", ""), "not to be null");
	}

}
