package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.binary.MalformedException;

/**
 * Reads the types of values and refuses those that no sandbox offers. Stateless.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/types.html">Types</a>
 */
final class ValueTypes {

	static final int NULLABLE_REFERENCE = 0x63;

	static final int REFERENCE = 0x64;

	private ValueTypes() {
	}

	/**
	 * Reads a value type.
	 * @return a byte that equal types have in common
	 */
	static int read(BinaryReader reader) {
		int type = reader.next();
		if (isReference(type)) {
			return readHeapType(reader) | ((type == REFERENCE) ? 0x80 : 0);
		}
		require(type);
		return type;
	}

	/**
	 * Whether a heap type follows.
	 */
	static boolean isReference(int type) {
		return type == NULLABLE_REFERENCE || type == REFERENCE;
	}

	static int readHeapType(BinaryReader reader) {
		int type = reader.next();
		// What is not defined by the module is a negative number, all of one byte;
		// alone, such a byte means a nullable reference
		if ((type & 0xc0) != 0x40) {
			// Such types are compared wherever they are used, and comparing chains of
			// them takes twice the time for each link
			throw UnsupportedFeature.TYPED_REFERENCES.refusal();
		}
		require(type);
		return type;
	}

	/**
	 * Skips a type without checking it: it belongs to what is refused anyway.
	 */
	static void skip(BinaryReader reader) {
		if (isReference(reader.next())) {
			reader.signed();
		}
	}

	static void require(int type) {
		switch (type) {
			// Numbers
			case 0x7f, 0x7e, 0x7d, 0x7c -> {
			}
			case 0x7b -> throw UnsupportedFeature.SIMD.refusal();
			// References: functions, host objects, exceptions
			case 0x70, 0x6f, 0x69, 0x73, 0x72, 0x74 -> {
			}
			case 0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71 -> throw UnsupportedFeature.GARBAGE_COLLECTION.refusal();
			case 0x68, 0x75 -> throw UnsupportedFeature.STACK_SWITCHING.refusal();
			case 0x67, 0x66, 0x62, 0x61 -> throw UnsupportedFeature.STRING_REFERENCES.refusal();
			case 0x65 -> throw UnsupportedFeature.SHARED_EVERYTHING.refusal();
			default -> throw new MalformedException("has an unknown type");
		}
	}

}
