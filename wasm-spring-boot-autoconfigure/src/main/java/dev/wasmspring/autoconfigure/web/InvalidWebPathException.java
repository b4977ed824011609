package dev.wasmspring.autoconfigure.web;

import org.jetbrains.annotations.ApiStatus;

/**
 * Thrown when the path of the functions cannot be one.
 */
@ApiStatus.Internal
public final class InvalidWebPathException extends RuntimeException {

	private final String path;

	private final String reason;

	/**
	 * Creates an exception.
	 * @param path the path as it was set
	 * @param reason what is wrong with it
	 */
	public InvalidWebPathException(String path, String reason) {
		super("'" + path + "' cannot be the path of the functions: " + reason);
		this.path = path;
		this.reason = reason;
	}

	/**
	 * The path as it was set.
	 */
	public String path() {
		return this.path;
	}

	/**
	 * What is wrong with it.
	 */
	public String reason() {
		return this.reason;
	}

}
