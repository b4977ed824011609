package dev.wasmspring.sandbox.split;

/**
 * A module whose large functions were split, and what was done to it. Immutable; lives
 * while the module is compiled.
 *
 * @param binary the module; the very bytes that went in if no function was split
 * @param report what was done
 */
public record SplitModule(byte[] binary, SplitReport report) {

	/**
	 * A module that is left as it is.
	 * @param module the module
	 * @return the same
	 */
	public static SplitModule unchanged(byte[] module) {
		return new SplitModule(module, SplitReport.NOTHING);
	}

	static SplitModule unchanged(byte[] module, String reason) {
		return new SplitModule(module, SplitReport.nothing(reason));
	}

	/**
	 * Whether any function was split.
	 */
	public boolean isChanged() {
		return !this.report.split().isEmpty();
	}

	/**
	 * The module that went in, where what came out is of no use.
	 * @param module the module that went in
	 * @param reason why
	 * @return the module, with its functions left whole
	 */
	public SplitModule undone(byte[] module, String reason) {
		return unchanged(module, "what was made of it cannot be compiled: " + reason);
	}

}
