package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Makes a function of a region, and a call of it in the region's place. Confined to one
 * thread; lives for one region.
 * <p>
 * The part begins with its parameters where the caller's locals were. Each way out of the
 * region becomes a block around it, which says by a number where the caller goes on. One
 * value, or two, are the part's result; the others go through {@link Registers}.
 */
final class Extraction {

	private static final byte[] PARAMETER_ORDER = { Types.I32, Types.I64, Types.F32, Types.F64, Types.FUNCTION,
			Types.EXTERNAL, Types.EXCEPTION };

	private final Body body;

	private final Region region;

	private final ModuleWriter writer;

	private final Registers registers;

	/** Where the region leads, and the block of the part that stands for it. */
	private final Map<Block, Block> exits = new LinkedHashMap<>();

	/** The exit that is where the region's end leads, among others. */
	private @Nullable Block end;

	private final Map<Integer, Integer> locals = new LinkedHashMap<>();

	private @Nullable Block innerLoop;

	private final Body part;

	private final List<Integer> parameters = new ArrayList<>();

	/** Locals of the caller that come back, in the order in which they do. */
	private final List<Integer> outs = new ArrayList<>();

	/** Those that the part's result holds. */
	private final List<Integer> packed = new ArrayList<>();

	private Extraction(Body body, Region region, ModuleWriter writer, Registers registers) {
		this.body = body;
		this.region = region;
		this.writer = writer;
		this.registers = registers;
		for (byte type : PARAMETER_ORDER) {
			for (int local = Bits.next(region.parameters(), 0); local >= 0; local = Bits.next(region.parameters(),
					local + 1)) {
				if (body.typeOf(local) == type) {
					this.locals.put(local, this.parameters.size());
					this.parameters.add(local);
				}
			}
		}
		byte[] types = new byte[this.parameters.size()];
		for (int i = 0; i < types.length; i++) {
			types[i] = body.typeOf(this.parameters.get(i));
		}
		for (int local = Bits.next(region.outs(), 0); local >= 0; local = Bits.next(region.outs(), local + 1)) {
			this.outs.add(local);
		}
		this.part = new Body(types, new byte[0], types, new Block(Op.BLOCK));
	}

	/**
	 * Moves a region out of a function.
	 * @return the part
	 */
	static Part extract(Body body, Region region, ModuleWriter writer, Registers registers) {
		return new Extraction(body, region, writer, registers).extract();
	}

	private Part extract() {
		List<Node> place = this.region.list().subList(this.region.from(), this.region.to());
		List<Node> moved = new ArrayList<>(place);
		boolean falls = this.region.falls();
		if (falls) {
			this.end = this.region.endsBlock() ? this.region.owner() : new Block(Op.BLOCK);
			this.exits.put(this.end, new Block(Op.BLOCK));
		}
		move(moved);
		if (this.innerLoop != null) {
			this.innerLoop.body = moved;
			this.innerLoop.falls = falls;
			moved = new ArrayList<>();
			moved.add(this.innerLoop);
		}
		byte result = pack();
		List<Node> rest = new ArrayList<>();
		Signature signature = new Signature(this.part.parameters,
				(result != Types.ANY) ? new byte[] { result } : new byte[0]);
		this.part.results = signature.results();
		finish(moved, result);
		int function = this.writer.addFunction(signature);
		boolean ends = call(function, result, rest);
		Site site = new Site(rest, ends);
		place.clear();
		place.add(site);
		if (ends) {
			this.region.list().subList(this.region.from() + 1, this.region.list().size()).clear();
		}
		return new Part(function, this.part);
	}

	// The part

	private int local(int local) {
		Integer known = this.locals.get(local);
		if (known == null) {
			known = this.part.addLocal(this.body.typeOf(local));
			this.locals.put(local, known);
		}
		return known;
	}

	private void move(@Nullable List<Node> list) {
		if (list == null) {
			return;
		}
		for (int i = 0; i < list.size(); i++) {
			Node node = list.get(i);
			if (node instanceof Local local) {
				local.index = local(local.index);
			}
			else if (node instanceof Jump jump) {
				for (int j = 0; j < jump.targets.length; j++) {
					jump.targets[j] = target(jump.targets[j]);
				}
			}
			else if (node instanceof Site site) {
				move(site.body);
			}
			else if (node instanceof Block block) {
				if (!block.catches.isEmpty()) {
					List<Block.Catch> catches = new ArrayList<>();
					for (Block.Catch clause : block.catches) {
						catches.add(new Block.Catch(clause.kind(), clause.tag(), target(clause.target())));
					}
					block.catches = catches;
				}
				move(block.body);
				move(block.otherwise);
			}
		}
	}

	private Block target(Block target) {
		Block owner = this.region.owner();
		if (target.depth > owner.depth) {
			return target;
		}
		if (target == owner && this.region.isLoopHead()) {
			if (this.innerLoop == null) {
				this.innerLoop = new Block(Op.LOOP);
				this.innerLoop.targeted = true;
			}
			return this.innerLoop;
		}
		Block exit = this.exits.computeIfAbsent(target, (added) -> new Block(Op.BLOCK));
		exit.targeted = true;
		return exit;
	}

	/** Chooses what the result is, and its type. */
	private byte pack() {
		List<Integer> ints = new ArrayList<>();
		for (int out : this.outs) {
			if (this.body.typeOf(out) == Types.I32) {
				ints.add(out);
			}
		}
		byte result;
		if (this.exits.isEmpty()) {
			this.outs.clear();
			return Types.ANY;
		}
		if (this.exits.size() > 1) {
			if (ints.isEmpty()) {
				result = Types.I32;
			}
			else {
				this.packed.add(ints.get(0));
				result = Types.I64;
			}
		}
		else if (ints.size() >= 2) {
			this.packed.add(ints.get(0));
			this.packed.add(ints.get(1));
			result = Types.I64;
		}
		else if (!this.outs.isEmpty()) {
			this.packed.add(this.outs.get(0));
			result = this.body.typeOf(this.outs.get(0));
		}
		else {
			result = Types.ANY;
		}
		this.outs.removeAll(this.packed);
		return result;
	}

	private void finish(List<Node> moved, byte result) {
		List<Node> list = moved;
		boolean several = this.exits.size() > 1;
		int selector = several ? this.part.addLocal(result) : -1;
		Block tail = new Block(Op.BLOCK);
		int code = 0;
		boolean reached = this.region.falls();
		for (Map.Entry<Block, Block> entry : this.exits.entrySet()) {
			Block exit = entry.getValue();
			if (exit.targeted) {
				exit.body = list;
				list = new ArrayList<>();
				list.add(exit);
			}
			if (several) {
				if (code > 0) {
					list.add((result == Types.I64) ? Costs.constant(Op.I64_CONST, (long) code << 32)
							: Costs.constant(Op.I32_CONST, code));
					list.add(Local.set(selector));
				}
				if (code < this.exits.size() - 1) {
					list.add(new Jump(Op.BR, tail));
					tail.targeted = true;
				}
			}
			code++;
			reached = true;
		}
		if (several) {
			tail.body = list;
			list = new ArrayList<>();
			list.add(tail);
		}
		int[] places = new int[256];
		if (reached) {
			List<Node> last = new ArrayList<>();
			for (int out : this.outs) {
				byte type = this.body.typeOf(out);
				last.add(Local.get(local(out)));
				last.add(this.registers.set(type, places[type & 0xff]++));
			}
			result(selector, result, last);
			if (this.outs.isEmpty()) {
				list.addAll(last);
			}
			else {
				list.add(new Exit(last, this.part.results.length));
			}
		}
		this.part.root.body = list;
		this.part.root.results = this.part.results;
		this.part.root.falls = reached;
	}

	private void result(int selector, byte result, List<Node> list) {
		if (selector >= 0) {
			list.add(Local.get(selector));
			if (!this.packed.isEmpty()) {
				list.add(Local.get(local(this.packed.get(0))));
				list.add(Plain.of(Op.I64_EXTEND_I32_U, 1, 1, 3));
				list.add(Plain.of(Op.I64_OR, 2, 1, 1));
			}
		}
		else if (this.packed.size() == 2) {
			list.add(Local.get(local(this.packed.get(1))));
			list.add(Plain.of(Op.I64_EXTEND_I32_U, 1, 1, 3));
			list.add(Costs.constant(Op.I64_CONST, 32));
			list.add(Plain.of(Op.I64_SHL, 2, 1, 2));
			list.add(Local.get(local(this.packed.get(0))));
			list.add(Plain.of(Op.I64_EXTEND_I32_U, 1, 1, 3));
			list.add(Plain.of(Op.I64_OR, 2, 1, 1));
		}
		else if (result != Types.ANY) {
			list.add(Local.get(local(this.packed.get(0))));
		}
	}

	// The call

	/**
	 * Writes the call and what belongs to it.
	 * @return whether what follows is never reached
	 */
	private boolean call(int function, byte result, List<Node> to) {
		for (int parameter : this.parameters) {
			to.add(Local.get(parameter));
		}
		Plain call = Plain.of(Op.CALL, function, this.parameters.size(), (result != Types.ANY) ? 1 : 0, 6);
		call.memoryLoads = 1;
		call.instanceLoads = 1;
		to.add(call);
		boolean several = this.exits.size() > 1;
		if (several && !this.packed.isEmpty()) {
			int temporary = this.body.packed();
			to.add(Local.tee(temporary));
			to.add(Plain.of(Op.I32_WRAP_I64, 1, 1, 1));
			to.add(Local.set(this.packed.get(0)));
			to.add(Local.get(temporary));
			upperHalf(to);
		}
		else if (this.packed.size() == 2) {
			int temporary = this.body.packed();
			to.add(Local.tee(temporary));
			to.add(Plain.of(Op.I32_WRAP_I64, 1, 1, 1));
			to.add(Local.set(this.packed.get(0)));
			to.add(Local.get(temporary));
			upperHalf(to);
			to.add(Local.set(this.packed.get(1)));
		}
		else if (!several && result != Types.ANY) {
			to.add(Local.set(this.packed.get(0)));
		}
		int[] places = new int[256];
		for (int out : this.outs) {
			byte type = this.body.typeOf(out);
			to.add(this.registers.get(type, places[type & 0xff]++));
			to.add(Local.set(out));
		}
		return goOn(to);
	}

	private static void upperHalf(List<Node> to) {
		to.add(Costs.constant(Op.I64_CONST, 32));
		to.add(Plain.of(Op.I64_SHR_U, 2, 1, 2));
		to.add(Plain.of(Op.I32_WRAP_I64, 1, 1, 1));
	}

	/** Goes on where the part left off. */
	private boolean goOn(List<Node> to) {
		List<Block> targets = new ArrayList<>(this.exits.keySet());
		if (targets.isEmpty()) {
			to.add(Plain.of(Op.UNREACHABLE, 0, 0, 4));
			return true;
		}
		boolean falls = targets.get(0) == this.end;
		if (targets.size() == 1) {
			if (!falls) {
				to.add(new Jump(Op.BR, targets.get(0)));
			}
			return !falls;
		}
		if (targets.size() == 2) {
			to.add(new Jump(Op.BR_IF, targets.get(1)));
			if (!falls) {
				to.add(new Jump(Op.BR, targets.get(0)));
			}
			return !falls;
		}
		if (falls) {
			Block next = new Block(Op.BLOCK);
			next.targeted = true;
			next.body = new ArrayList<>(to);
			to.clear();
			to.add(next);
			targets.set(0, next);
			next.body.add(new Jump(Op.BR_TABLE, targets.toArray(new Block[0])));
			return false;
		}
		to.add(new Jump(Op.BR_TABLE, targets.toArray(new Block[0])));
		return true;
	}

	/**
	 * A function that was made of a region.
	 *
	 * @param function its index
	 * @param body its tree
	 */
	record Part(int function, Body body) {

	}

}
