package dev.wasmspring.autoconfigure;

import java.util.List;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when properties are set that do not exist.
 */
@ApiStatus.Internal
public final class UnknownPropertyException extends RuntimeException {

	private final List<Unknown> unknown;

	/**
	 * Creates an exception.
	 * @param unknown the properties, at least one
	 */
	public UnknownPropertyException(List<Unknown> unknown) {
		super("There are no such properties: " + unknown.stream().map(Unknown::name).toList());
		this.unknown = unknown;
	}

	/**
	 * The properties that do not exist.
	 */
	public List<Unknown> unknown() {
		return this.unknown;
	}

	/**
	 * A property that does not exist. Immutable.
	 *
	 * @param name its name, as it was written
	 * @param origin where it was set, or {@code null} if that is not known
	 * @param nearest the name of the nearest one that exists, or the empty text
	 * @param brackets how to write it if the function's name needs brackets, or
	 * {@code null}
	 */
	public record Unknown(String name, @Nullable String origin, String nearest, @Nullable String brackets) {

	}

}
