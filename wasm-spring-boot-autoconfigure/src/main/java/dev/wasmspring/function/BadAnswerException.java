package dev.wasmspring.function;

/**
 * Thrown when what a guest gave cannot be an answer over HTTP.
 */
final class BadAnswerException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param reason the end of a sentence, fit for whoever called
	 */
	BadAnswerException(String reason) {
		super(reason, null, false, false);
	}

}
