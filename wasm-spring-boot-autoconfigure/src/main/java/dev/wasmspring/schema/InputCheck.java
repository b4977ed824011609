package dev.wasmspring.schema;

import java.util.List;

import org.jetbrains.annotations.ApiStatus;

/**
 * The check of inputs against a schema. Lives as long as its function; shared by all
 * threads.
 */
@ApiStatus.Internal
public interface InputCheck {

	/**
	 * Checks an input.
	 * @param input the input, JSON or text in UTF-8
	 * @param isText whether it is a text, which the schema sees as a string
	 * @param deadline until when that may take, as {@link System#nanoTime()} has it
	 * @return what is wrong with it, nothing if it is as the schema has it
	 * @throws TooLateException if the deadline passed
	 */
	List<InputViolation> check(byte[] input, boolean isText, long deadline);

	/**
	 * Thrown when the check did not come to its end before its deadline.
	 */
	final class TooLateException extends RuntimeException {

		TooLateException() {
			super(null, null, false, false);
		}

	}

}
