package dev.wasmspring.sandbox.split;

/**
 * The work that may be spent on a function. Counted rather than timed, so that the same
 * module is split alike on every machine. Confined to one thread.
 */
final class Budget {

	private long left;

	Budget(long steps) {
		this.left = steps;
	}

	void spend(long steps) {
		this.left -= steps;
		if (this.left < 0) {
			throw new NotUnderstood("splitting it would take too long");
		}
	}

}
