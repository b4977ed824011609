package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Rewrites a function so that blocks neither take nor give operands: they go through
 * locals, one for each type and place, which are written right before a branch and read
 * right behind it. Returns become branches, and tail calls become calls that are followed
 * by one, as the compiler makes of them. Tables with very many targets become a tree of
 * smaller ones. Confined to one thread; lives for one function.
 * <p>
 * One kind of block keeps its results: the one around a {@code try_table} that receives
 * what an exception carries. Only the {@code try_table} branches there.
 */
final class Normalizer {

	/** About 2 KB of bytecode. */
	private static final int MAX_TARGETS = 500;

	private final Body body;

	private final Declarations declarations;

	/** Finds, or adds, the index of a type. */
	private final ToIntFunction<Signature> types;

	private final Map<Integer, Integer> operands = new HashMap<>();

	private final Block inner = new Block(Op.BLOCK);

	private boolean wrapped;

	private int condition = -1;

	private Normalizer(Body body, Declarations declarations, ToIntFunction<Signature> types) {
		this.body = body;
		this.declarations = declarations;
		this.types = types;
	}

	static void normalize(Body body, Declarations declarations, ToIntFunction<Signature> types) {
		new Normalizer(body, declarations, types).normalize();
	}

	private void normalize() {
		Block root = this.body.root;
		// Branches to the function's own label are compiled wrong where its end is also
		// the end of a block, so that there must be none
		this.wrapped = root.results.length > 0 || root.targeted;
		List<Node> list = rewrite(root.body);
		if (!this.wrapped) {
			root.body = list;
			return;
		}
		if (falls(list)) {
			sets(root.results, list);
		}
		this.inner.body = list;
		this.inner.falls = root.falls;
		root.body = new ArrayList<>();
		root.body.add(this.inner);
		gets(root.results, root.body);
	}

	private static boolean falls(List<Node> list) {
		return list.isEmpty() || !list.get(list.size() - 1).ends();
	}

	private List<Node> rewrite(List<Node> list) {
		List<Node> to = new ArrayList<>(list.size());
		for (Node node : list) {
			if (node instanceof Jump jump) {
				jump(jump, to);
			}
			else if (node instanceof Block block) {
				block(block, to);
			}
			else if (node instanceof Plain plain
					&& (plain.code == Op.RETURN_CALL || plain.code == Op.RETURN_CALL_INDIRECT)) {
				Plain call = new Plain((plain.code == Op.RETURN_CALL) ? Op.CALL : Op.CALL_INDIRECT, plain.number,
						plain.second);
				call.pops = plain.pops;
				call.pushes = this.body.results.length;
				Costs.set(call, this.declarations);
				to.add(call);
				jump(new Jump(Op.RETURN, this.body.root), to);
			}
			else {
				to.add(node);
			}
		}
		return to;
	}

	private void jump(Jump jump, List<Node> to) {
		byte[] taken = jump.targets[0].operands();
		if (taken.length > 0) {
			switch (jump.code) {
				case Op.BR_IF -> {
					to.add(Local.set(condition()));
					sets(taken, to);
					gets(taken, to);
					to.add(Local.get(condition()));
				}
				case Op.BR_TABLE -> {
					to.add(Local.set(condition()));
					sets(taken, to);
					to.add(Local.get(condition()));
				}
				default -> sets(taken, to);
			}
		}
		Block[] targets = new Block[jump.targets.length];
		for (int i = 0; i < targets.length; i++) {
			targets[i] = target(jump.targets[i]);
			targets[i].targeted = true;
		}
		if (targets.length > MAX_TARGETS) {
			if (taken.length == 0) {
				to.add(Local.set(condition()));
			}
			else {
				// The index that was pushed for the jump
				to.remove(to.size() - 1);
			}
			table(targets, 0, targets.length, to);
			return;
		}
		to.add(new Jump((jump.code == Op.RETURN) ? Op.BR : jump.code, targets));
	}

	/**
	 * Makes a tree of a table that no part of a function could hold.
	 */
	private void table(Block[] targets, int from, int end, List<Node> to) {
		if (end - from <= MAX_TARGETS) {
			to.add(Local.get(condition()));
			if (from > 0) {
				to.add(Costs.constant(Op.I32_CONST, from));
				to.add(Plain.of(Op.I32_SUB, 2, 1, 1));
			}
			to.add(new Jump(Op.BR_TABLE, Arrays.copyOfRange(targets, from, end)));
			return;
		}
		int middle = (from + end) >>> 1;
		to.add(Local.get(condition()));
		to.add(Costs.constant(Op.I32_CONST, middle));
		Plain below = new Plain(Op.I32_LT_U, 0, 0);
		below.pops = 2;
		below.pushes = 1;
		Costs.set(below, this.declarations);
		to.add(below);
		Block lower = new Block(Op.IF);
		lower.pops = 1;
		table(targets, from, middle, lower.body);
		to.add(lower);
		table(targets, middle, end, to);
	}

	private Block target(Block target) {
		return (target == this.body.root && this.wrapped) ? this.inner : target;
	}

	private void block(Block block, List<Node> to) {
		byte[] parameters = block.parameters;
		byte[] results = block.results;
		if (parameters.length > 0) {
			if (block.code == Op.IF) {
				to.add(Local.set(condition()));
			}
			sets(parameters, to);
			if (block.code == Op.IF) {
				to.add(Local.get(condition()));
			}
		}
		block.body = inside(block.body, parameters, results);
		if (block.otherwise != null) {
			block.otherwise = inside(block.otherwise, parameters, results);
		}
		block.parameters = new byte[0];
		block.results = block.parameters;
		block.type = Block.EMPTY;
		block.pops = (block.code == Op.IF) ? 1 : 0;
		block.pushes = 0;
		if (block.code == Op.TRY_TABLE) {
			handlers(block, to);
		}
		else {
			to.add(block);
		}
		if (block.falls) {
			gets(results, to);
		}
	}

	private List<Node> inside(List<Node> list, byte[] parameters, byte[] results) {
		List<Node> inside = new ArrayList<>();
		gets(parameters, inside);
		inside.addAll(rewrite(list));
		if (results.length > 0 && falls(inside)) {
			sets(results, inside);
		}
		return inside;
	}

	/**
	 * Puts a block around a {@code try_table} for each clause that receives something.
	 */
	private void handlers(Block block, List<Node> to) {
		Block after = new Block(Op.BLOCK);
		List<Block.Catch> catches = new ArrayList<>();
		List<Node> list = new ArrayList<>();
		list.add(block);
		boolean receives = false;
		for (Block.Catch clause : block.catches) {
			receives |= clause.target().operands().length > 0;
		}
		if (!receives) {
			to.add(block);
			return;
		}
		if (block.falls) {
			list.add(new Jump(Op.BR, after));
		}
		else {
			list.add(Plain.of(Op.UNREACHABLE, 0, 0, 4));
		}
		for (Block.Catch clause : block.catches) {
			byte[] received = clause.target().operands();
			if (received.length == 0) {
				catches.add(clause);
				continue;
			}
			Block typed = new Block(Op.BLOCK);
			typed.results = received;
			typed.type = (received.length == 1) ? received[0] - 128
					: this.types.applyAsInt(new Signature(new byte[0], received));
			typed.pushes = received.length;
			typed.body = list;
			typed.targeted = true;
			list = new ArrayList<>();
			list.add(typed);
			sets(received, list);
			Block target = target(clause.target());
			target.targeted = true;
			list.add(new Jump(Op.BR, target));
			catches.add(new Block.Catch(clause.kind(), clause.tag(), typed));
		}
		block.catches = catches;
		if (block.falls) {
			after.targeted = true;
			after.body = list;
			to.add(after);
		}
		else {
			to.addAll(list);
		}
	}

	private int condition() {
		if (this.condition < 0) {
			this.condition = this.body.addLocal(Types.I32);
		}
		return this.condition;
	}

	private int operand(byte type, int place) {
		return this.operands.computeIfAbsent(place << 8 | type & 0xff, (key) -> this.body.addLocal(type));
	}

	private void sets(byte[] types, List<Node> to) {
		for (int i = types.length - 1; i >= 0; i--) {
			to.add(Local.set(operand(types[i], i)));
		}
	}

	private void gets(byte[] types, List<Node> to) {
		for (int i = 0; i < types.length; i++) {
			to.add(Local.get(operand(types[i], i)));
		}
	}

}
