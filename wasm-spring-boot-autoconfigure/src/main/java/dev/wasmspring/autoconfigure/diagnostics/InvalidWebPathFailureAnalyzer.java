package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.autoconfigure.web.InvalidWebPathException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because the path of the functions cannot be one.
 */
class InvalidWebPathFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWebPathException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidWebPathException cause) {
		return new FailureAnalysis(
				"WebAssembly functions cannot be served below 'wasm.web.path=" + cause.path() + "': " + cause.reason()
						+ ".",
				"Set 'wasm.web.path' to a path such as '/functions', to '/' for the root of the application, or set "
						+ "'wasm.web.enabled=false' if functions are not to be called over HTTP.",
				cause);
	}

}
