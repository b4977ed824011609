package dev.wasmspring.autoconfigure.diagnostics;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/**
 * Explains failures with the analyzers of this project that are registered, and no
 * others. Stateless.
 */
public final class Analyses {

	private Analyses() {
	}

	/** The one explanation that there is, if there is one. */
	public static @Nullable FailureAnalysis of(Throwable failure) {
		List<FailureAnalysis> analyses = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory()),
					(factoryType, name, ex) -> {
						// Those of others may want more than there is here
					})
			.stream()
			.filter((analyzer) -> analyzer.getClass().getPackageName().equals(Analyses.class.getPackageName()))
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.toList();
		if (analyses.size() > 1) {
			throw new AssertionError(analyses.size() + " analyses of " + failure);
		}
		return analyses.isEmpty() ? null : analyses.get(0);
	}

}
