package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.discovery.DuplicateFunctionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because exports of different modules give functions of the
 * same name.
 */
class DuplicateFunctionFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateFunctionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateFunctionException cause) {
		return new FailureAnalysis(
				"Two WebAssembly functions have the name '" + cause.export().name() + "':\n\n    - " + cause.export()
						+ "\n    - " + cause.other(),
				"Rename one of the files. A function has the name of its module, followed by that of the export"
						+ " if the module has several." + ModuleFailureAnalyzer.SKIP,
				cause);
	}

}
