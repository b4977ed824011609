package dev.wasmspring.schema;

import org.jetbrains.annotations.ApiStatus;

/**
 * Thrown when a schema cannot be used. The message is the reason, a sentence.
 */
@ApiStatus.Internal
public final class InvalidSchemaException extends RuntimeException {

	private final String remedy;

	/**
	 * Creates an exception.
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 */
	public InvalidSchemaException(String reason, String remedy) {
		super(reason);
		this.remedy = remedy;
	}

	InvalidSchemaException(String reason) {
		this(reason, "Correct the schema.");
	}

	/**
	 * What its owner can do about it.
	 * @return a sentence in the imperative
	 */
	public String remedy() {
		return this.remedy;
	}

}
