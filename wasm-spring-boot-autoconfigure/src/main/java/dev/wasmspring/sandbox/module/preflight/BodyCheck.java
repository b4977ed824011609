package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.module.preflight.OpenBlocks.Block;

/**
 * Follows the flow of control in the bodies of functions, one after the other, with their
 * blocks and the number of their operands, and counts what they cost. Lives for one check
 * and is confined to its thread.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/instructions.html">
 * Instructions</a>
 */
final class BodyCheck {

	/** The type of a block that takes and gives nothing. */
	private static final int EMPTY = 0x40;

	private final BinaryReader reader;

	private final Declarations declared;

	private final CompileCost cost;

	private final InstructionCheck plain;

	private final OpenBlocks blocks = new OpenBlocks();

	private int function;

	private int locals;

	private int branchTargets;

	/** At least as many operands as there are on the stack. */
	private long operands;

	/**
	 * Creates a check for the functions of a module.
	 * @param plain reads instructions that have no part in the flow of control
	 */
	BodyCheck(BinaryReader reader, Declarations declared, CompileCost cost, InstructionCheck plain) {
		this.reader = reader;
		this.declared = declared;
		this.cost = cost;
		this.plain = plain;
	}

	/**
	 * Checks a body, which is what the reader can read.
	 */
	void check(int function) {
		this.function = function;
		int type = this.declared.typeOfFunction(function);
		long defined = 0;
		for (int groups = this.reader.count(); groups > 0; groups--) {
			defined = StructureLimit.LOCALS.checkInFunction(function, defined + this.reader.unsigned());
			ValueTypes.read(this.reader);
		}
		this.locals = this.declared.parametersOf(type) + (int) defined;
		this.cost.beginBody(this.locals);
		this.branchTargets = 0;
		this.blocks.begin(function);
		open(OpenBlocks.BLOCK, 0, 0, this.declared.resultsOf(type));
		while (!this.blocks.isEmpty()) {
			this.cost.instructions(1);
			instruction();
			this.cost.instructionWithin(this.blocks.tries(), this.locals + this.operands);
		}
		this.cost.endBody();
		if (this.reader.hasMore()) {
			throw UnusableModuleException.invalid("function " + function + " goes on behind its end");
		}
	}

	private void instruction() {
		int opcode = this.reader.next();
		switch (opcode) {
			// unreachable, throw_ref
			case 0x00, 0x0a -> unreachable();
			// return
			case 0x0f -> returns();
			case OpenBlocks.BLOCK, OpenBlocks.LOOP, OpenBlocks.IF, OpenBlocks.TRY_TABLE -> block(opcode);
			// else
			case 0x05 -> {
				jump();
				Block block = this.blocks.innermost();
				this.cost.moves(block.results() + block.parameters());
				this.operands = block.floor() + block.parameters();
			}
			// throw
			case 0x08 -> {
				this.cost.moves(this.declared.parametersOf(this.declared.typeOfTag(this.reader.unsigned())));
				unreachable();
			}
			case InstructionCheck.END -> close();
			// br
			case 0x0c -> {
				branch();
				unreachable();
			}
			// br_if
			case 0x0d -> {
				pop(1);
				branch();
			}
			// br_table
			case 0x0e -> {
				pop(1);
				branchTable();
				unreachable();
			}
			// call
			case 0x10 -> call(callee());
			// call_indirect
			case 0x11 -> callIndirect();
			// return_call
			case 0x12 -> {
				call(callee());
				tailCallReturns();
			}
			// return_call_indirect
			case 0x13 -> {
				callIndirect();
				tailCallReturns();
			}
			// call_ref
			case 0x14 -> callReference();
			// return_call_ref
			case 0x15 -> {
				callReference();
				tailCallReturns();
			}
			// select
			case 0x1b -> select();
			// select with a type
			case 0x1c -> {
				for (int i = this.reader.count(); i > 0; i--) {
					ValueTypes.read(this.reader);
				}
				select();
			}
			// br_on_null, br_on_non_null
			case 0xd5, 0xd6 -> branch();
			default -> push(this.plain.instruction(opcode));
		}
	}

	private void block(int opcode) {
		int start = this.reader.position();
		long type = this.reader.unsigned();
		int in = 0;
		int out = (type == EMPTY) ? 0 : 1;
		// Alone, such a byte is a negative number, which means no index
		if (isSimple(type) && this.reader.position() == start + 1) {
			if (ValueTypes.isReference((int) type)) {
				ValueTypes.readHeapType(this.reader);
			}
			else if (type != EMPTY) {
				ValueTypes.require((int) type);
			}
		}
		else {
			int defined = this.declared.requireType(type);
			in = this.declared.parametersOf(defined);
			out = this.declared.resultsOf(defined);
			requireReadAsMeant(defined);
		}
		if (opcode == OpenBlocks.IF) {
			pop(1);
			this.cost.target();
		}
		this.cost.moves(in);
		jump();
		if (opcode == OpenBlocks.TRY_TABLE) {
			handlers(in);
		}
		Block outer = this.blocks.innermost();
		outer.addChild();
		open(opcode, Math.max(outer.floor(), this.operands - in), in, out);
	}

	private static boolean isSimple(long type) {
		return type >= EMPTY && type <= 0x7f;
	}

	private void handlers(int in) {
		for (int i = this.reader.count(); i > 0; i--) {
			// The first two kinds of a catch clause name a tag
			if (this.reader.next() < 2) {
				this.reader.unsigned();
			}
			branch();
		}
		this.cost.handler();
		// The compiler keeps the operands below it in locals of their own
		this.locals += (int) Math.max(0, this.operands - in);
	}

	/**
	 * The parser knows indices of 64 to 127 and the codes of simple types by their value
	 * alone, so that it takes one for the other.
	 */
	private void requireReadAsMeant(int type) {
		if (isSimple(type) && !this.declared.textOf(type).equals((type == EMPTY) ? ">" : ">" + (char) type)) {
			throw new UnusableModuleException(
					"Function " + this.function + " has a block of type " + type
							+ ", which the engine takes for a simple type.",
					"Build the module so that blocks take nothing and give one value at most: clang with"
							+ " -mno-multivalue, or run 'wasm-opt --flatten -Oz' on it.");
		}
	}

	private void open(int opcode, long floor, int in, int out) {
		this.blocks.open(opcode, floor, in, out);
		this.operands = floor + in;
	}

	private void close() {
		jump();
		Block closed = this.blocks.innermost();
		this.cost.moves(closed.results());
		this.operands = closed.floor() + closed.results();
		this.blocks.close();
		if (closed.opcode() == OpenBlocks.LOOP) {
			this.cost.loopAmong(this.blocks.innermost().children());
		}
	}

	private void branchTable() {
		int count = this.reader.count();
		this.branchTargets = StructureLimit.BRANCH_TARGETS.checkInFunction(this.function,
				this.branchTargets + (long) count);
		this.cost.instructions(count);
		for (int i = 0; i <= count; i++) {
			branch();
		}
	}

	private void branch() {
		int label = Declarations.require("label", this.reader.unsigned(), this.blocks.count());
		int taken = this.blocks.at(label).taken();
		// Where code is unreachable, what the target takes appears from nowhere
		this.operands = Math.max(this.operands, this.blocks.innermost().floor() + taken);
		this.cost.moves(taken);
		this.cost.branch(label, taken);
		this.cost.target();
		jump();
	}

	private void jump() {
		this.cost.jump(this.locals, this.operands);
	}

	private void select() {
		// The compiler makes a jump of it
		pop(1);
		this.cost.target();
		jump();
		pop(1);
	}

	private int callee() {
		int callee = this.declared.requireFunction(this.reader.unsigned());
		this.cost.refersToCallee(callee);
		return this.declared.typeOfFunction(callee);
	}

	private void callIndirect() {
		pop(1);
		int type = this.declared.requireType(this.reader.unsigned());
		this.cost.refersToType(type);
		this.reader.unsigned();
		call(type);
	}

	private void callReference() {
		pop(1);
		call(this.declared.requireType(this.reader.unsigned()));
	}

	private void call(int type) {
		int parameters = this.declared.parametersOf(type);
		int results = this.declared.resultsOf(type);
		this.cost.moves(parameters + results);
		this.cost.call(results);
		pop(parameters);
		push(results);
	}

	/**
	 * The compiler makes a call and a return of a tail call, so that the handlers around
	 * it would catch what the callee throws.
	 */
	private void tailCallReturns() {
		if (this.blocks.tries() > 0) {
			throw new UnusableModuleException(
					"Function " + this.function
							+ " makes a tail call within a try_table, whose handlers the engine would leave in force.",
					"Build the module without tail calls: clang with -mno-tail-call, Rust with"
							+ " -C target-feature=-tail-call.");
		}
		returns();
	}

	private void returns() {
		this.cost.moves(this.declared.resultsOf(this.declared.typeOfFunction(this.function)));
		unreachable();
	}

	private void pop(int count) {
		this.operands = Math.max(this.blocks.innermost().floor(), this.operands - count);
	}

	private void push(int count) {
		pop(-count);
	}

	private void unreachable() {
		this.operands = this.blocks.innermost().floor();
	}

}
