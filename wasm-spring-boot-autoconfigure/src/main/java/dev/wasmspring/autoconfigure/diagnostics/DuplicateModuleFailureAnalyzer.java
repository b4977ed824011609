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
				what(cause.scripts()) + " have the name '" + cause.module() + "':\n\n    - " + cause.origin()
						+ "\n    - " + cause.otherOrigin(),
				"Rename or remove one of the files, or make the property 'wasm.locations' narrower."
						+ ((cause.scripts() == 1) ? " A script that a compiler wrote to load the module is no function:"
								+ " it belongs in another folder." : "")
						+ ModuleFailureAnalyzer.SKIP,
				cause);
	}

	private static String what(int scripts) {
		return switch (scripts) {
			case 0 -> "Two WebAssembly modules";
			case 1 -> "A WebAssembly module and a script";
			default -> "Two scripts";
		};
	}

}
