package dev.wasmspring.sandbox.module;

import java.util.List;

/**
 * A callable export of a module. Immutable; lives as long as its {@link Module} and may
 * be shared by all threads.
 *
 * @param name the name in the module's export section
 * @param kind how it takes its input and gives its output
 * @param parameters the parameter types of a {@link Kind#NUMERIC} export, else empty
 * @param results the result types of a {@link Kind#NUMERIC} export, else empty
 */
public record Export(String name, Kind kind, List<NumberType> parameters, List<NumberType> results) {

	public Export {
		parameters = List.copyOf(parameters);
		results = List.copyOf(results);
	}

}
