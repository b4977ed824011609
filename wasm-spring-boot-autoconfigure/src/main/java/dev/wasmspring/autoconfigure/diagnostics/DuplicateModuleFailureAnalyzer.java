package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.discovery.DuplicateModuleException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because several files give a module of the same name.
 */
class DuplicateModuleFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateModuleException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateModuleException cause) {
		return new FailureAnalysis(
				"Two WebAssembly modules have the name '" + cause.module() + "':\n\n    - " + cause.origin()
						+ "\n    - " + cause.otherOrigin(),
				"Rename or remove one of the files, or make the property 'wasm.locations' narrower."
						+ ModuleFailureAnalyzer.SKIP,
				cause);
	}

}
