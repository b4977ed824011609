package dev.wasmspring.sandbox.split;

/**
 * A branch: to one block, to one block under a condition, to one of many, or out of the
 * function.
 */
final class Jump extends Node {

	final int code;

	/** Where it may lead; the default of a table is the last. */
	final Block[] targets;

	Jump(int code, Block... targets) {
		this.code = code;
		this.targets = targets;
		this.pops = (code == Op.BR_IF || code == Op.BR_TABLE) ? 1 : 0;
	}

	@Override
	boolean ends() {
		return this.code != Op.BR_IF;
	}

}
