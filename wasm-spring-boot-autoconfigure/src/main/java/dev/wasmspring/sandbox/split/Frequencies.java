package dev.wasmspring.sandbox.split;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Guesses how often each instruction of a function runs: a loop ten times, one side of an
 * if every other time, the cases of a table equally often, and what ends in a trap next
 * to never. Stateless.
 */
final class Frequencies {

	private static final double TURNS = 10;

	private static final double TRAP = 0.01;

	/** Nothing runs never. */
	private static final double LEAST = 1e-9;

	private Frequencies() {
	}

	static void guess(Body body) {
		body.root.flow = 0;
		list(body.root.body, 1, 1);
	}

	/**
	 * Goes through a list.
	 * @param flow how often it begins
	 * @param turns how often the loops around it turn, all together
	 * @return how often its end is reached
	 */
	private static double list(@Nullable List<Node> list, double flow, double turns) {
		double now = flow;
		if (list == null) {
			return now;
		}
		boolean trap = traps(list);
		for (Node node : list) {
			node.frequency = Math.max(now, LEAST);
			if (node instanceof Jump jump) {
				now = jump(jump, now, turns, trap);
			}
			else if (node instanceof Block block) {
				now = block(block, now, turns);
			}
			else if (node instanceof Site site) {
				now = list(site.body, now, turns);
			}
			if (node.ends()) {
				now = 0;
			}
		}
		return now;
	}

	private static boolean traps(List<Node> list) {
		return !list.isEmpty() && list.get(list.size() - 1) instanceof Plain last && last.code == Op.UNREACHABLE;
	}

	private static double jump(Jump jump, double flow, double turns, boolean trap) {
		double taken = switch (jump.code) {
			case Op.BR_IF -> flow * (trap ? 1 - TRAP : 0.5);
			case Op.BR_TABLE -> flow / jump.targets.length;
			default -> flow;
		};
		for (Block target : jump.targets) {
			if (target.code != Op.LOOP) {
				target.flow += taken * target.turns / turns;
			}
		}
		return (jump.code == Op.BR_IF) ? flow - taken : 0;
	}

	private static double block(Block block, double flow, double turns) {
		block.flow = 0;
		block.turns = turns;
		switch (block.code) {
			case Op.LOOP -> {
				double end = list(block.body, flow * TURNS, turns * TURNS);
				return (end > 0) ? flow : 0;
			}
			case Op.IF -> {
				double then = 0.5;
				if (traps(block.body)) {
					then = TRAP;
				}
				else if (block.otherwise != null && traps(block.otherwise)) {
					then = 1 - TRAP;
				}
				double end = list(block.body, flow * then, turns);
				return end + list(block.otherwise, flow * (1 - then), turns) + block.flow;
			}
			default -> {
				return list(block.body, flow, turns) + block.flow;
			}
		}
	}

}
