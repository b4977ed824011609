package dev.wasmspring.sandbox.memory;

/**
 * The place where work that the engine cannot interrupt asks whether it may go on, and
 * whether it may have memory. Lives for one sandbox and is used by the sandbox's thread
 * alone.
 */
@FunctionalInterface
public interface Checkpoint {

	/**
	 * A checkpoint that lets everything pass.
	 */
	Checkpoint NONE = () -> {
	};

	/**
	 * Return if the work may go on. Otherwise throw an unchecked exception, which ends
	 * the call.
	 */
	void check();

	/**
	 * Accounts for host memory that the sandbox is about to allocate and holds until its
	 * end. Return if it may, otherwise throw an unchecked exception, which ends the call.
	 * @param bytes how much
	 */
	default void allocate(long bytes) {
	}

	/**
	 * Accounts for host memory that is garbage right away, in work that a guest can ask
	 * for as often as it likes. Return when the work may go on, otherwise throw an
	 * unchecked exception, which ends the call.
	 * @param bytes about how much
	 */
	default void discard(long bytes) {
	}

}
