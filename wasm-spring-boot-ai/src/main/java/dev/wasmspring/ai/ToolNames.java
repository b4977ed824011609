package dev.wasmspring.ai;

import java.util.List;

import dev.wasmspring.function.FunctionDefinition;

/**
 * Which functions are tools, and what they are called then. Immutable; shared by all
 * threads.
 *
 * @param include names of functions, or {@code *}
 * @param exclude names of functions, or {@code *}
 */
record ToolNames(List<String> include, List<String> exclude) {

	/** Models and MCP take no longer ones. */
	private static final int MAX_LENGTH = 64;

	ToolNames {
		include = List.copyOf(include);
		exclude = List.copyOf(exclude);
	}

	boolean has(FunctionDefinition function) {
		return isIn(this.include, function) && !isIn(this.exclude, function);
	}

	private static boolean isIn(List<String> names, FunctionDefinition function) {
		return names.contains("*") || names.contains(function.name());
	}

	/**
	 * What models call a function: its name, with {@code _} for what their names cannot
	 * have.
	 */
	static String of(String function) {
		String name = function.replaceAll("[^A-Za-z0-9_-]", "_");
		return (name.length() > MAX_LENGTH) ? name.substring(0, MAX_LENGTH) : name;
	}

}
