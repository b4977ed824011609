package dev.wasmspring.autoconfigure.diagnostics;

import java.util.stream.Collectors;

import dev.wasmspring.autoconfigure.UnknownFunctionException;
import dev.wasmspring.discovery.FunctionNames;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because there are settings for a function that does not
 * exist.
 */
class UnknownFunctionFailureAnalyzer extends AbstractFailureAnalyzer<UnknownFunctionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownFunctionException cause) {
		String unknown = cause.unknown()
			.stream()
			.map((name) -> "    - wasm.functions." + name)
			.collect(Collectors.joining("\n"));
		String existing = cause.functions().isEmpty() ? "There are no functions at all."
				: "The functions that exist are: " + String.join(", ", cause.functions()) + ".";
		String brackets = cause.functions()
			.stream()
			.filter(FunctionNames::needsBrackets)
			.findFirst()
			.map((name) -> " A name with other characters than ASCII letters, digits, '-' and '_' must be written in"
					+ " brackets, for example 'wasm.functions.[" + name + "].enabled'.")
			.orElse("");
		return new FailureAnalysis(
				"There are properties for WebAssembly functions that do not exist:\n\n" + unknown + "\n\n" + existing,
				"Correct the name, remove the properties, or check that 'wasm.locations' finds the module." + brackets,
				cause);
	}

}
