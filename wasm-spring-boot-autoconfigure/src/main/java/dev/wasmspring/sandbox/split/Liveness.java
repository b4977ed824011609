package dev.wasmspring.sandbox.split;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Finds which locals are alive where: read later, before they are written. Confined to
 * one thread; lives for one look at a function.
 * <p>
 * What is alive at the head of a loop is found again and again until it stays the same,
 * which takes as many rounds as loops are nested, and one.
 */
final class Liveness {

	private final Body body;

	private final Budget budget;

	private long[] current;

	/** What is alive where an exception leads: writing to it does not end its life. */
	private long[] pinned;

	private boolean changed;

	private boolean last;

	private Liveness(Body body, Budget budget) {
		this.body = body;
		this.budget = budget;
		this.current = Bits.none(body.localCount());
		this.pinned = Bits.none(body.localCount());
	}

	/**
	 * Leaves at each block what is alive where branches to it lead, and at each cut what
	 * is alive there.
	 */
	static void find(Body body, Budget budget) {
		Liveness liveness = new Liveness(body, budget);
		forget(body.root, body.localCount());
		do {
			liveness.changed = false;
			liveness.round();
		}
		while (liveness.changed);
		liveness.last = true;
		liveness.round();
	}

	private static void forget(Block block, int locals) {
		block.live = Bits.none(locals);
		forget(block.body, locals);
		if (block.otherwise != null) {
			forget(block.otherwise, locals);
		}
	}

	private static void forget(List<Node> list, int locals) {
		for (Node node : list) {
			if (node instanceof Block block) {
				forget(block, locals);
			}
			else if (node instanceof Site site) {
				forget(site.body, locals);
			}
		}
	}

	private void round() {
		this.current = Bits.none(this.body.localCount());
		list(this.body.root.body, this.body.root.cuts);
	}

	private void list(List<Node> list, @Nullable Cuts cuts) {
		int cut = -1;
		if (this.last && cuts != null) {
			cuts.pinned = this.pinned;
			cut = cuts.count - 1;
		}
		for (int i = list.size() - 1; i >= 0; i--) {
			if (cut >= 0 && cuts != null && cuts.positions[cut] == i + 1) {
				cuts.live[cut--] = this.current.clone();
			}
			node(list.get(i));
		}
		if (cut >= 0 && cuts != null && cuts.positions[cut] == 0) {
			cuts.live[cut] = this.current.clone();
		}
	}

	private void node(Node node) {
		if (node instanceof Local local) {
			if (local.code == Op.LOCAL_GET) {
				Bits.add(this.current, local.index);
			}
			else if (!Bits.has(this.pinned, local.index)) {
				Bits.remove(this.current, local.index);
			}
		}
		else if (node instanceof Jump jump) {
			jump(jump);
		}
		else if (node instanceof Block block) {
			block(block);
		}
		else if (node instanceof Site site) {
			list(site.body, null);
		}
		else if (node.ends()) {
			Bits.copy(this.pinned, this.current);
		}
	}

	private void jump(Jump jump) {
		if (jump.code != Op.BR_IF) {
			Bits.copy(this.pinned, this.current);
		}
		Block before = null;
		for (Block target : jump.targets) {
			if (target != before) {
				this.budget.spend(this.current.length);
				Bits.addAll(this.current, target.live);
				before = target;
			}
		}
	}

	private void block(Block block) {
		this.budget.spend(4 * this.current.length);
		switch (block.code) {
			case Op.LOOP -> {
				list(block.body, block.cuts);
				for (int i = 0; i < this.current.length; i++) {
					if ((this.current[i] & ~block.live[i]) != 0) {
						block.live[i] |= this.current[i];
						this.changed = true;
					}
				}
			}
			case Op.IF -> {
				Bits.copy(this.current, block.live);
				list(block.body, block.cuts);
				long[] then = this.current;
				this.current = block.live.clone();
				if (block.otherwise != null) {
					list(block.otherwise, block.otherCuts);
				}
				Bits.addAll(this.current, then);
			}
			case Op.TRY_TABLE -> {
				Bits.copy(this.current, block.live);
				long[] outer = this.pinned;
				this.pinned = outer.clone();
				for (Block.Catch clause : block.catches) {
					Bits.addAll(this.pinned, clause.target().live);
				}
				Bits.addAll(this.current, this.pinned);
				list(block.body, block.cuts);
				this.pinned = outer;
			}
			default -> {
				Bits.copy(this.current, block.live);
				list(block.body, block.cuts);
			}
		}
	}

}
