package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.discovery.FunctionNames;
import dev.wasmspring.registration.FunctionBeanClashException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because a function and another bean have the same name.
 */
class FunctionBeanClashFailureAnalyzer extends AbstractFailureAnalyzer<FunctionBeanClashException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, FunctionBeanClashException cause) {
		return analysis(cause.function(), cause.origin(), cause.bean(), cause);
	}

	static FailureAnalysis analysis(String function, String origin, String bean, Throwable cause) {
		return new FailureAnalysis(
				"The WebAssembly function '" + function + "' from " + origin + " has the same name as " + bean + ".",
				"Rename the module's file or the bean. To start without the function, set the property 'wasm.functions."
						+ FunctionNames.inProperty(function)
						+ ".enabled' to 'false'; to start without any module that cannot be used, set 'wasm.invalid-modules' to 'skip'.",
				cause);
	}

}
