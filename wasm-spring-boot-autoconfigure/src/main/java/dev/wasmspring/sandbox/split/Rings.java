package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Takes a large switch apart, so that groups of its cases can become functions. Confined
 * to one thread; lives for one look at a function.
 * <p>
 * A switch is a nest of blocks, and behind each of them a case: whoever wants to run the
 * case leaves the block. So every part with some of the cases has as many ways out as
 * there are others. Here the cases of a few neighbours are taken out of the nest:
 *
 * <pre>
 *   block C { block B { block A { X } a } b } c
 *   block C { block E { X } block B { block A { switch } a } b } c
 * </pre>
 *
 * In {@code X} a branch to {@code A} or {@code B} becomes a number in a local and a
 * branch to {@code E}; behind {@code E} the number decides once more. What runs is the
 * same, and the second nest has few ways out.
 */
final class Rings {

	private static final int LEAST_CASES = 2;

	/** How much of a part the cases may take; the rest is for ways in and out. */
	private static final double SHARE = 0.6;

	/** Bytes that a way in costs if it is no entry of the largest table. */
	private static final int STUB = 9;

	private final Body body;

	private final int room;

	private final Budget budget;

	private int selector = -1;

	private Rings(Body body, int limit, Budget budget) {
		this.body = body;
		this.room = (int) (limit * SHARE);
		this.budget = budget;
	}

	/**
	 * Takes the largest switch of a function apart.
	 * @param body a function whose sizes are known
	 * @param limit how large a part may be
	 * @return whether anything was changed
	 */
	static boolean form(Body body, int limit, Budget budget) {
		return new Rings(body, limit, budget).form();
	}

	private boolean form() {
		Nest best = null;
		for (Nest nest : nests(this.body.root.body, new ArrayList<>())) {
			if (best == null || nest.gain() > best.gain()) {
				best = nest;
			}
		}
		boolean changed = false;
		if (best != null) {
			for (int[] group : best.groups) {
				changed |= takeOut(best, group[0], group[1]);
			}
		}
		return changed;
	}

	// Where

	/** All nests in a list that have groups, but no nest within another one's blocks. */
	private List<Nest> nests(@Nullable List<Node> list, List<Nest> found) {
		if (list == null) {
			return found;
		}
		this.budget.spend(list.size());
		Nest nest = new Nest();
		List<Node> at = list;
		Block child = child(at);
		while (child != null) {
			nest.lists.add(at);
			nest.blocks.add(child);
			at = child.body;
			child = child(at);
		}
		if (nest.blocks.isEmpty()) {
			inside(list, null, found);
			return found;
		}
		for (int level = 0; level < nest.blocks.size(); level++) {
			inside(nest.lists.get(level), nest.blocks.get(level), found);
		}
		inside(at, null, found);
		group(nest);
		if (!nest.groups.isEmpty()) {
			found.add(nest);
		}
		return found;
	}

	private void inside(List<Node> list, @Nullable Block except, List<Nest> found) {
		for (Node node : list) {
			if (node instanceof Block block && block != except) {
				nests(block.body, found);
				nests(block.otherwise, found);
			}
		}
	}

	/** The largest block of a list, if it may be the next of a nest. */
	private static @Nullable Block child(List<Node> list) {
		Block largest = null;
		int height = 0;
		for (Node node : list) {
			if (node instanceof Block block && block.code == Op.BLOCK && block.results.length == 0 && height == 0
					&& (largest == null || block.size > largest.size)) {
				largest = block;
			}
			height += node.pushes - node.pops;
		}
		return largest;
	}

	/** Puts neighbours together. */
	private void group(Nest nest) {
		int start = 0;
		int size = 0;
		for (int level = 0; level <= nest.blocks.size(); level++) {
			int next = (level < nest.blocks.size()) ? nest.size(level) : this.room + 1;
			if (size + next > this.room) {
				if (level - start >= LEAST_CASES && size >= this.room / 3) {
					nest.groups.add(new int[] { start, level - 1 });
					nest.gain += size;
				}
				start = (next > this.room) ? level + 1 : level;
				size = 0;
			}
			if (next <= this.room) {
				size += next;
			}
		}
	}

	// How

	/**
	 * Takes the cases of some levels of a nest out of it.
	 * @param first the outermost
	 * @param last the innermost
	 */
	private boolean takeOut(Nest nest, int first, int last) {
		List<Block> labels = nest.blocks.subList(first, last + 1);
		List<Node> inner = new ArrayList<>();
		for (int level = first + 1; level <= last; level++) {
			List<Node> list = nest.lists.get(level);
			inner.addAll(list.subList(0, list.indexOf(nest.blocks.get(level))));
		}
		Block innermost = nest.blocks.get(last);
		inner.addAll(innermost.body);
		Entries entries = new Entries(labels);
		if (!entries.look(inner)) {
			return false;
		}
		entries.rewrite(inner);
		if (inner.isEmpty() || !inner.get(inner.size() - 1).ends()) {
			entries.choose(innermost, inner);
		}
		if (entries.codes.isEmpty()) {
			return false;
		}
		for (int level = first + 1; level <= last; level++) {
			List<Node> list = nest.lists.get(level);
			list.subList(0, list.indexOf(nest.blocks.get(level))).clear();
		}
		innermost.body = entries.dispatch();
		innermost.falls = innermost.targeted;
		entries.entry.body = inner;
		List<Node> outer = nest.lists.get(first);
		outer.add(outer.indexOf(nest.blocks.get(first)), entries.entry);
		if (last + 1 < nest.lists.size()) {
			nest.lists.set(last + 1, inner);
		}
		return true;
	}

	/**
	 * The local that says which case is meant. It means something between its last write
	 * and the branch that follows, so that all groups share it. What was taken apart
	 * before has another one: a part that was cut out since may give that back long
	 * before a branch.
	 */
	private int selector() {
		if (this.selector < 0) {
			this.selector = this.body.addLocal(Types.I32);
		}
		return this.selector;
	}

	private static boolean hasLabel(Jump jump, List<Block> labels) {
		for (Block target : jump.targets) {
			if (labels.contains(target)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Blocks of which each but the last has the next one in its list.
	 */
	private static final class Nest {

		/** For each block the list that it is in. */
		private final List<List<Node>> lists = new ArrayList<>();

		private final List<Block> blocks = new ArrayList<>();

		/** First and last level of those that are taken out together, outermost first. */
		private final List<int[]> groups = new ArrayList<>();

		private int gain;

		int gain() {
			return this.gain;
		}

		/** The size of the case behind a block. */
		int size(int level) {
			List<Node> list = this.lists.get(level);
			int size = 0;
			for (int i = list.size() - 1; i >= 0 && list.get(i) != this.blocks.get(level); i--) {
				size += list.get(i).size;
			}
			return size;
		}

	}

	/**
	 * The ways into the cases of a group.
	 */
	private final class Entries {

		private final List<Block> labels;

		/** What a branch to one of the labels becomes a branch to. */
		private final Block entry = new Block(Op.BLOCK);

		/** The table with most ways in: its index is the number that decides. */
		private Block[] table = {};

		/** For each label the number that stands for it. */
		private final Map<Block, Integer> codes = new LinkedHashMap<>();

		private int others;

		Entries(List<Block> labels) {
			this.labels = new ArrayList<>(labels);
			this.entry.targeted = true;
		}

		/**
		 * Finds the largest table.
		 * @return whether all ways in are understood
		 */
		boolean look(List<Node> list) {
			if (!search(list)) {
				return false;
			}
			int lowest = Integer.MAX_VALUE;
			int highest = 0;
			int entries = entries(this.table);
			for (int i = 0; i < this.table.length - 1; i++) {
				if (this.labels.contains(this.table[i])) {
					lowest = Math.min(lowest, i);
					highest = i;
				}
			}
			if (4 * (highest - lowest) > 3 * STUB * entries) {
				this.table = new Block[0];
			}
			for (int i = 0; i < this.table.length - 1; i++) {
				if (this.labels.contains(this.table[i])) {
					this.codes.putIfAbsent(this.table[i], i);
				}
			}
			return true;
		}

		private boolean search(@Nullable List<Node> list) {
			if (list == null) {
				return true;
			}
			Rings.this.budget.spend(list.size());
			for (Node node : list) {
				if (node instanceof Jump jump && jump.code == Op.BR_TABLE
						&& entries(jump.targets) > entries(this.table)) {
					this.table = jump.targets.clone();
				}
				else if (node instanceof Block block) {
					for (Block.Catch clause : block.catches) {
						if (this.labels.contains(clause.target())) {
							return false;
						}
					}
					if (!search(block.body) || !search(block.otherwise)) {
						return false;
					}
				}
				else if (node instanceof Site site && !search(site.body)) {
					return false;
				}
			}
			return true;
		}

		private int entries(Block[] targets) {
			int entries = 0;
			for (int i = 0; i < targets.length - 1; i++) {
				entries += this.labels.contains(targets[i]) ? 1 : 0;
			}
			return entries;
		}

		private int code(Block label) {
			return this.codes.computeIfAbsent(label, (added) -> this.table.length + this.others++);
		}

		/** Writes down which label is meant. */
		void choose(Block label, List<Node> to) {
			to.add(Costs.constant(Op.I32_CONST, code(label)));
			to.add(Local.set(selector()));
		}

		void rewrite(@Nullable List<Node> list) {
			if (list == null) {
				return;
			}
			List<Node> to = new ArrayList<>(list.size());
			boolean changed = false;
			for (Node node : list) {
				if (node instanceof Jump jump && hasLabel(jump, this.labels)) {
					changed = true;
					jump(jump, to);
					continue;
				}
				if (node instanceof Block block) {
					rewrite(block.body);
					rewrite(block.otherwise);
				}
				else if (node instanceof Site site) {
					rewrite(site.body);
				}
				to.add(node);
			}
			if (changed) {
				list.clear();
				list.addAll(to);
			}
		}

		private void jump(Jump jump, List<Node> to) {
			if (jump.code != Op.BR_TABLE) {
				// The local means something on the way to the entry alone, so that it may
				// be written before it is known whether the way is taken
				choose(jump.targets[0], to);
				to.add(new Jump(jump.code, this.entry));
				return;
			}
			boolean known = Arrays.equals(jump.targets, this.table);
			Block[] targets = jump.targets.clone();
			Map<Block, Block> stubs = new LinkedHashMap<>();
			for (int i = 0; i < targets.length; i++) {
				if (this.labels.contains(targets[i])) {
					targets[i] = (known && i < targets.length - 1) ? this.entry
							: stubs.computeIfAbsent(targets[i], (label) -> new Block(Op.BLOCK));
				}
			}
			if (stubs.isEmpty()) {
				to.add(Local.tee(selector()));
				to.add(new Jump(Op.BR_TABLE, targets));
				return;
			}
			to.add(Local.set(selector()));
			List<Node> list = new ArrayList<>();
			list.add(Local.get(selector()));
			list.add(new Jump(Op.BR_TABLE, targets));
			for (Map.Entry<Block, Block> stub : stubs.entrySet()) {
				Block block = stub.getValue();
				block.targeted = true;
				block.body = list;
				list = new ArrayList<>();
				list.add(block);
				choose(stub.getKey(), list);
				list.add(new Jump(Op.BR, this.entry));
			}
			to.addAll(list);
		}

		/** Decides once more. */
		List<Node> dispatch() {
			Map<Integer, Block> targets = new LinkedHashMap<>();
			for (int i = 0; i < this.table.length - 1; i++) {
				if (this.labels.contains(this.table[i])) {
					targets.put(i, this.table[i]);
				}
			}
			this.codes.forEach((label, code) -> targets.put(code, label));
			int lowest = targets.keySet().stream().mapToInt(Integer::intValue).min().orElse(0);
			int highest = targets.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
			Block otherwise = this.codes.keySet().iterator().next();
			Block[] table = new Block[highest - lowest + 2];
			Arrays.fill(table, otherwise);
			targets.forEach((code, label) -> table[code - lowest] = label);
			for (Block target : table) {
				target.targeted = true;
			}
			List<Node> list = new ArrayList<>();
			list.add(Local.get(selector()));
			if (lowest != 0) {
				list.add(Costs.constant(Op.I32_CONST, lowest));
				list.add(Plain.of(Op.I32_SUB, 2, 1, 1));
			}
			list.add(new Jump(Op.BR_TABLE, table));
			return list;
		}

	}

}
