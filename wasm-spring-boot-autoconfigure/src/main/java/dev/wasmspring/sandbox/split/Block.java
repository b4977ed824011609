package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A block, a loop, an if, a try, or the whole body of a function.
 */
final class Block extends Node {

	private static final byte[] NOTHING = {};

	final int code;

	byte[] parameters = NOTHING;

	byte[] results = NOTHING;

	/** How its type is written. */
	long type = EMPTY;

	/** The type of a block that takes and leaves nothing. */
	static final long EMPTY = -64;

	List<Node> body = new ArrayList<>();

	/** What an if does otherwise, or {@code null}. */
	@Nullable List<Node> otherwise;

	List<Catch> catches = List.of();

	/** Whether a branch leads to it. */
	boolean targeted;

	/** Whether its end is reached, by a branch or from what is before it. */
	boolean falls = true;

	/** How many blocks are around it. */
	int depth;

	/** How many operands lie below it in its function. */
	int height;

	/** What is alive where branches to it lead. */
	long[] live = {};

	/** How often branches to it, and its end, are reached. */
	double flow;

	/** How often the loops around it turn, all together. */
	double turns = 1;

	/** The locals that are read or written inside. */
	long[] touched = {};

	/** The locals that are written inside. */
	long[] written = {};

	/** The blocks around it that are left for from inside, by their depth. */
	long[] exits = {};

	/** Where its body may be cut, or {@code null} if it is too small. */
	@Nullable Cuts cuts;

	@Nullable Cuts otherCuts;

	Block(int code) {
		this.code = code;
	}

	/**
	 * The types that a branch to it takes along.
	 */
	byte[] operands() {
		return (this.code == Op.LOOP) ? this.parameters : this.results;
	}

	@Override
	boolean ends() {
		return !this.falls;
	}

	/**
	 * What a try does with an exception.
	 *
	 * @param kind of the clause, see the binary format
	 * @param tag the exception's tag, if the kind has one
	 * @param target where it goes on
	 */
	record Catch(int kind, int tag, Block target) {

		boolean hasTag() {
			return this.kind < 2;
		}

	}

}
