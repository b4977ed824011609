package dev.wasmspring.sandbox.wasi;

/**
 * What a guest can ask of its host while it runs, beyond WASI. Whoever gives it to a call
 * decides how long it lives; asked by one guest at a time, on the thread of its call.
 */
@FunctionalInterface
public interface HostCalls {

	/** How much of a request is read that nobody says more of, in bytes. */
	int LONGEST = 1 << 20;

	/**
	 * Answers the guest, which waits for it. What the guest asks may be anything, and any
	 * number of times: whoever answers has the limits.
	 * @param request what the guest wrote, after the mark
	 * @return what it reads
	 */
	byte[] call(byte[] request);

	/**
	 * How much of a request is read. What is longer is cut, so that it can be seen to be
	 * too long: a guest may write as much at once as it has memory.
	 * @return bytes
	 */
	default int longest() {
		return LONGEST;
	}

}
