package dev.wasmspring.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.module.ModuleException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because of modules that cannot be used.
 */
class ModuleFailureAnalyzer extends AbstractFailureAnalyzer<ModuleException> {

	/**
	 * What helps with all of them, as the end of an action.
	 */
	static final String SKIP = "\n\nTo start without modules that cannot be used, set the property 'wasm.invalid-modules' to 'skip'.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ModuleException cause) {
		List<ModuleException> failures = Stream
			.concat(Stream.of(cause),
					Stream.of(cause.getSuppressed())
						.filter(ModuleException.class::isInstance)
						.map(ModuleException.class::cast))
			.toList();
		String description = failures.stream().map(ModuleFailureAnalyzer::describe).collect(Collectors.joining("\n\n"));
		String action = failures.stream().map(ModuleException::remedy).distinct().collect(Collectors.joining("\n\n"));
		return new FailureAnalysis(description, action + SKIP, cause);
	}

	private static String describe(ModuleException failure) {
		return "The " + (failure.isScript() ? "script" : "WebAssembly module") + " '" + failure.module() + "' from "
				+ failure.origin() + " cannot be used:\n\n    " + failure.reason();
	}

}
