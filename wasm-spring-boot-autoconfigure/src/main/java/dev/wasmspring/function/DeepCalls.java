package dev.wasmspring.function;

/**
 * Whether the next call of a function is likely to need more stack than its caller has.
 * Lives as long as its function; shared by all threads.
 * <p>
 * A guess, which decides where a call begins and never how it ends. So nothing is
 * synchronized: calls that count at the same time may count as one.
 */
final class DeepCalls {

	/**
	 * How many calls after one that was deep are taken for deep as well. Of a function
	 * that always is, one in so many runs twice; one that hardly ever is, is handed over
	 * to another thread as many times for it.
	 */
	static final int EXPECTED = 100;

	private volatile int left;

	/**
	 * Notes that a call needed more stack than its caller had.
	 */
	void happened() {
		this.left = EXPECTED;
	}

	/**
	 * Whether the call that begins now is taken for deep.
	 */
	boolean next() {
		int left = this.left;
		if (left == 0) {
			return false;
		}
		this.left = left - 1;
		return true;
	}

}
