package dev.wasmspring.sandbox.split;

/**
 * Sets of small numbers, as bits of an array that is as long as a function needs.
 * Stateless.
 */
final class Bits {

	private Bits() {
	}

	static long[] none(int count) {
		return new long[(count + 63) >>> 6];
	}

	static void add(long[] set, int bit) {
		set[bit >>> 6] |= 1L << bit;
	}

	static void remove(long[] set, int bit) {
		set[bit >>> 6] &= ~(1L << bit);
	}

	static boolean has(long[] set, int bit) {
		return (set[bit >>> 6] & (1L << bit)) != 0;
	}

	static void addAll(long[] set, long[] more) {
		for (int i = 0; i < set.length; i++) {
			set[i] |= more[i];
		}
	}

	static void copy(long[] from, long[] to) {
		System.arraycopy(from, 0, to, 0, to.length);
	}

	static boolean overlap(long[] one, long[] other) {
		for (int i = 0; i < one.length; i++) {
			if ((one[i] & other[i]) != 0) {
				return true;
			}
		}
		return false;
	}

	/** How many numbers two sets have in common. */
	static int common(long[] one, long[] other) {
		int count = 0;
		for (int i = 0; i < one.length; i++) {
			count += Long.bitCount(one[i] & other[i]);
		}
		return count;
	}

	static int count(long[] set) {
		int count = 0;
		for (long word : set) {
			count += Long.bitCount(word);
		}
		return count;
	}

	/** The first number in a set that is not smaller, or -1. */
	static int next(long[] set, int from) {
		for (int i = from >>> 6; i < set.length; i++) {
			long word = set[i];
			if (i == from >>> 6) {
				word &= -1L << from;
			}
			if (word != 0) {
				return (i << 6) + Long.numberOfTrailingZeros(word);
			}
		}
		return -1;
	}

}
