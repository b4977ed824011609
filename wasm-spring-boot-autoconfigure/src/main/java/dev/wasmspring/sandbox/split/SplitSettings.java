package dev.wasmspring.sandbox.split;

/**
 * How large functions may be. Immutable.
 *
 * @param limit the size in bytes of bytecode up to which a function is left as it is
 * @param switchPart the size of parts of functions with a large switch
 * @param part the size of all other parts
 */
public record SplitSettings(int limit, int switchPart, int part) {

	/**
	 * What keeps functions below the 8,000 bytes up to which HotSpot compiles a method.
	 */
	public static final SplitSettings DEFAULTS = new SplitSettings(5_500, 5_500, 3_000);

	/**
	 * Cuts every function that is larger than a limit, for tests.
	 * @param limit bytes of bytecode
	 * @return settings
	 */
	public static SplitSettings ofLimit(int limit) {
		return new SplitSettings(limit, limit, limit);
	}

	/** How large a region must be at least. */
	int leastRegion(int limit) {
		return Math.min(200, limit / 5);
	}

	/** By how much a region must make its function smaller. */
	int leastSaved(int limit) {
		return Math.min(100, limit / 12);
	}

}
