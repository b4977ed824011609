package dev.wasmspring.discovery;

import java.util.Set;

import org.jetbrains.annotations.ApiStatus;

/**
 * The functions that a context is to have, where it is not to have all that are found:
 * for tests, which register it as a singleton before the context starts. Immutable; lives
 * as long as the context.
 *
 * @param names the names of the functions
 */
@ApiStatus.Internal
public record FunctionSelection(Set<String> names) {

	/**
	 * The name of the singleton.
	 */
	public static final String BEAN_NAME = "dev.wasmspring.discovery.functionSelection";

	public FunctionSelection {
		names = Set.copyOf(names);
	}

}
