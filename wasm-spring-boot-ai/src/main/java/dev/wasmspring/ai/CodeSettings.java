package dev.wasmspring.ai;

import dev.wasmspring.sandbox.limit.Limits;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

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

	private static final long LARGEST = 256 << 20;

	private static final String PREFIX = "wasm.ai.code.";

	/**
	 * Makes settings of properties.
	 * @throws InvalidConfigurationPropertyValueException if a value is out of range
	 */
	static CodeSettings of(WasmAiProperties.Code code) {
		return new CodeSettings(limits(code.getLimits()), size("output", code.getOutput()),
				size("source-size", code.getSourceSize()), atLeast(1, "concurrency", code.getConcurrency()),
				atLeast(0, "calls-per-conversation", code.getCallsPerConversation()),
				atLeast(0, "tool-calls", code.getToolCalls()), atLeast(0, "cache-size", code.getCacheSize()));
	}

	private static Limits limits(WasmAiProperties.Limits limits) {
		long memory = limits.getMemory().toBytes();
		try {
			return new Limits(limits.getTimeout(), memory, size("limits.input", limits.getInput()),
					Math.min(memory, MOST_OUTPUT));
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "limits",
					limits.getTimeout() + ", " + limits.getMemory(), String.valueOf(ex.getMessage()));
		}
	}

	private static int size(String name, DataSize size) {
		if (size.isNegative() || size.toBytes() > LARGEST) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, size,
					"It must be between 0 and " + LARGEST + " bytes.");
		}
		return (int) size.toBytes();
	}

	private static int atLeast(int least, String name, int value) {
		if (value < least) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value,
					"It must be at least " + least + ".");
		}
		return value;
	}

}
