package dev.wasmspring.function;

import java.util.Map;

import dev.wasmspring.sandbox.ScriptOutput;

/**
 * How a function of one kind sees a request over HTTP and shapes its answer. Lives for
 * one call, used by one thread.
 */
interface HttpConvention {

	/**
	 * What the guest is called with.
	 * @param body the body of the request
	 * @throws InvalidBodyException if the body is not what its content type says
	 */
	byte[] input(byte[] body);

	/**
	 * The environment variables that the guest sees of the request.
	 */
	Map<String, String> environment();

	/**
	 * What the guest's output means.
	 * @throws BadAnswerException if it is no answer
	 */
	ShapedOutput output(ScriptOutput output);

	/**
	 * Thrown when a body is not what its content type says.
	 */
	final class InvalidBodyException extends RuntimeException {

		InvalidBodyException(String message) {
			super(message, null, false, false);
		}

	}

}
