package dev.wasmspring.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractByteArrayAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ByteArrayAssert;
import org.assertj.core.api.StringAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions on a function. Lives as long as a test needs it; used by one thread, and
 * calls the function from several where it looks for what one call leaves to another.
 * <p>
 * Each assertion calls the function, always in a fresh sandbox. Texts that are JSON
 * objects or arrays are compared as JSON: neither spaces nor the order of names matter.
 */
public final class WasmFunctionAssert extends AbstractAssert<WasmFunctionAssert, Function<Object, Object>> {

	private static final JsonMapper json = JsonMapper.builder().build();

	private static final int ROUNDS = 20;

	private static final int THREADS = 4;

	WasmFunctionAssert(@Nullable Function<Object, Object> actual) {
		super(actual, WasmFunctionAssert.class);
	}

	/**
	 * The function answers a text, or JSON, with another.
	 * @param input the function's input
	 * @param expected the answer; JSON objects and arrays are compared as such
	 * @return these assertions
	 */
	public WasmFunctionAssert answers(String input, String expected) {
		Attempt attempt = attempt(input);
		if (attempt.failure() != null) {
			throw failure("Expected the answer%n  <%s>%nto%n  <%s>%nbut the call did not succeed:%n  %s", expected,
					input, attempt.failure().getMessage());
		}
		if (!isSame(expected, attempt.text())) {
			throw failureWithActualExpected(attempt.text(), expected,
					"Expected the answer%n  <%s>%nto%n  <%s>%nbut it was%n  <%s>", expected, input, attempt.text());
		}
		return this;
	}

	/**
	 * The function answers bytes with others.
	 * @param input the function's input
	 * @param expected the answer
	 * @return these assertions
	 */
	public WasmFunctionAssert answers(byte[] input, byte[] expected) {
		answer(input).isEqualTo(expected);
		return this;
	}

	/**
	 * The function answers, and its answer can be looked at.
	 * @param input the function's input
	 * @return assertions on the answer
	 */
	public AbstractStringAssert<?> answer(String input) {
		return new StringAssert((String) succeed(input)).as("answer to <%s>", input);
	}

	/**
	 * The function answers, and its answer can be looked at.
	 * @param input the function's input
	 * @return assertions on the answer
	 */
	public AbstractByteArrayAssert<?> answer(byte[] input) {
		return new ByteArrayAssert((byte[]) succeed(input));
	}

	private Object succeed(Object input) {
		Attempt attempt = attempt(input);
		Object answer = attempt.answer();
		if (answer == null) {
			WasmFunctionException thrown = attempt.failure();
			throw failure("Expected an answer, but the call did not succeed:%n  %s",
					(thrown != null) ? thrown.getMessage() : "it gave null");
		}
		return answer;
	}

	/**
	 * The function does not answer: its call ends in some other way than it should, but
	 * before its deadline.
	 * @param input a text
	 * @return these assertions
	 */
	public WasmFunctionAssert refuses(String input) {
		Outcome outcome = refusal(input);
		if (outcome == Outcome.TIMEOUT || outcome == Outcome.REJECTED || outcome == Outcome.UNKNOWN_FUNCTION) {
			throw failure("Expected that the function refuses%n  <%s>%nbut the call ended with %s, which says nothing"
					+ " of the input", input, outcome);
		}
		return this;
	}

	/**
	 * The function does not answer, and its call ends in a certain way.
	 * @param input a text
	 * @param expected how
	 * @return these assertions
	 */
	public WasmFunctionAssert refuses(String input, Outcome expected) {
		Outcome outcome = refusal(input);
		if (outcome != expected) {
			throw failureWithActualExpected(outcome, expected,
					"Expected that the call with%n  <%s>%nends with %s, but it ended with %s", input, expected,
					outcome);
		}
		return this;
	}

	private Outcome refusal(String input) {
		Attempt attempt = attempt(input);
		WasmFunctionException thrown = attempt.failure();
		if (thrown == null) {
			throw failure("Expected that the function refuses%n  <%s>%nbut it answered%n  <%s>", input, attempt.text());
		}
		return thrown.outcome();
	}

	/**
	 * The function's call ends, however it does, within some time. The first call of a
	 * function may have to load its module, so one call is made before.
	 * @param limit how long it may take
	 * @param input a text
	 * @return these assertions
	 */
	public WasmFunctionAssert endsWithin(Duration limit, String input) {
		attempt(input);
		long start = System.nanoTime();
		attempt(input);
		Duration taken = Duration.ofNanos(System.nanoTime() - start);
		if (taken.compareTo(limit) > 0) {
			throw failureWithActualExpected(taken, limit,
					"Expected that the call with%n  <%s>%nends within %s, but it" + " took %s", input, limit, taken);
		}
		return this;
	}

	/**
	 * No call leaves anything to another. The function is called with an input, with
	 * others that carry a mark, and with the input again, many times, one after the other
	 * and several at once: all answers to the input must be the same, and the mark must
	 * not come back.
	 * <p>
	 * A function that answers with the time or with random numbers cannot be looked at
	 * this way, and fails.
	 * @param input an input that the function answers
	 * @return these assertions
	 */
	public WasmFunctionAssert isIsolated(String input) {
		String first = (String) succeed(input);
		for (int i = 0; i < ROUNDS; i++) {
			plantAndLook(input, first);
		}
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < ROUNDS; i++) {
				running.add(threads.submit(() -> plantAndLook(input, first)));
			}
			for (Future<?> future : running) {
				future.get(1, TimeUnit.MINUTES);
			}
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof AssertionError failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failure("Interrupted before all calls had ended");
		}
		catch (TimeoutException ex) {
			throw failure("Calls at the same time did not end within a minute");
		}
		finally {
			threads.shutdownNow();
		}
		return this;
	}

	private void plantAndLook(String input, String first) {
		String mark = UUID.randomUUID().toString().replace("-", "");
		attempt("\"" + mark.repeat(100) + "\"");
		attempt(mark);
		attempt((input + mark).getBytes(StandardCharsets.UTF_8));
		Attempt again = attempt(input);
		String text = (again.failure() != null) ? again.failure().getMessage() : again.text();
		if (text != null && text.contains(mark)) {
			throw failure(
					"Expected that no call leaves anything to another, but <%s> of an earlier input came back in%n"
							+ "  <%s>",
					mark, text);
		}
		if (!first.equals(text)) {
			throw failureWithActualExpected(text, first,
					"Expected that no call leaves anything to another, but the answer to%n  <%s>%nwas at first%n  <%s>%n"
							+ "and after other calls%n  <%s>%nA function that answers with the time or with random"
							+ " numbers cannot be looked at this way.",
					input, first, text);
		}
	}

	private Attempt attempt(Object input) {
		isNotNull();
		try {
			return new Attempt(this.actual.apply(input), null);
		}
		catch (WasmFunctionException ex) {
			return new Attempt(null, ex);
		}
	}

	private static boolean isSame(String expected, @Nullable String actual) {
		if (actual == null || expected.equals(actual)) {
			return expected.equals(actual);
		}
		JsonNode tree = tree(expected);
		return tree != null && tree.equals(tree(actual));
	}

	/**
	 * A text as JSON, if it is an object or an array.
	 */
	private static @Nullable JsonNode tree(String text) {
		try {
			JsonNode tree = json.readTree(text);
			return (tree != null && tree.isContainer()) ? tree : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * What came of a call.
	 *
	 * @param answer the answer, {@code null} if the call did not succeed
	 * @param failure why it did not
	 */
	private record Attempt(@Nullable Object answer, @Nullable WasmFunctionException failure) {

		@Nullable String text() {
			return (this.answer != null) ? this.answer.toString() : null;
		}

	}

}
