package dev.wasmspring.autoconfigure.diagnostics;

import dev.wasmspring.sandbox.compiler.CompilationCacheException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because of the directory for compiled modules.
 */
class CompilationCacheFailureAnalyzer extends AbstractFailureAnalyzer<CompilationCacheException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, CompilationCacheException cause) {
		return new FailureAnalysis("The directory " + cause.directory()
				+ ", set with 'wasm.compilation.cache-directory', cannot keep compiled modules:\n\n    "
				+ cause.reason(), cause.remedy(), cause);
	}

}
