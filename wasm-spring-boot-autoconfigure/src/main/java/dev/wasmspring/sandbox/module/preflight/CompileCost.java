package dev.wasmspring.sandbox.module.preflight;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a module would cost to parse and to compile, at a guess: time in steps, and bytes
 * of bytecode. Lives for one check and is confined to its thread.
 * <p>
 * Each function is a method of the JVM. At a jump, and where it leads, the parser walks
 * over the blocks around and the compiler and the JVM's verifier go through all values
 * that are alive, locals and operands; in the reach of a handler of exceptions they do so
 * at every instruction.
 */
final class CompileCost {

	/**
	 * Bytes of bytecode that the module becomes. The compiler loads its classes twice,
	 * the first time to see whether they are small enough, so that a byte takes up to 2.5
	 * of metaspace.
	 */
	private static final int MAX_BYTECODE = 20_000_000;

	/**
	 * What a module may cost to compile beyond the time that its size explains. A step
	 * takes about 10 ns.
	 */
	private static final int MAX_STEPS = 50_000_000;

	/** What it may cost more for each byte of its code. */
	private static final int MAX_STEPS_PER_BYTE = 50;

	private static final int STEPS_PER_FUNCTION = 5_000;

	/** Steps for a value of two types that are compared. */
	private static final int STEPS_PER_COMPARISON = 5;

	/** Steps for a parameter or local of a function: it is described, and set. */
	private static final int STEPS_PER_LOCAL = 200;

	/** Steps for a value that has to be moved, or described one by one. */
	private static final int STEPS_PER_VALUE = 16;

	/**
	 * The verifier of the JVM looks for the target of a jump among all of a function,
	 * beginning with the first. This many of them take a step.
	 */
	private static final int TARGETS_PER_STEP = 4;

	/** A function with more targets fits into no method, and its parts have fewer. */
	private static final int TARGETS_PER_METHOD = 16_383;

	private static final int BYTECODE_PER_FUNCTION = 450;

	/** For what calls a function by its index. */
	private static final int BYTECODE_PER_CASE = 80;

	/** For a value that is boxed, unboxed, stored or loaded again. */
	private static final int BYTECODE_PER_VALUE = 8;

	private static final int BYTECODE_PER_CALL = 9;

	private static final int BYTECODE_PER_JUMP = 8;

	private static final int BYTECODE_PER_CONSTANT = 12;

	private static final int BYTECODE_PER_HANDLER = 60;

	/**
	 * Metaspace comes in pieces of powers of two, so that up to half of what a method of
	 * this size takes is wasted.
	 */
	private static final int LARGE_METHOD = 8_000;

	/** Beyond the time for each byte of the module. */
	private long steps;

	private long maxSteps = MAX_STEPS;

	private int instructions;

	private long bytecode;

	/** What the functions refer to that share a class with the current one. */
	private final Set<Constant> constants = new HashSet<>();

	private boolean inCode;

	// The current function

	private int function;

	/** How many instructions there were before it. */
	private int instructionsBefore;

	private long bytecodeBefore;

	private int jumps;

	private int movedValues;

	private int handlers;

	// Functions

	/**
	 * Begins with the code of the functions.
	 * @param size bytes of all of them
	 */
	void beginCode(int size) {
		this.maxSteps += (long) MAX_STEPS_PER_BYTE * size;
		this.inCode = true;
	}

	void endCode(int functions) {
		this.function = functions;
		this.inCode = false;
	}

	/**
	 * Goes on to the next function, whose body may be looked into or not.
	 */
	void nextFunction(int function) {
		this.function = function;
		if (function % StructureLimit.FUNCTIONS_PER_CLASS == 0) {
			this.constants.clear();
		}
	}

	/**
	 * Begins with the body of the current function.
	 * @param locals how many it has, parameters included
	 */
	void beginBody(int locals) {
		this.steps += STEPS_PER_FUNCTION + STEPS_PER_LOCAL * locals;
		this.bytecodeBefore = this.bytecode;
		this.bytecode += BYTECODE_PER_FUNCTION + BYTECODE_PER_VALUE * locals;
		this.instructionsBefore = this.instructions;
		this.jumps = 0;
		this.movedValues = 0;
		this.handlers = 0;
	}

	void endBody() {
		long own = this.bytecode - this.bytecodeBefore;
		this.bytecode += (own > LARGE_METHOD) ? own / 2 : 0;
		requireLittleBytecode();
	}

	// Instructions

	void instructions(int count) {
		this.instructions = StructureLimit.INSTRUCTIONS.check(this.instructions + (long) count);
	}

	/**
	 * An instruction of a body, whatever it is, with what it lies in.
	 * @param tries how many handlers of exceptions are around it
	 * @param alive locals and operands
	 */
	void instructionWithin(int tries, long alive) {
		// The verifier of the JVM asks every handler whether it is in its reach
		this.steps += this.handlers + tries * (STEPS_PER_VALUE + alive);
		requireFewSteps();
	}

	void bytecode(int bytes) {
		this.bytecode += bytes;
	}

	void refersToInt(long value) {
		// Smaller ones are part of the bytecode
		if (value != (short) value) {
			refersTo('i', value);
		}
	}

	void refersToLong(long value) {
		refersTo('l', value);
	}

	void refersToFloat(long bits) {
		refersTo('f', bits);
	}

	void refersToDouble(long bits) {
		refersTo('d', bits);
	}

	void refersToCallee(int callee) {
		refersTo('c', callee);
	}

	void refersToType(int type) {
		refersTo('t', type);
	}

	private void refersTo(char kind, long value) {
		if (this.inCode && this.constants.add(new Constant(kind, value))) {
			StructureLimit.CONSTANTS.check(this.constants.size());
			this.bytecode += BYTECODE_PER_CONSTANT;
		}
	}

	/**
	 * A jump, or a place where jumps lead.
	 * @param locals values that are alive there
	 * @param operands the same on the stack
	 */
	void jump(int locals, long operands) {
		long alive = locals + operands;
		// With two operands or more, the JVM wants a list of all that is alive
		if (operands > 1) {
			this.steps += STEPS_PER_VALUE * alive;
			this.bytecode += BYTECODE_PER_JUMP + 2 * alive;
		}
		else {
			this.steps += alive;
		}
	}

	/** A jump of the bytecode, whose target has to be found. */
	void target() {
		this.bytecode += BYTECODE_PER_JUMP;
		if (this.jumps < TARGETS_PER_METHOD) {
			this.steps += this.jumps++ / TARGETS_PER_STEP;
		}
	}

	/**
	 * A branch to a block around.
	 * @param taken values that it takes there
	 */
	void branch(int label, int taken) {
		this.bytecode += 4 * taken;
		this.steps += label;
	}

	/** Values that are taken from the stack, or put there, several at once. */
	void moves(int values) {
		this.movedValues = StructureLimit.MOVED_VALUES.checkInFunction(this.function, this.movedValues + (long) values);
		this.steps += STEPS_PER_VALUE * values;
	}

	void call(int results) {
		this.bytecode += BYTECODE_PER_CALL + BYTECODE_PER_VALUE * results;
	}

	void handler() {
		this.handlers++;
		this.steps += this.instructions - this.instructionsBefore;
		this.bytecode += BYTECODE_PER_HANDLER;
	}

	/**
	 * The end of a loop: the parser goes through all blocks beside it.
	 */
	void loopAmong(int blocks) {
		this.steps += blocks;
	}

	// The module as a whole

	/**
	 * What it costs that functions are called by an index: the compiler writes a case for
	 * each function and type that is equal to the function's.
	 */
	void dispatch(Declarations declared) {
		comparisons(declared);
		int[] types = new int[declared.typeCount()];
		for (int type = 0; type < types.length; type++) {
			types[declared.signatureOf(type)]++;
		}
		long cases = 0;
		for (int function = 0; function < declared.functionCount(); function++) {
			int type = declared.typeOfFunction(function);
			int equal = types[declared.signatureOf(type)];
			cases += equal;
			int values = declared.parametersOf(type) + declared.resultsOf(type);
			this.steps += (long) STEPS_PER_VALUE * equal * values;
			this.bytecode += (long) equal * (BYTECODE_PER_CASE + 2 * values);
		}
		StructureLimit.CASES.check(cases);
		requireFewSteps();
		requireLittleBytecode();
	}

	/**
	 * The compiler compares each function's type with each type, value by value until
	 * they differ.
	 */
	private void comparisons(Declarations declared) {
		this.steps += StructureLimit.COMPARISONS.check((long) declared.functionCount() * declared.typeCount());
		int[] uses = new int[declared.typeCount()];
		for (int function = 0; function < declared.functionCount(); function++) {
			uses[declared.typeOfFunction(function)]++;
		}
		Map<String, Integer> beginnings = new HashMap<>();
		for (int type = 0; type < uses.length; type++) {
			for (int length = 1; length <= declared.textOf(type).length(); length++) {
				beginnings.merge(beginning(declared, type, length), 1, Integer::sum);
			}
		}
		for (int type = 0; type < uses.length; type++) {
			for (int length = 1; uses[type] > 0 && length <= declared.textOf(type).length(); length++) {
				this.steps += (long) STEPS_PER_COMPARISON * uses[type]
						* beginnings.getOrDefault(beginning(declared, type, length), 0);
			}
		}
	}

	/**
	 * The first values of a type, and how many parameters it has: those of different
	 * numbers are not compared.
	 */
	private static String beginning(Declarations declared, int type, int length) {
		return (char) declared.parametersOf(type) + declared.textOf(type).substring(0, length);
	}

	private void requireFewSteps() {
		if (this.steps > this.maxSteps) {
			throw new UnusableModuleException(
					"It would take too long to compile: up to function " + this.function
							+ ", its functions, parameters, locals, operands, blocks and jumps are too many.",
					"Build the module optimised and for size (-Oz).");
		}
	}

	private void requireLittleBytecode() {
		if (this.bytecode > MAX_BYTECODE) {
			throw new UnusableModuleException(
					"Its classes would be too large: up to function " + this.function
							+ ", its functions and instructions are too many.",
					"Build the module optimised and for size (-Oz), or split it.");
		}
	}

	private record Constant(char kind, long value) {
	}

}
