package dev.wasmspring.discovery;

/**
 * Thrown when one of the locations of modules cannot be looked at.
 */
public final class UnreadableLocationException extends RuntimeException {

	private final String location;

	private final String reason;

	UnreadableLocationException(String location, String reason, Throwable cause) {
		super("There are no modules at '" + location + "': " + reason, cause);
		this.location = location;
		this.reason = reason;
	}

	/**
	 * The location as it was set.
	 * @return a resource pattern
	 */
	public String location() {
		return this.location;
	}

	/**
	 * Why it cannot be looked at.
	 * @return a sentence
	 */
	public String reason() {
		return this.reason;
	}

}
