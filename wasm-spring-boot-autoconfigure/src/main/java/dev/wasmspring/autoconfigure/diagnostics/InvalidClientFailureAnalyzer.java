package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.client.InvalidClientException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because a method of a client cannot be a function.
 */
class InvalidClientFailureAnalyzer extends AbstractFailureAnalyzer<InvalidClientException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidClientException cause) {
		String existing = cause.functions().isEmpty() ? ""
				: "\n\nThe functions that exist are: " + String.join(", ", cause.functions()) + ".";
		return new FailureAnalysis("The method " + cause.method() + " of a client cannot be a WebAssembly function: "
				+ cause.reason() + existing, cause.remedy(), cause);
	}

}
