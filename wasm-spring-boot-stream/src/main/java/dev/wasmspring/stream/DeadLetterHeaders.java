package dev.wasmspring.stream;

/**
 * The headers that a message has among the dead letters, beside those that it came with.
 * Their values are strings. Where the message came from is in the headers that Spring has
 * for that: {@code kafka_dlt-original-topic}, {@code -partition}, {@code -offset} and
 * {@code -timestamp}, or {@code x-original-exchange} and {@code x-original-routingKey}.
 */
public final class DeadLetterHeaders {

	/**
	 * How the call ended, a word such as {@code trap}. Absent if it was no function of
	 * ours that failed.
	 */
	public static final String OUTCOME = "wasm-outcome";

	/**
	 * The name of the function that failed. Absent if it was none of ours.
	 */
	public static final String FUNCTION = "wasm-function";

	/**
	 * The problem document, in JSON, that a caller over HTTP would have got: with
	 * {@code type}, {@code detail} and {@code function}, and {@code exitCode} or
	 * {@code errors} where there are any. Never what the guest wrote to standard error.
	 */
	public static final String PROBLEM = "wasm-problem";

	private DeadLetterHeaders() {
	}

}
