package dev.wasmspring.benchmarks.peer;

/**
 * A way to run one guest, prepared as far as it can be before the first call. Used by one
 * thread.
 */
interface Peer extends AutoCloseable {

	/**
	 * Calls the guest once.
	 * @param input what it reads from standard input
	 * @return what it wrote to standard output
	 */
	byte[] call(byte[] input) throws Exception;

	@Override
	default void close() {
	}

}
