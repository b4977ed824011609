package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.memory.SandboxTable;

/**
 * How many of a thing a module may have. Immutable.
 * <p>
 * Parser and compiler take a time that grows with products of things that a module may
 * have many of. Real programs, interpreters for whole languages included, need at most
 * half of any limit, and two thirds of the bytecode; a benchmark with 4,096 cases in one
 * switch needs five sixths of the nesting.
 *
 * @see CompileCost
 */
enum StructureLimit {

	/** Programs made with GHC have 1,705 at least: all signatures of four arguments. */
	TYPES(4_000, "types"),

	/** Of a type. */
	PARAMETERS(100, "parameters"),

	/** Of a type. */
	RESULTS(100, "results"),

	/** Of all types, since equal types are found by comparing. */
	SIGNATURES(20_000, "parameters and results of types"),

	/** The compiler goes through them once for each import and type. */
	IMPORTS(100, "imports"),

	FUNCTIONS(20_000, "functions"),

	/** The compiler compares each. */
	COMPARISONS(40_000_000, "pairs of a function and a type"),

	/**
	 * The compiler writes a case for each. If no type is declared twice there are as many
	 * as functions.
	 */
	CASES(50_000, "pairs of a function and a type equal to the function's"),

	TABLES(8, "tables"),

	MEMORIES(8, "memories"),

	TAGS(1_000, "tags"),

	/** Each call makes all of them anew. */
	GLOBALS(10_000, "globals"),

	EXPORTS(1_000, "exports"),

	ELEMENT_SEGMENTS(1_000, "element segments"),

	/** Of all segments; more fit into no table. */
	ELEMENTS(SandboxTable.MAX_ELEMENTS, "elements in segments"),

	/** Go makes one of each run of bytes that are not zero. */
	DATA_SEGMENTS(100_000, "data segments"),

	NAMES(500_000, "names"),

	/**
	 * Of all functions and constant expressions, with the targets of their
	 * {@code br_table}. The parser needs about 100 bytes of heap for each; PHP, the
	 * largest that we know, has 1.3 million.
	 */
	INSTRUCTIONS(5_000_000, "instructions"),

	/** Of a function: 256 KiB. */
	BODY(256 << 10, "bytes"),

	/**
	 * Of a function. The compiler sets each of them to zero, so that more than about
	 * 10,900 fit into no method of the JVM.
	 */
	LOCALS(10_000, "locals"),

	/** Of a function. */
	NESTING(5_000, "nested blocks"),

	/** Of a function: the compiler recurses into the handlers of exceptions. */
	NESTED_TRIES(50, "nested try_table blocks"),

	/**
	 * Of a function. More than 16,383 fit into no method of the JVM, so that such a
	 * function is split, or refused when it is compiled.
	 */
	BRANCH_TARGETS(100_000, "targets of br_table"),

	/**
	 * Of a function. If each is of the wrong type, the parser makes an exception for each
	 * before it throws one.
	 */
	MOVED_VALUES(200_000, "values that its blocks, calls and jumps move"),

	/**
	 * Different ones that the functions of one class refer to. A class of the JVM has
	 * 65,535 places for them, and most take three. If there are more, the compiler begins
	 * again with half as many functions for each class, up to nine times.
	 */
	CONSTANTS(18_000, "constants and callees in " + StructureLimit.FUNCTIONS_PER_CLASS + " functions");

	/** How many functions share a class of the JVM. */
	static final int FUNCTIONS_PER_CLASS = 256;

	private final int most;

	private final String things;

	StructureLimit(int most, String things) {
		this.most = most;
		this.things = things;
	}

	int most() {
		return this.most;
	}

	/**
	 * Refuses a module that has too many.
	 * @return how many there are
	 */
	int check(long count) {
		if (count > this.most) {
			throw exceeded("It", count);
		}
		return (int) count;
	}

	int checkInType(int type, long count) {
		if (count > this.most) {
			throw exceeded("Type " + type, count);
		}
		return (int) count;
	}

	int checkInFunction(int function, long count) {
		if (count > this.most) {
			throw exceeded("Function " + function, count);
		}
		return (int) count;
	}

	private UnusableModuleException exceeded(String owner, long count) {
		return new UnusableModuleException(
				owner + " has " + count + " " + this.things + ", but only " + this.most + " are allowed.",
				"Build the module optimised and for size (-Oz), or split it.");
	}

}
