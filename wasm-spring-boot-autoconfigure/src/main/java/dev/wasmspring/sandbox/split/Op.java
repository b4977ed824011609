package dev.wasmspring.sandbox.split;

import org.jspecify.annotations.Nullable;

/**
 * The instructions of WebAssembly: their codes, what follows a code, and what an
 * instruction takes from the stack and leaves there. Stateless.
 * <p>
 * Instructions with a prefix have {@link #MISCELLANEOUS} or {@link #ATOMIC} added to
 * their second code. What is not here is not understood.
 */
final class Op {

	static final int UNREACHABLE = 0x00;

	static final int NOP = 0x01;

	static final int BLOCK = 0x02;

	static final int LOOP = 0x03;

	static final int IF = 0x04;

	static final int ELSE = 0x05;

	static final int THROW = 0x08;

	static final int THROW_REF = 0x0a;

	static final int END = 0x0b;

	static final int BR = 0x0c;

	static final int BR_IF = 0x0d;

	static final int BR_TABLE = 0x0e;

	static final int RETURN = 0x0f;

	static final int CALL = 0x10;

	static final int CALL_INDIRECT = 0x11;

	static final int RETURN_CALL = 0x12;

	static final int RETURN_CALL_INDIRECT = 0x13;

	static final int DROP = 0x1a;

	static final int SELECT = 0x1b;

	static final int SELECT_TYPED = 0x1c;

	static final int TRY_TABLE = 0x1f;

	static final int LOCAL_GET = 0x20;

	static final int LOCAL_SET = 0x21;

	static final int LOCAL_TEE = 0x22;

	static final int GLOBAL_GET = 0x23;

	static final int GLOBAL_SET = 0x24;

	static final int TABLE_GET = 0x25;

	static final int TABLE_SET = 0x26;

	static final int I32_CONST = 0x41;

	static final int I32_LT_U = 0x49;

	static final int I32_SUB = 0x6b;

	static final int I64_CONST = 0x42;

	static final int F32_CONST = 0x43;

	static final int F64_CONST = 0x44;

	static final int I64_OR = 0x84;

	static final int I64_SHL = 0x86;

	static final int I64_SHR_U = 0x88;

	static final int I32_WRAP_I64 = 0xa7;

	static final int I64_EXTEND_I32_U = 0xad;

	static final int REF_NULL = 0xd0;

	static final int REF_IS_NULL = 0xd1;

	static final int REF_FUNC = 0xd2;

	static final int MISCELLANEOUS = 0x100;

	static final int ATOMIC = 0x200;

	static final int TABLE_GROW = MISCELLANEOUS + 0x0f;

	static final int TABLE_FILL = MISCELLANEOUS + 0x11;

	private static final @Nullable String[] IMMEDIATES = new String[0x300];

	private static final @Nullable String[] SIGNATURES = new String[0x300];

	static {
		// The types: i, l, f, d for i32, i64, f32, f64; after the comma what is left
		row("", ",", NOP, NOP);
		row("m", "i,i", 0x28, 0x28);
		row("m", "i,l", 0x29, 0x29);
		row("m", "i,f", 0x2a, 0x2a);
		row("m", "i,d", 0x2b, 0x2b);
		row("m", "i,i", 0x2c, 0x2f);
		row("m", "i,l", 0x30, 0x35);
		row("m", "ii,", 0x36, 0x36);
		row("m", "il,", 0x37, 0x37);
		row("m", "if,", 0x38, 0x38);
		row("m", "id,", 0x39, 0x39);
		row("m", "ii,", 0x3a, 0x3b);
		row("m", "il,", 0x3c, 0x3e);
		row("u", ",i", 0x3f, 0x3f);
		row("u", "i,i", 0x40, 0x40);
		row("s", ",i", I32_CONST, I32_CONST);
		row("s", ",l", I64_CONST, I64_CONST);
		row("4", ",f", F32_CONST, F32_CONST);
		row("8", ",d", F64_CONST, F64_CONST);
		row("", "i,i", 0x45, 0x45);
		row("", "ii,i", 0x46, 0x4f);
		row("", "l,i", 0x50, 0x50);
		row("", "ll,i", 0x51, 0x5a);
		row("", "ff,i", 0x5b, 0x60);
		row("", "dd,i", 0x61, 0x66);
		row("", "i,i", 0x67, 0x69);
		row("", "ii,i", 0x6a, 0x78);
		row("", "l,l", 0x79, 0x7b);
		row("", "ll,l", 0x7c, 0x8a);
		row("", "f,f", 0x8b, 0x91);
		row("", "ff,f", 0x92, 0x98);
		row("", "d,d", 0x99, 0x9f);
		row("", "dd,d", 0xa0, 0xa6);
		row("", "l,i", 0xa7, 0xa7);
		row("", "f,i", 0xa8, 0xa9);
		row("", "d,i", 0xaa, 0xab);
		row("", "i,l", 0xac, 0xad);
		row("", "f,l", 0xae, 0xaf);
		row("", "d,l", 0xb0, 0xb1);
		row("", "i,f", 0xb2, 0xb3);
		row("", "l,f", 0xb4, 0xb5);
		row("", "d,f", 0xb6, 0xb6);
		row("", "i,d", 0xb7, 0xb8);
		row("", "l,d", 0xb9, 0xba);
		row("", "f,d", 0xbb, 0xbb);
		row("", "f,i", 0xbc, 0xbc);
		row("", "d,l", 0xbd, 0xbd);
		row("", "i,f", 0xbe, 0xbe);
		row("", "l,d", 0xbf, 0xbf);
		row("", "i,i", 0xc0, 0xc1);
		row("", "l,l", 0xc2, 0xc4);
		row("", "f,i", MISCELLANEOUS, MISCELLANEOUS + 0x01);
		row("", "d,i", MISCELLANEOUS + 0x02, MISCELLANEOUS + 0x03);
		row("", "f,l", MISCELLANEOUS + 0x04, MISCELLANEOUS + 0x05);
		row("", "d,l", MISCELLANEOUS + 0x06, MISCELLANEOUS + 0x07);
		row("uu", "iii,", MISCELLANEOUS + 0x08, MISCELLANEOUS + 0x08);
		row("u", ",", MISCELLANEOUS + 0x09, MISCELLANEOUS + 0x09);
		row("uu", "iii,", MISCELLANEOUS + 0x0a, MISCELLANEOUS + 0x0a);
		row("u", "iii,", MISCELLANEOUS + 0x0b, MISCELLANEOUS + 0x0b);
		row("uu", "iii,", MISCELLANEOUS + 0x0c, MISCELLANEOUS + 0x0c);
		row("u", ",", MISCELLANEOUS + 0x0d, MISCELLANEOUS + 0x0d);
		row("uu", "iii,", MISCELLANEOUS + 0x0e, MISCELLANEOUS + 0x0e);
		row("u", ",i", MISCELLANEOUS + 0x10, MISCELLANEOUS + 0x10);
		row("m", "ii,i", ATOMIC, ATOMIC);
		row("m", "iil,i", ATOMIC + 0x01, ATOMIC + 0x01);
		row("m", "ill,i", ATOMIC + 0x02, ATOMIC + 0x02);
		row("1", ",", ATOMIC + 0x03, ATOMIC + 0x03);
		atomics(0x10, "i,i", "i,l");
		atomics(0x17, "ii,", "il,");
		for (int change = 0x1e; change < 0x48; change += 7) {
			atomics(change, "ii,i", "il,l");
		}
		atomics(0x48, "iii,i", "ill,l");
	}

	private Op() {
	}

	private static void row(String immediates, String signature, int first, int last) {
		for (int code = first; code <= last; code++) {
			IMMEDIATES[code] = immediates;
			SIGNATURES[code] = signature;
		}
	}

	/**
	 * The seven widths of an atomic instruction: two whole numbers, then i32 by 8 and 16
	 * bits, then i64 by 8, 16 and 32 bits.
	 */
	private static void atomics(int first, String ofInt, String ofLong) {
		row("m", ofInt, ATOMIC + first, ATOMIC + first);
		row("m", ofLong, ATOMIC + first + 1, ATOMIC + first + 1);
		row("m", ofInt, ATOMIC + first + 2, ATOMIC + first + 3);
		row("m", ofLong, ATOMIC + first + 4, ATOMIC + first + 6);
	}

	/**
	 * What follows the code of an instruction, a character each: {@code u} an unsigned
	 * number, {@code s} a signed one, {@code m} alignment and offset of an access to
	 * memory, digits as many bytes.
	 * @return {@code null} if it is not an instruction of this kind
	 */
	static @Nullable String immediates(int code) {
		return IMMEDIATES[code];
	}

	/**
	 * The types that an instruction takes, a comma, and the types that it leaves.
	 */
	static @Nullable String signature(int code) {
		return SIGNATURES[code];
	}

}
