package dev.wasmspring.sandbox;

/**
 * Lives for one sandbox and is used by the sandbox's thread alone: the place where work
 * that the engine cannot interrupt asks whether it may go on.
 */
@FunctionalInterface
interface Checkpoint {

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

}
