package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.binary.MalformedException;

/**
 * Checks instructions that have no part in the flow of control, in bodies of functions
 * and in constant expressions. Lives for one check and is confined to its thread.
 */
final class InstructionCheck {

	static final int END = 0x0b;

	private final BinaryReader reader;

	private final CompileCost cost;

	InstructionCheck(BinaryReader reader, CompileCost cost) {
		this.reader = reader;
		this.cost = cost;
	}

	void constantExpression() {
		for (int opcode = this.reader.next(); opcode != END; opcode = this.reader.next()) {
			this.cost.instructions(1);
			instruction(opcode);
		}
	}

	/**
	 * Reads the rest of an instruction.
	 * @return by how much it changes the number of operands
	 */
	int instruction(int opcode) {
		int instruction = (opcode < 0xfb) ? opcode : withSecondCode(opcode);
		String immediates = Instructions.immediates(instruction);
		if (immediates == null) {
			throw unknown(opcode, instruction);
		}
		for (int i = 0; i < immediates.length(); i++) {
			immediate(immediates.charAt(i));
		}
		this.cost.bytecode(Instructions.bytecode(instruction));
		return Instructions.effect(instruction);
	}

	private int withSecondCode(int opcode) {
		return switch (opcode) {
			case 0xfb -> throw ((this.reader.unsigned() < 0x80) ? UnsupportedFeature.GARBAGE_COLLECTION
					: UnsupportedFeature.STRING_REFERENCES)
				.refusal();
			case 0xfc -> Instructions.MISCELLANEOUS + (int) Math.min(this.reader.unsigned(), 0xff);
			case 0xfd -> throw UnsupportedFeature.SIMD.refusal();
			case 0xfe -> Instructions.ATOMIC + (int) Math.min(this.reader.unsigned(), 0xff);
			default -> opcode;
		};
	}

	private void immediate(char kind) {
		switch (kind) {
			case 'u' -> this.cost.refersToInt(this.reader.unsigned());
			case 'i' -> this.cost.refersToInt(this.reader.signed());
			case 'l' -> this.cost.refersToLong(this.reader.signed64());
			case 'm' -> {
				// Memory instructions: the alignment says whether an index of a memory
				// follows
				if (this.reader.unsigned() >= 0x40) {
					this.reader.unsigned();
				}
				this.cost.refersToInt(this.reader.unsigned());
			}
			case '4' -> this.cost.refersToFloat(this.reader.fixed(Float.BYTES));
			case '8' -> this.cost.refersToDouble(this.reader.fixed(Double.BYTES));
			default -> this.reader.skip(kind - '0');
		}
	}

	private static RuntimeException unknown(int opcode, int instruction) {
		return switch (instruction) {
			// try, catch, rethrow, delegate, catch_all
			case 0x06, 0x07, 0x09, 0x18, 0x19 -> UnsupportedFeature.LEGACY_EXCEPTIONS.refusal();
			case 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6 -> UnsupportedFeature.STACK_SWITCHING.refusal();
			case Instructions.MISCELLANEOUS + 0x13, Instructions.MISCELLANEOUS + 0x14,
					Instructions.MISCELLANEOUS + 0x15, Instructions.MISCELLANEOUS + 0x16 ->
				UnsupportedFeature.WIDE_ARITHMETIC.refusal();
			case Instructions.MISCELLANEOUS + 0x30, Instructions.MISCELLANEOUS + 0x31 ->
				UnsupportedFeature.HALF_PRECISION.refusal();
			default -> {
				boolean shared = instruction > Instructions.ATOMIC + 0x4e;
				yield shared ? UnsupportedFeature.SHARED_EVERYTHING.refusal()
						: new MalformedException("has the unexpected instruction 0x" + Integer.toHexString(opcode));
			}
		};
	}

}
