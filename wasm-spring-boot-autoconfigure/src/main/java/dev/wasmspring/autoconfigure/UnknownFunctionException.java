package dev.wasmspring.autoconfigure;

import java.util.List;
import java.util.SortedSet;

import org.jetbrains.annotations.ApiStatus;

/**
 * Thrown when there are settings for a function that does not exist.
 */
@ApiStatus.Internal
public final class UnknownFunctionException extends RuntimeException {

	private final List<String> unknown;

	private final SortedSet<String> functions;

	/**
	 * Creates an exception.
	 * @param unknown the names in the properties, at least one
	 * @param functions the names of the functions that exist
	 */
	public UnknownFunctionException(List<String> unknown, SortedSet<String> functions) {
		super("There are settings for functions that do not exist: " + unknown + "; those that exist are " + functions);
		this.unknown = unknown;
		this.functions = functions;
	}

	/**
	 * The names in the properties.
	 */
	public List<String> unknown() {
		return this.unknown;
	}

	/**
	 * The names of the functions that exist.
	 */
	public SortedSet<String> functions() {
		return this.functions;
	}

}
