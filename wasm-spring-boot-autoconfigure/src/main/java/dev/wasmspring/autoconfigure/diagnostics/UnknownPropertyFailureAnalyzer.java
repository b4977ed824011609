package dev.wasmspring.autoconfigure.diagnostics;

import java.util.stream.Collectors;

import dev.wasmspring.autoconfigure.UnknownPropertyException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because properties are set that do not exist.
 */
class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertyException cause) {
		String unknown = cause.unknown()
			.stream()
			.map((property) -> "    - " + property.name()
					+ ((property.origin() != null) ? " (" + property.origin() + ")" : ""))
			.collect(Collectors.joining("\n"));
		String action = cause.unknown()
			.stream()
			.map(UnknownPropertyFailureAnalyzer::remedy)
			.distinct()
			.collect(Collectors.joining("\n"));
		return new FailureAnalysis("There are properties for WebAssembly functions that do not exist:\n\n" + unknown,
				"Correct the names, or remove the properties.\n\n" + action, cause);
	}

	private static String remedy(UnknownPropertyException.Unknown property) {
		if (property.brackets() != null) {
			return "The name of the function must be written in brackets: '" + property.brackets() + "'.";
		}
		return property.nearest().isEmpty() ? "There are no functions."
				: "The nearest one to '" + property.name() + "' is '" + property.nearest() + "'.";
	}

}
