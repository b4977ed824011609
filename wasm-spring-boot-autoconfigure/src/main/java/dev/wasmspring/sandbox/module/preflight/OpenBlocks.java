package dev.wasmspring.sandbox.module.preflight;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of a function that are open at a place in its body, outermost first. Lives
 * for one check, and is used again for each function; confined to its thread.
 */
final class OpenBlocks {

	static final int BLOCK = 0x02;

	static final int LOOP = 0x03;

	static final int IF = 0x04;

	static final int TRY_TABLE = 0x1f;

	/** Behind those that are open are some to use again. */
	private final List<Block> blocks = new ArrayList<>();

	private int function;

	private int depth = -1;

	private int tries;

	private @Nullable Block innermost;

	/**
	 * Begins with another function, of which no block is open.
	 */
	void begin(int function) {
		this.function = function;
		this.depth = -1;
		this.tries = 0;
	}

	/**
	 * Opens a block within the innermost one.
	 * @param floor how many operands lie below it
	 */
	void open(int opcode, long floor, int parameters, int results) {
		this.depth = StructureLimit.NESTING.checkInFunction(this.function, this.depth + 1L);
		if (opcode == TRY_TABLE) {
			this.tries = StructureLimit.NESTED_TRIES.checkInFunction(this.function, this.tries + 1L);
		}
		if (this.depth == this.blocks.size()) {
			this.blocks.add(new Block());
		}
		Block block = this.blocks.get(this.depth);
		block.opcode = opcode;
		block.floor = floor;
		block.parameters = parameters;
		block.results = results;
		block.children = 0;
		this.innermost = block;
	}

	/**
	 * Closes the innermost block.
	 */
	void close() {
		if (innermost().opcode == TRY_TABLE) {
			this.tries--;
		}
		this.depth--;
		this.innermost = (this.depth >= 0) ? this.blocks.get(this.depth) : null;
	}

	boolean isEmpty() {
		return this.depth < 0;
	}

	/**
	 * How many blocks are open.
	 */
	int count() {
		return this.depth + 1;
	}

	/**
	 * How many of them catch exceptions.
	 */
	int tries() {
		return this.tries;
	}

	Block innermost() {
		Block block = this.innermost;
		if (block == null) {
			throw new IllegalStateException("No block is open");
		}
		return block;
	}

	/**
	 * The block that a label leads to.
	 * @param label how many blocks lie between, less than {@link #count}
	 */
	Block at(int label) {
		return this.blocks.get(this.depth - label);
	}

	/**
	 * A block that is open. Lives for one check; used again for later blocks at its
	 * depth.
	 */
	static final class Block {

		private int opcode;

		private long floor;

		private int parameters;

		private int results;

		private int children;

		int opcode() {
			return this.opcode;
		}

		/**
		 * How many operands lie below it.
		 */
		long floor() {
			return this.floor;
		}

		int parameters() {
			return this.parameters;
		}

		int results() {
			return this.results;
		}

		/**
		 * How many blocks were opened right within it.
		 */
		int children() {
			return this.children;
		}

		void addChild() {
			this.children++;
		}

		/**
		 * What a jump to it takes along.
		 */
		int taken() {
			return (this.opcode == LOOP) ? this.parameters : this.results;
		}

	}

}
