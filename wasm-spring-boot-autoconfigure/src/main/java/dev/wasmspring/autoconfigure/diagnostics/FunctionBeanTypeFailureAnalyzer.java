package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.function.WasmFunction;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because something looked for a bean by its name and found
 * a function of that name.
 */
class FunctionBeanTypeFailureAnalyzer extends AbstractFailureAnalyzer<BeanNotOfRequiredTypeException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanNotOfRequiredTypeException cause) {
		if (cause.getActualType() != WasmFunction.class) {
			return null;
		}
		return new FailureAnalysis(
				"The WebAssembly function '" + cause.getBeanName() + "' has the name of a bean that must be a "
						+ cause.getRequiredType().getName() + ".",
				"Rename the module's file. To start without the function, set the property 'wasm.functions."
						+ cause.getBeanName() + ".enabled' to 'false'.",
				cause);
	}

}
