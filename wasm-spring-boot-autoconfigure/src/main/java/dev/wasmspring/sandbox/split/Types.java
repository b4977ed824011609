package dev.wasmspring.sandbox.split;

/**
 * The types of values, as the binary format writes them. Stateless.
 */
final class Types {

	static final byte I32 = 0x7f;

	static final byte I64 = 0x7e;

	static final byte F32 = 0x7d;

	static final byte F64 = 0x7c;

	static final byte FUNCTION = 0x70;

	static final byte EXTERNAL = 0x6f;

	static final byte EXCEPTION = 0x69;

	/** A value in code that is never reached. */
	static final byte ANY = 0;

	private Types() {
	}

	/**
	 * Reads a type.
	 * @throws NotUnderstood if it is not one of those above
	 */
	static byte read(Cursor cursor) {
		byte type = (byte) cursor.next();
		if (!isKnown(type)) {
			throw new NotUnderstood("it has values of other types than numbers and plain references");
		}
		return type;
	}

	static boolean isKnown(byte type) {
		return isNumber(type) || isReference(type);
	}

	static boolean isNumber(byte type) {
		return type >= F64;
	}

	static boolean isReference(byte type) {
		return type == FUNCTION || type == EXTERNAL || type == EXCEPTION;
	}

	/**
	 * How many places of the JVM a value takes.
	 */
	static int slots(byte type) {
		return (type == I64 || type == F64) ? 2 : 1;
	}

	static byte ofLetter(char letter) {
		return switch (letter) {
			case 'i' -> I32;
			case 'l' -> I64;
			case 'f' -> F32;
			case 'd' -> F64;
			default -> throw new IllegalArgumentException("No type: " + letter);
		};
	}

}
