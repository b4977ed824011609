package dev.wasmspring.sandbox.split;

import java.util.Arrays;

/**
 * The type of a function. Immutable.
 *
 * @param parameters the types that it takes
 * @param results the types that it gives
 */
record Signature(byte[] parameters, byte[] results) {

	@Override
	public boolean equals(Object other) {
		return other instanceof Signature signature && Arrays.equals(this.parameters, signature.parameters)
				&& Arrays.equals(this.results, signature.results);
	}

	@Override
	public int hashCode() {
		return 31 * Arrays.hashCode(this.parameters) + Arrays.hashCode(this.results);
	}

	@Override
	public String toString() {
		return Arrays.toString(this.parameters) + "->" + Arrays.toString(this.results);
	}

}
