package dev.wasmspring.sandbox.limit;

import java.util.Locale;

/**
 * How a call ended: a closed set. The same word stands in the exception, the log, the
 * metric tag and the problem document.
 */
public enum Outcome {

	/**
	 * The function answered.
	 */
	SUCCESS,

	/**
	 * There is no such function, or its module was rejected.
	 */
	UNKNOWN_FUNCTION,

	/**
	 * The input is not the numbers that a numeric function takes, or not the JSON or text
	 * that a script was said to get.
	 */
	INVALID_INPUT,

	/**
	 * The input is larger than allowed; no sandbox was created for it.
	 */
	INPUT_LIMIT,

	/**
	 * The function already runs as many calls as it may, all calls together hold as much
	 * memory as they may, or the application is shutting down. The call may be tried
	 * again.
	 */
	REJECTED,

	/**
	 * The function says that it failed: a script threw an exception that it did not
	 * catch, or a bytes function reported an error.
	 */
	ERROR,

	/**
	 * The guest trapped, ran out of stack, or broke the calling convention.
	 */
	TRAP,

	/**
	 * The guest ended itself with a non-zero exit code, or before it had a result.
	 */
	EXIT,

	/**
	 * The output is larger than allowed, lies outside the guest's memory, or cannot be
	 * expressed.
	 */
	BAD_OUTPUT,

	/**
	 * The deadline passed, or the calling thread was interrupted.
	 */
	TIMEOUT;

	private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * The outcome as it is written everywhere, for example {@code bad-output}.
	 * @return the lower-case word
	 */
	@Override
	public String toString() {
		return this.word;
	}

}
