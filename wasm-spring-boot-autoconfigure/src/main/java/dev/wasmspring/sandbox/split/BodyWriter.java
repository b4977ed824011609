package dev.wasmspring.sandbox.split;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as the body of a function. Confined to one thread; lives for one
 * function.
 */
final class BodyWriter {

	private final Body body;

	/** For each local of the tree its index in what is written. */
	private final int[] indices;

	private final int[] order;

	private final Bytes bytes = new Bytes();

	private BodyWriter(Body body, int[] order) {
		this.body = body;
		this.order = order;
		this.indices = new int[body.localCount()];
		for (int i = 0; i < order.length; i++) {
			this.indices[order[i]] = i;
		}
	}

	/**
	 * Writes a function without the locals that it does not use.
	 * @return its body, without the length that comes before it
	 */
	static Bytes write(Body body) {
		return new BodyWriter(body, body.order()).write();
	}

	/**
	 * Writes a function with all of its locals where they were.
	 */
	static Bytes writeAsIs(Body body) {
		int[] order = new int[body.localCount()];
		for (int i = 0; i < order.length; i++) {
			order[i] = i;
		}
		return new BodyWriter(body, order).write();
	}

	private Bytes write() {
		writeLocals();
		this.body.root.depth = 0;
		write(this.body.root.body, 0);
		return this.bytes.add(Op.END);
	}

	private void writeLocals() {
		Bytes groups = new Bytes();
		int count = 0;
		int start = this.body.parameters.length;
		while (start < this.order.length) {
			byte type = this.body.typeOf(this.order[start]);
			int end = start + 1;
			while (end < this.order.length && this.body.typeOf(this.order[end]) == type) {
				end++;
			}
			groups.unsigned(end - start).add(type);
			count++;
			start = end;
		}
		this.bytes.unsigned(count).add(groups);
	}

	private void write(@Nullable List<Node> list, int depth) {
		if (list == null) {
			return;
		}
		for (Node node : list) {
			if (node instanceof Plain plain) {
				plain.write(this.bytes);
			}
			else if (node instanceof Local local) {
				this.bytes.add(local.code).unsigned(this.indices[local.index]);
			}
			else if (node instanceof Jump jump) {
				write(jump, depth);
			}
			else if (node instanceof Site site) {
				write(site.body, depth);
			}
			else {
				write((Block) node, depth + 1);
			}
		}
	}

	private void write(Jump jump, int depth) {
		this.bytes.add(jump.code);
		if (jump.code == Op.RETURN) {
			return;
		}
		if (jump.code == Op.BR_TABLE) {
			this.bytes.unsigned(jump.targets.length - 1);
		}
		for (Block target : jump.targets) {
			this.bytes.unsigned(depth - target.depth);
		}
	}

	private void write(Block block, int depth) {
		block.depth = depth;
		this.bytes.add(block.code).signed(block.type);
		if (block.code == Op.TRY_TABLE) {
			this.bytes.unsigned(block.catches.size());
			for (Block.Catch clause : block.catches) {
				this.bytes.add(clause.kind());
				if (clause.hasTag()) {
					this.bytes.unsigned(clause.tag());
				}
				this.bytes.unsigned(depth - 1 - clause.target().depth);
			}
		}
		write(block.body, depth);
		if (block.otherwise != null) {
			this.bytes.add(Op.ELSE);
			write(block.otherwise, depth);
		}
		this.bytes.add(Op.END);
	}

}
