package dev.wasmspring.stream;

import java.time.Duration;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;

/**
 * Says what becomes of a message whose call of a function failed. One bean for the whole
 * application, asked by all consumers' threads at once. Define a bean of this type to
 * decide otherwise than {@link #byOutcome()}.
 */
@FunctionalInterface
public interface MessageFailurePolicy {

	/**
	 * How long a message waits for a function unless a policy says otherwise.
	 */
	Duration PATIENCE = Duration.ofMinutes(10);

	/**
	 * What becomes of the message.
	 * @param failure how the call ended
	 * @return its fate
	 */
	Fate fate(WasmFunctionException failure);

	/**
	 * How long a message {@linkplain Fate#WAIT waits} before it becomes a dead letter
	 * after all.
	 * @return 10 minutes unless overridden
	 */
	default Duration patience() {
		return PATIENCE;
	}

	/**
	 * The policy that is used when there is no bean of this type: a call that was
	 * {@code rejected} waits, one that ended with {@code timeout} or
	 * {@code unknown-function} is tried again, and all others, which would end the same
	 * way, are dead letters at once.
	 * @return the policy
	 */
	static MessageFailurePolicy byOutcome() {
		return (failure) -> fate(failure.outcome());
	}

	private static Fate fate(Outcome outcome) {
		return switch (outcome) {
			case REJECTED -> Fate.WAIT;
			case TIMEOUT, UNKNOWN_FUNCTION -> Fate.RETRY;
			case SUCCESS, INVALID_INPUT, INPUT_LIMIT, ERROR, TRAP, EXIT, BAD_OUTPUT -> Fate.DEAD_LETTER;
		};
	}

	/**
	 * What becomes of a message.
	 */
	enum Fate {

		/**
		 * It goes to the dead letters at once: the same call would end the same way.
		 */
		DEAD_LETTER,

		/**
		 * It is tried again as often as the binding says ({@code max-attempts} and
		 * {@code back-off-*}), and then goes to the dead letters.
		 */
		RETRY,

		/**
		 * It is tried again until the function takes it. Its consumer takes no other
		 * message meanwhile.
		 */
		WAIT

	}

}
