package dev.wasmspring.ai;

import java.time.Duration;

import dev.wasmspring.sandbox.limit.Limits;

/**
 * What code of models may use. Immutable; lives as long as the application context.
 *
 * @param limits of each run, and of loading the code
 * @param output how many characters of a result, and of what was printed, a model gets
 * @param sourceSize how many characters code may have
 * @param concurrency how many runs there may be at once
 * @param callsPerConversation how many runs a conversation may have
 * @param toolCalls how many tools one run may call
 * @param cacheSize how much code is kept
 */
record CodeSettings(Limits limits, int output, int sourceSize, int concurrency, int callsPerConversation, int toolCalls,
		int cacheSize) {

	/** What a sandbox may hand over before it is cut for the model. */
	private static final long MOST_OUTPUT = 16 << 20;

	static CodeSettings of(WasmAiProperties.Code code) {
		Duration timeout = code.getLimits().getTimeout();
		long memory = code.getLimits().getMemory().toBytes();
		Limits limits = new Limits(timeout, memory, code.getLimits().getInput().toBytes(),
				Math.min(memory, MOST_OUTPUT));
		return new CodeSettings(limits, Math.toIntExact(code.getOutput().toBytes()),
				Math.toIntExact(code.getSourceSize().toBytes()), code.getConcurrency(), code.getCallsPerConversation(),
				code.getToolCalls(), code.getCacheSize());
	}

}
