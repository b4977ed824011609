package dev.wasmspring.sandbox.module.preflight;

import org.jspecify.annotations.Nullable;

/**
 * What follows the code of an instruction in the binary format, how many operands it
 * leaves on the stack, and how much bytecode it becomes. Stateless.
 * <p>
 * The rows stand in the order of
 * <a href= "https://webassembly.github.io/spec/core/appendix/index-instructions.html">the
 * specification's index of instructions</a>. Instructions that change the flow of control
 * are not here, since what they leave depends on more than their code.
 */
final class Instructions {

	/**
	 * Added to the second code of instructions that begin with {@code 0xfc}: saturating
	 * truncation and bulk operations.
	 */
	static final int MISCELLANEOUS = 0x100;

	/**
	 * Added to the second code of instructions that begin with {@code 0xfe}: atomics.
	 */
	static final int ATOMIC = 0x200;

	private static final @Nullable String[] IMMEDIATES = new String[0x300];

	private static final byte[] EFFECTS = new byte[0x300];

	private static final byte[] BYTECODE = new byte[0x300];

	static {
		row("", 0, 0, 0x01, 0x01); // nop
		row("", -1, 1, 0x1a, 0x1a); // drop
		row("u", 1, 3, 0x20, 0x20); // local.get
		row("u", -1, 3, 0x21, 0x21); // local.set
		row("u", 0, 3, 0x22, 0x22); // local.tee
		row("u", 1, 9, 0x23, 0x23); // global.get
		row("u", -1, 9, 0x24, 0x24); // global.set
		row("u", 0, 9, 0x25, 0x25); // table.get
		row("u", -2, 9, 0x26, 0x26); // table.set
		row("m", 0, 10, 0x28, 0x34); // loads
		row("m", 0, 14, 0x35, 0x35); // i64.load32_u
		row("m", -2, 10, 0x36, 0x3e); // stores
		row("u", 1, 7, 0x3f, 0x3f); // memory.size
		row("u", 0, 7, 0x40, 0x40); // memory.grow
		row("i", 1, 3, 0x41, 0x41); // i32.const
		row("l", 1, 3, 0x42, 0x42); // i64.const
		row("4", 1, 3, 0x43, 0x43); // f32.const
		row("8", 1, 3, 0x44, 0x44); // f64.const
		row("", 0, 3, 0x45, 0x45); // i32.eqz
		row("", -1, 3, 0x46, 0x4f); // comparisons of i32
		row("", 0, 3, 0x50, 0x50); // i64.eqz
		row("", -1, 3, 0x51, 0x66); // comparisons of i64, f32, f64
		row("", 0, 3, 0x67, 0x69); // i32 with one operand
		row("", -1, 3, 0x6a, 0x78); // i32 with two
		row("", 0, 3, 0x79, 0x7b); // i64 with one operand
		row("", -1, 3, 0x7c, 0x8a); // i64 with two
		row("", 0, 3, 0x8b, 0x91); // f32 with one operand
		row("", -1, 3, 0x92, 0x98); // f32 with two
		row("", 0, 3, 0x99, 0x9f); // f64 with one operand
		row("", -1, 3, 0xa0, 0xa6); // f64 with two
		row("", 0, 3, 0xa7, 0xc4); // conversions
		row("i", 1, 3, 0xd0, 0xd0); // ref.null
		row("", 0, 3, 0xd1, 0xd1); // ref.is_null
		row("u", 1, 3, 0xd2, 0xd2); // ref.func
		row("", -1, 3, 0xd3, 0xd3); // ref.eq
		row("", 0, 3, 0xd4, 0xd4); // ref.as_non_null
		row("", 0, 3, MISCELLANEOUS, MISCELLANEOUS + 0x07); // saturating truncation
		row("uu", -3, 12, MISCELLANEOUS + 0x08, MISCELLANEOUS + 0x08); // memory.init
		row("u", 0, 12, MISCELLANEOUS + 0x09, MISCELLANEOUS + 0x09); // data.drop
		row("uu", -3, 12, MISCELLANEOUS + 0x0a, MISCELLANEOUS + 0x0a); // memory.copy
		row("u", -3, 12, MISCELLANEOUS + 0x0b, MISCELLANEOUS + 0x0b); // memory.fill
		row("uu", -3, 12, MISCELLANEOUS + 0x0c, MISCELLANEOUS + 0x0c); // table.init
		row("u", 0, 12, MISCELLANEOUS + 0x0d, MISCELLANEOUS + 0x0d); // elem.drop
		row("uu", -3, 12, MISCELLANEOUS + 0x0e, MISCELLANEOUS + 0x0e); // table.copy
		row("u", -1, 12, MISCELLANEOUS + 0x0f, MISCELLANEOUS + 0x0f); // table.grow
		row("u", 1, 12, MISCELLANEOUS + 0x10, MISCELLANEOUS + 0x10); // table.size
		row("u", -3, 12, MISCELLANEOUS + 0x11, MISCELLANEOUS + 0x11); // table.fill
		row("m", -1, 11, ATOMIC, ATOMIC); // memory.atomic.notify
		row("m", -2, 11, ATOMIC + 0x01, ATOMIC + 0x02); // memory.atomic.wait
		row("1", 0, 3, ATOMIC + 0x03, ATOMIC + 0x03); // atomic.fence
		row("m", 0, 11, ATOMIC + 0x10, ATOMIC + 0x16); // atomic loads
		row("m", -2, 11, ATOMIC + 0x17, ATOMIC + 0x1d); // atomic stores
		row("m", -1, 11, ATOMIC + 0x1e, ATOMIC + 0x47); // atomic changes
		row("m", -2, 11, ATOMIC + 0x48, ATOMIC + 0x4e); // atomic compare and exchange
	}

	private Instructions() {
	}

	private static void row(String immediates, int effect, int bytecode, int first, int last) {
		for (int code = first; code <= last; code++) {
			IMMEDIATES[code] = immediates;
			EFFECTS[code] = (byte) effect;
			BYTECODE[code] = (byte) bytecode;
		}
	}

	/**
	 * What follows the code of an instruction, a character each: {@code u} an unsigned
	 * number of 32 bits, {@code i} and {@code l} a signed one of 32 and 64 bits,
	 * {@code m} alignment and offset of an access to memory, digits as many bytes.
	 * @return {@code null} if there is no such instruction
	 */
	static @Nullable String immediates(int instruction) {
		return IMMEDIATES[instruction];
	}

	/**
	 * How many bytes of bytecode the compiler makes of it, at most.
	 */
	static int bytecode(int instruction) {
		return BYTECODE[instruction];
	}

	/**
	 * By how many operands the stack grows.
	 */
	static int effect(int instruction) {
		return EFFECTS[instruction];
	}

}
