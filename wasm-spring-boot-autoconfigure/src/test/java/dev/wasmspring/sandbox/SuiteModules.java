package dev.wasmspring.sandbox;

import java.util.function.UnaryOperator;

/**
 * The one place where the modules of others' suites go into the engine. A rewriting of
 * modules can be tried on the suites by naming its class: a {@code UnaryOperator<byte[]>}
 * with a constructor without arguments, which gets each module that is to run and answers
 * with the one to run in its place.
 */
final class SuiteModules {

	private static final String REWRITER = System.getProperty("conformance.rewriter", "");

	private static final UnaryOperator<byte[]> REWRITE = rewriter();

	private SuiteModules() {
	}

	static byte[] toRun(byte[] module) {
		return REWRITE.apply(module);
	}

	/** What the document says of it. */
	static String rewriterName() {
		return REWRITER;
	}

	@SuppressWarnings("unchecked")
	private static UnaryOperator<byte[]> rewriter() {
		if (REWRITER.isEmpty()) {
			return UnaryOperator.identity();
		}
		try {
			var constructor = Class.forName(REWRITER).getDeclaredConstructor();
			constructor.setAccessible(true);
			return (UnaryOperator<byte[]>) constructor.newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException("conformance.rewriter names no class that can be made: " + REWRITER, ex);
		}
	}

}
