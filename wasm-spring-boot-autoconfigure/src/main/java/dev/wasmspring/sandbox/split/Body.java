package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A function as a tree. Confined to one thread; lives while the function is split.
 */
final class Body {

	final byte[] parameters;

	byte[] results;

	final Block root;

	/** The types of all locals, parameters first. */
	private byte[] locals;

	private int localCount;

	private int packed = -1;

	/** How deep its blocks are nested. */
	int nesting;

	/** How many instructions it has. */
	int nodes;

	Body(byte[] parameters, byte[] results, byte[] locals, Block root) {
		this.parameters = parameters;
		this.results = results;
		this.locals = locals;
		this.localCount = locals.length;
		this.root = root;
	}

	int localCount() {
		return this.localCount;
	}

	byte typeOf(int local) {
		return this.locals[local];
	}

	int addLocal(byte type) {
		if (this.localCount == this.locals.length) {
			this.locals = Arrays.copyOf(this.locals, Math.max(16, 2 * this.localCount));
		}
		this.locals[this.localCount] = type;
		return this.localCount++;
	}

	/**
	 * The local that holds two values of 32 bits while a call site takes them apart; one
	 * for all of them, since more locals make larger frames.
	 */
	int packed() {
		if (this.packed < 0) {
			this.packed = addLocal(Types.I64);
		}
		return this.packed;
	}

	/**
	 * The order in which locals are written: parameters, then those that are used, most
	 * used first.
	 */
	int[] order() {
		int[] uses = new int[this.localCount];
		count(this.root.body, uses);
		List<Integer> used = new ArrayList<>();
		for (int i = this.parameters.length; i < this.localCount; i++) {
			if (uses[i] > 0) {
				used.add(i);
			}
		}
		used.sort((a, b) -> (uses[a] != uses[b]) ? Integer.compare(uses[b], uses[a]) : Integer.compare(a, b));
		int[] order = new int[this.parameters.length + used.size()];
		for (int i = 0; i < this.parameters.length; i++) {
			order[i] = i;
		}
		for (int i = 0; i < used.size(); i++) {
			order[this.parameters.length + i] = used.get(i);
		}
		return order;
	}

	private static void count(List<Node> list, int[] uses) {
		for (Node node : list) {
			if (node instanceof Local local) {
				uses[local.index]++;
			}
			else if (node instanceof Block block) {
				count(block.body, uses);
				if (block.otherwise != null) {
					count(block.otherwise, uses);
				}
			}
			else if (node instanceof Site site) {
				count(site.body, uses);
			}
		}
	}

}
