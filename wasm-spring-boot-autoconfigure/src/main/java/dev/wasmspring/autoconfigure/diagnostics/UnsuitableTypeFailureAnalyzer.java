package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.conversion.UnsuitableTypeException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;

/**
 * Explains a start that failed because a function cannot have the types that are declared
 * where it is injected or called.
 */
class UnsuitableTypeFailureAnalyzer extends AbstractInjectionFailureAnalyzer<UnsuitableTypeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsuitableTypeException cause,
			@Nullable String description) {
		String where = (description != null) ? description + " declares" : "It is declared";
		return new FailureAnalysis(
				"The WebAssembly function '" + cause.function() + "' cannot be used as it is declared.\n\n" + where
						+ " it as\n\n    " + cause.type() + "\n\n" + cause.reason(),
				cause.remedy(), cause);
	}

}
