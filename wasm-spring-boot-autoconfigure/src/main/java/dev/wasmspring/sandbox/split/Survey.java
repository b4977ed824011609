package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Notes at each block of a function what it touches and where it leads, and where its
 * lists may be cut. Confined to one thread; lives for one look at a function.
 */
final class Survey {

	/** About how many places of a list are looked at. */
	private static final int MAX_CUTS = 40;

	private static final int MAX_WORDS = 8_000_000;

	private final int locals;

	private final int depths;

	private final int least;

	private final Budget budget;

	private int words;

	private int number;

	private Survey(Body body, int least, Budget budget) {
		this.locals = body.localCount();
		this.depths = body.nesting + 1;
		this.least = least;
		this.budget = budget;
	}

	/**
	 * Looks at a function whose sizes are known.
	 * @param least how large a list must be to be cut
	 */
	static void of(Body body, int least, Budget budget) {
		body.nesting = nesting(body.root.body, 1);
		new Survey(body, least, budget).block(body.root, 0);
	}

	private static int nesting(@Nullable List<Node> list, int depth) {
		int deepest = depth;
		if (list == null) {
			return deepest;
		}
		for (Node node : list) {
			if (node instanceof Block block) {
				deepest = Math.max(deepest, nesting(block.body, depth + 1));
				deepest = Math.max(deepest, nesting(block.otherwise, depth + 1));
			}
			else if (node instanceof Site site) {
				deepest = Math.max(deepest, nesting(site.body, depth));
			}
		}
		return deepest;
	}

	private void block(Block block, int depth) {
		block.depth = depth;
		block.touched = Bits.none(this.locals);
		block.written = Bits.none(this.locals);
		block.exits = Bits.none(this.depths);
		this.words += 2 * block.touched.length + block.exits.length;
		this.budget.spend(2 * block.touched.length);
		if (this.words > MAX_WORDS) {
			throw new NotUnderstood("it has too many blocks and locals");
		}
		block.cuts = list(block.body, block);
		block.otherCuts = (block.otherwise != null) ? list(block.otherwise, block) : null;
		for (Block.Catch clause : block.catches) {
			Bits.add(block.exits, clause.target().depth);
		}
		Bits.remove(block.exits, depth);
	}

	private @Nullable Cuts list(List<Node> list, Block owner) {
		int size = 0;
		for (Node node : list) {
			size += node.size;
		}
		boolean cut = size >= this.least;
		int gap = size / MAX_CUTS;
		int[] positions = new int[cut ? list.size() + 1 : 0];
		int[] heights = new int[positions.length];
		int[] numbers = new int[positions.length];
		int count = 0;
		int height = 0;
		int since = gap;
		for (int i = 0; i < list.size(); i++) {
			Node node = list.get(i);
			// Behind the last of several writes there are the fewest operands
			boolean writes = node instanceof Local local && local.code == Op.LOCAL_SET;
			boolean statement = i == 0 || list.get(i - 1).pushes == 0 && !writes;
			if (cut && statement && (since >= gap || node.size > gap || i > 0 && list.get(i - 1).size > gap)) {
				positions[count] = i;
				heights[count] = height;
				numbers[count++] = this.number;
				since = 0;
			}
			this.number++;
			visit(node, owner);
			add(node, owner.touched, owner.written, owner.exits);
			height += node.pushes - node.pops;
			since += node.size;
		}
		if (!cut) {
			return null;
		}
		positions[count] = list.size();
		heights[count] = height;
		numbers[count++] = this.number;
		return new Cuts(count, Arrays.copyOf(positions, count), Arrays.copyOf(heights, count),
				Arrays.copyOf(numbers, count));
	}

	private void visit(Node node, Block owner) {
		if (node instanceof Block block) {
			block(block, owner.depth + 1);
		}
		else if (node instanceof Site site) {
			for (Node inside : site.body) {
				visit(inside, owner);
			}
		}
	}

	/**
	 * Adds what a node touches, writes and leaves to sets.
	 */
	static void add(Node node, long[] touched, long[] written, long[] exits) {
		if (node instanceof Local local) {
			Bits.add(touched, local.index);
			if (local.writes()) {
				Bits.add(written, local.index);
			}
		}
		else if (node instanceof Jump jump) {
			for (Block target : jump.targets) {
				Bits.add(exits, target.depth);
			}
		}
		else if (node instanceof Block block) {
			Bits.addAll(touched, block.touched);
			Bits.addAll(written, block.written);
			Bits.addAll(exits, block.exits);
		}
		else if (node instanceof Site site) {
			for (Node inside : site.body) {
				add(inside, touched, written, exits);
			}
		}
	}

	/**
	 * All lists of a function that may be cut, with the blocks around each.
	 */
	static void lists(Block block, List<Block> around, Visitor visitor) {
		around.add(block);
		if (block.cuts != null) {
			visitor.visit(block.body, block.cuts, around);
			inside(block.body, around, visitor);
		}
		if (block.otherwise != null && block.otherCuts != null) {
			visitor.visit(block.otherwise, block.otherCuts, around);
			inside(block.otherwise, around, visitor);
		}
		around.remove(around.size() - 1);
	}

	private static void inside(List<Node> list, List<Block> around, Visitor visitor) {
		for (Node node : list) {
			if (node instanceof Block block) {
				lists(block, around, visitor);
			}
		}
	}

	/**
	 * Is shown lists.
	 */
	interface Visitor {

		void visit(List<Node> list, Cuts cuts, List<Block> around);

	}

	static void lists(Body body, Visitor visitor) {
		lists(body.root, new ArrayList<>(), visitor);
	}

}
