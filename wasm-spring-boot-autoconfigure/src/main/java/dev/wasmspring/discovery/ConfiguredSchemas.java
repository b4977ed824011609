package dev.wasmspring.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What is set of a function's schemas. Immutable; lives as long as discovery.
 *
 * @param input the schema of the input or its location, {@code null} if it is not set
 * @param output the schema of the output or its location, {@code null} if it is not set
 */
public record ConfiguredSchemas(@Nullable String input, @Nullable String output) {

	/**
	 * Nothing is set.
	 */
	static final ConfiguredSchemas NONE = new ConfiguredSchemas(null, null);

}
