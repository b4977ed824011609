package dev.wasmspring.sandbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a guest may see of the world beyond its input; nothing unless given. Immutable;
 * lives as long as its function and is shared by all threads.
 *
 * @param arguments the command's arguments, without the program's name
 * @param environment the environment variables
 */
public record Capabilities(List<String> arguments, Map<String, String> environment) {

	/**
	 * Neither arguments nor environment.
	 */
	public static final Capabilities NONE = new Capabilities(List.of(), Map.of());

	public Capabilities {
		arguments = List.copyOf(arguments);
		environment = Map.copyOf(environment);
	}

	/**
	 * The same, with more environment variables.
	 * @param more the variables, which take the place of those of the same names
	 * @return this, if there are none
	 */
	public Capabilities withEnvironment(Map<String, String> more) {
		if (more.isEmpty()) {
			return this;
		}
		Map<String, String> all = new HashMap<>(this.environment);
		all.putAll(more);
		return new Capabilities(this.arguments, all);
	}

}
