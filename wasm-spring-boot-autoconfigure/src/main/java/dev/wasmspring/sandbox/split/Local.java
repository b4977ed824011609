package dev.wasmspring.sandbox.split;

/**
 * An instruction that reads or writes a local.
 */
final class Local extends Node {

	final int code;

	/** The local's number in its function's tree, not in what is written. */
	int index;

	Local(int code, int index) {
		this.code = code;
		this.index = index;
		this.pops = (code == Op.LOCAL_GET) ? 0 : 1;
		this.pushes = (code == Op.LOCAL_SET) ? 0 : 1;
	}

	static Local get(int index) {
		return new Local(Op.LOCAL_GET, index);
	}

	static Local set(int index) {
		return new Local(Op.LOCAL_SET, index);
	}

	static Local tee(int index) {
		return new Local(Op.LOCAL_TEE, index);
	}

	boolean writes() {
		return this.code != Op.LOCAL_GET;
	}

	@Override
	boolean ends() {
		return false;
	}

}
