package dev.wasmspring.sandbox.split;

import java.util.function.UnaryOperator;

/**
 * Cuts all functions that have more than a few instructions, so that the suites of others
 * can be run on what comes of it: {@code conformance/run.sh --rewriter
 * dev.wasmspring.sandbox.split.SplitEverything}.
 */
final class SplitEverything implements UnaryOperator<byte[]> {

	private static final SplitSettings SETTINGS = SplitSettings.ofLimit(Integer.getInteger("split.limit", 60));

	@Override
	public byte[] apply(byte[] module) {
		return FunctionSplitter.split(module, SETTINGS).binary();
	}

}
