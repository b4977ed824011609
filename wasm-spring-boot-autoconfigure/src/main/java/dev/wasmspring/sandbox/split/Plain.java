package dev.wasmspring.sandbox.split;

import org.jspecify.annotations.Nullable;

/**
 * An instruction that neither jumps nor touches a local.
 */
final class Plain extends Node {

	final int code;

	/** The first number that follows its code: an index, a constant or an offset. */
	final long number;

	/** A second index, if it has one. */
	final int second;

	/** The module that it was read from, or {@code null} if it was made here. */
	private final byte @Nullable [] source;

	private final int from;

	private final int to;

	/** The type of what it leaves, if that is one value and the type is known. */
	byte pushed = Types.ANY;

	/** Bytes of bytecode without loads of locals. */
	int cost;

	/** How often its bytecode loads the parameter for the memory. */
	int memoryLoads;

	/** How often its bytecode loads the parameter for the instance. */
	int instanceLoads;

	/**
	 * Creates an instruction as it was read.
	 */
	Plain(int code, long number, int second, byte[] source, int from, int to) {
		this.code = code;
		this.number = number;
		this.second = second;
		this.source = source;
		this.from = from;
		this.to = to;
	}

	/**
	 * Creates a new instruction that has at most two indices or one constant.
	 */
	Plain(int code, long number, int second) {
		this.code = code;
		this.number = number;
		this.second = second;
		this.source = null;
		this.from = 0;
		this.to = 0;
	}

	static Plain of(int code, int pops, int pushes, int cost) {
		return of(code, 0, pops, pushes, cost);
	}

	static Plain of(int code, long number, int pops, int pushes, int cost) {
		Plain plain = new Plain(code, number, 0);
		plain.pops = pops;
		plain.pushes = pushes;
		plain.cost = cost;
		return plain;
	}

	@Override
	boolean ends() {
		return switch (this.code) {
			case Op.UNREACHABLE, Op.THROW, Op.THROW_REF, Op.RETURN_CALL, Op.RETURN_CALL_INDIRECT -> true;
			default -> false;
		};
	}

	void write(Bytes bytes) {
		if (this.source != null) {
			bytes.add(this.source, this.from, this.to);
			return;
		}
		bytes.add(this.code);
		switch (this.code) {
			case Op.I32_CONST, Op.I64_CONST -> bytes.signed(this.number);
			case Op.CALL, Op.GLOBAL_GET, Op.GLOBAL_SET -> bytes.unsigned((int) this.number);
			case Op.CALL_INDIRECT -> bytes.unsigned((int) this.number).unsigned(this.second);
			default -> {
				// Nothing follows
			}
		}
	}

}
