package dev.wasmspring.sandbox.split;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How many bytes of bytecode a function becomes, as a whole and node by node. Confined to
 * one thread; lives for one look at a function.
 */
final class Sizes {

	private static final int JUMP = 3;

	private static final int INTERRUPTION_CHECK = 3;

	/** From here on jumps may need more than two bytes for their distance. */
	private static final int FAR = 32_000;

	private final Body body;

	private final Declarations declarations;

	/** For each local what it costs to load or store it. */
	private final byte[] costs;

	private final int memory;

	private final int instance;

	private int total;

	private Sizes(Body body, Declarations declarations) {
		this.body = body;
		this.declarations = declarations;
		this.costs = new byte[body.localCount()];
		int slot = 0;
		int[] order = body.order();
		for (int i = 0; i < body.parameters.length; i++) {
			this.costs[i] = access(slot);
			slot += Types.slots(body.typeOf(i));
		}
		this.memory = access(slot++);
		this.instance = access(slot++);
		for (int i = body.parameters.length; i < order.length; i++) {
			this.costs[order[i]] = access(slot);
			// Set to zero first
			this.total += 1 + access(slot);
			slot += Types.slots(body.typeOf(order[i]));
		}
	}

	private static byte access(int slot) {
		return (byte) ((slot < 4) ? 1 : (slot < 256) ? 2 : 4);
	}

	/**
	 * Estimates a function, and leaves its size at each node.
	 * @return bytes of bytecode
	 */
	static int of(Body body, Declarations declarations) {
		Sizes sizes = new Sizes(body, declarations);
		body.root.depth = 0;
		sizes.total += sizes.list(body.root.body, 0, 0);
		sizes.total += 1 + Costs.unboxing(body.results) / 2;
		return sizes.total + ((sizes.total > FAR) ? sizes.total / 50 : 0);
	}

	private int list(@Nullable List<Node> list, int depth, int base) {
		if (list == null) {
			return 0;
		}
		int size = 0;
		int height = base;
		for (Node node : list) {
			if (node instanceof Plain plain) {
				node.size = plain.cost + plain.memoryLoads * this.memory + plain.instanceLoads * this.instance;
			}
			else if (node instanceof Local local) {
				node.size = this.costs[local.index] + ((local.code == Op.LOCAL_TEE) ? 1 : 0);
			}
			else if (node instanceof Jump jump) {
				node.size = jump(jump, height);
			}
			else if (node instanceof Site site) {
				node.size = list(site.body, depth, height);
			}
			else {
				node.size = block((Block) node, depth + 1, height - node.pops);
			}
			size += node.size;
			height += node.pushes - node.pops;
		}
		return size;
	}

	private int block(Block block, int depth, int height) {
		block.depth = depth;
		block.height = height;
		int base = height + block.parameters.length;
		int size = list(block.body, depth, base);
		if (block.code == Op.IF) {
			size += JUMP;
			if (block.otherwise != null) {
				size += JUMP + list(block.otherwise, depth, base);
			}
		}
		else if (block.code == Op.TRY_TABLE) {
			// What lies below is saved, and loaded again in the handler
			size += Costs.handlers(block, this.declarations) + 12 * height;
		}
		return size;
	}

	private int jump(Jump jump, int height) {
		if (jump.code == Op.RETURN) {
			return 1 + ((this.body.results.length > 1) ? 3 : 0);
		}
		int operands = height - jump.pops;
		if (jump.code == Op.BR_TABLE) {
			boolean backward = false;
			int unwinding = 0;
			Block last = null;
			for (Block target : jump.targets) {
				backward |= target.code == Op.LOOP;
				if (target != last) {
					int dropped = unwinding(target, operands);
					unwinding += (dropped > 0) ? dropped + JUMP : 0;
					last = target;
				}
			}
			return 16 + 4 * (jump.targets.length - 1) + (backward ? INTERRUPTION_CHECK : 0) + unwinding;
		}
		Block target = jump.targets[0];
		int size = JUMP + unwinding(target, operands);
		boolean backward = target.code == Op.LOOP;
		if (jump.code == Op.BR_IF && (backward || size > JUMP)) {
			size += JUMP;
		}
		return size + (backward ? INTERRUPTION_CHECK : 0);
	}

	/** Drops what lies between a branch's operands and its target's. */
	private static int unwinding(Block target, int operands) {
		int taken = target.operands().length;
		int dropped = operands - taken - target.height;
		return (dropped > 0) ? dropped + 4 * taken : 0;
	}

}
