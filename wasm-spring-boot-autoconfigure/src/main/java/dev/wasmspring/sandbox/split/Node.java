package dev.wasmspring.sandbox.split;

/**
 * An instruction of a function's tree. Confined to one thread; lives while its function
 * is split.
 */
abstract class Node {

	/** How many operands it takes. */
	int pops;

	/** How many it leaves. */
	int pushes;

	/** Bytes of bytecode, what is inside included, as {@link Sizes} found last. */
	int size;

	/** How often it runs for each call of the function, at a guess. */
	double frequency;

	/**
	 * Whether what follows in its list is never reached.
	 */
	abstract boolean ends();

}
