package dev.wasmspring.sandbox.split;

import java.util.List;

/**
 * Instructions that follow one another in a list and may become a function of their own.
 * Immutable; lives for one look at a function.
 *
 * @param list where it is
 * @param owner the block that the list belongs to
 * @param from the first of its nodes
 * @param to the one behind its last
 * @param first how many nodes of the function come before it
 * @param last how many come before its end
 * @param parameters the locals that are handed over
 * @param outs the locals that come back
 * @param saved bytes of bytecode by which the function becomes smaller
 * @param score how much is gained for what it costs
 */
record Region(List<Node> list, Block owner, int from, int to, int first, int last, long[] parameters, long[] outs,
		int saved, double score) {

	/**
	 * Whether it begins where its loop does, so that a branch to the loop can stay
	 * inside.
	 */
	boolean isLoopHead() {
		return this.from == 0 && this.owner.code == Op.LOOP;
	}

	/**
	 * Whether its end is where a branch to its block leads.
	 */
	boolean endsBlock() {
		return this.to == this.list.size() && this.owner.code != Op.LOOP;
	}

	boolean falls() {
		return !this.list.get(this.to - 1).ends();
	}

}
