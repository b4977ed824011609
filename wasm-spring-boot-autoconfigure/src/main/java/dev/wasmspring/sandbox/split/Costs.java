package dev.wasmspring.sandbox.split;

/**
 * How many bytes of bytecode the compiler makes of an instruction: what its emitters
 * write, constant by constant. Stateless.
 */
final class Costs {

	/** A call of one of the compiler's methods. */
	private static final int INVOKE = 3;

	private Costs() {
	}

	/**
	 * Makes a constant.
	 */
	static Plain constant(int code, long value) {
		return Plain.of(code, value, 0, 1, (code == Op.I64_CONST) ? 3 : integer(value));
	}

	/**
	 * Sets the cost of an instruction.
	 */
	static void set(Plain plain, Declarations declarations) {
		switch (plain.code) {
			case Op.NOP, Op.DROP -> plain.cost = (plain.code == Op.NOP) ? 0 : 1;
			case Op.UNREACHABLE -> plain.cost = INVOKE + 1;
			case Op.THROW -> {
				Signature tag = declarations.type(declarations.tags[(int) plain.number]);
				plain.instanceLoads = 1;
				plain.cost = boxing(tag.parameters()) + integer(plain.number) + INVOKE + 1;
			}
			case Op.THROW_REF -> {
				plain.instanceLoads = 1;
				plain.cost = 1 + INVOKE + 1;
			}
			case Op.CALL, Op.RETURN_CALL -> {
				Signature type = declarations.type(declarations.functions[(int) plain.number]);
				plain.memoryLoads = 1;
				plain.instanceLoads = 1;
				plain.cost = 2 * INVOKE + unboxing(type.results());
			}
			case Op.CALL_INDIRECT, Op.RETURN_CALL_INDIRECT -> {
				Signature type = declarations.type((int) plain.number);
				plain.memoryLoads = 1;
				plain.instanceLoads = 1;
				plain.cost = INVOKE + integer(plain.second) + unboxing(type.results());
			}
			case Op.GLOBAL_GET, Op.GLOBAL_SET -> global(plain, declarations.globals[(int) plain.number]);
			case Op.TABLE_GET, Op.TABLE_SET, Op.TABLE_GROW, Op.TABLE_FILL, Op.MISCELLANEOUS + 0x10,
					Op.MISCELLANEOUS + 0x09 ->
				onInstance(plain, integer(plain.number));
			case Op.MISCELLANEOUS + 0x0d -> onInstance(plain, integer(plain.number) + 1);
			case Op.MISCELLANEOUS + 0x0c, Op.MISCELLANEOUS + 0x0e ->
				onInstance(plain, integer(plain.number) + integer(plain.second));
			case Op.MISCELLANEOUS + 0x08 -> onMemory(plain, plain.second, integer(plain.number));
			case Op.MISCELLANEOUS + 0x0a -> {
				onMemory(plain, (int) plain.number, 0);
				if (plain.second != plain.number) {
					plain.instanceLoads++;
					plain.cost += integer(plain.second) + INVOKE;
				}
			}
			case Op.MISCELLANEOUS + 0x0b, 0x3f, 0x40 -> onMemory(plain, (int) plain.number, 0);
			case Op.I32_CONST -> plain.cost = integer(plain.number);
			case Op.I64_CONST -> plain.cost = (plain.number == 0 || plain.number == 1) ? 1 : 3;
			case Op.F32_CONST, Op.F64_CONST -> plain.cost = 3;
			case Op.REF_NULL -> plain.cost = 1;
			case Op.REF_FUNC -> plain.cost = integer(plain.number);
			case Op.REF_IS_NULL -> plain.cost = INVOKE;
			default -> {
				if (plain.code >= 0x28 && plain.code <= 0x3e || plain.code >= Op.ATOMIC) {
					onMemory(plain, plain.second, integer(plain.number) + conversion(plain.code));
					if (plain.number > Integer.MAX_VALUE) {
						plain.cost += INVOKE + 1;
					}
				}
				else {
					plain.cost = arithmetic(plain.code);
				}
			}
		}
	}

	static void global(Plain plain, byte type) {
		plain.instanceLoads = 1;
		plain.cost = integer(plain.number) + INVOKE + toOrFromLong(type);
	}

	private static void onInstance(Plain plain, int cost) {
		plain.instanceLoads = 1;
		plain.cost = cost + INVOKE;
	}

	private static void onMemory(Plain plain, int memory, int cost) {
		plain.cost = cost + INVOKE;
		if (memory == 0) {
			plain.memoryLoads = 1;
		}
		else {
			plain.instanceLoads = 1;
			plain.cost += integer(memory) + INVOKE;
		}
	}

	/**
	 * What a load does after it has read, and a store before it writes.
	 */
	private static int conversion(int code) {
		return switch (code) {
			// i32.load8_u, load16_u
			case 0x2d, 0x2f -> 4;
			// i64.load8_s, load16_s, load32_s; i32.store8, store16; i64.store32
			case 0x30, 0x32, 0x34, 0x3a, 0x3b, 0x3e -> 1;
			// i64.load8_u, load16_u, load32_u
			case 0x31, 0x33, 0x35 -> 5;
			// i64.store8, store16
			case 0x3c, 0x3d -> 2;
			case Op.ATOMIC + 0x03 -> 0;
			default -> (code >= Op.ATOMIC) ? 5 : 0;
		};
	}

	private static int arithmetic(int code) {
		return switch (code) {
			// i32: add, sub, mul, and, or, xor, shl, shr_s, shr_u
			case 0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76 -> 1;
			// i64: add, sub, mul, and, or, xor
			case 0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85 -> 1;
			// i64: shl, shr_s, shr_u
			case 0x86, 0x87, 0x88 -> 2;
			// neg, add, sub, mul, div of f32 and f64
			case 0x8c, 0x92, 0x93, 0x94, 0x95, 0x9a, 0xa0, 0xa1, 0xa2, 0xa3 -> 1;
			// i32.wrap_i64, i64.extend_i32_s, f32.demote_f64, f64.promote_f32
			case 0xa7, 0xac, 0xb6, 0xbb -> 1;
			default -> INVOKE;
		};
	}

	static int select(byte type) {
		return (Types.slots(type) == 1) ? 5 : 6;
	}

	/** A constant of 32 bits. */
	static int integer(long value) {
		if (value >= -1 && value <= 5) {
			return 1;
		}
		if (value == (byte) value) {
			return 2;
		}
		return 3;
	}

	private static int toOrFromLong(byte type) {
		return switch (type) {
			case Types.I64 -> 0;
			case Types.F32, Types.F64 -> INVOKE;
			default -> 1;
		};
	}

	/** Takes values from the stack into an array. */
	private static int boxing(byte[] types) {
		int cost = 4;
		for (byte type : types) {
			cost += 2 + 1 + 2 + 2 + toOrFromLong(type) + 1;
		}
		return cost;
	}

	/** Takes several results from the array in which they are returned. */
	static int unboxing(byte[] types) {
		if (types.length < 2) {
			return 0;
		}
		int cost = 2;
		for (byte type : types) {
			cost += 2 + 2 + 1 + toOrFromLong(type);
		}
		return cost;
	}

	/** What a try does with an exception, one clause or several. */
	static int handlers(Block block, Declarations declarations) {
		int cost = 3 + 2 + 2 + 1;
		for (Block.Catch clause : block.catches) {
			cost += 3;
			if (clause.hasTag()) {
				byte[] parameters = declarations.type(declarations.tags[clause.tag()]).parameters();
				cost += 2 + integer(clause.tag()) + 2 + INVOKE + 3;
				if (parameters.length > 0) {
					cost += 2 + INVOKE + 2 + 7 * parameters.length;
				}
			}
			if (clause.kind() == 1 || clause.kind() == 3) {
				cost += 4 + INVOKE;
			}
		}
		return cost;
	}

}
