package dev.wasmspring.sandbox.module;

/**
 * Carries out of a check why a module cannot be used; {@link Module#parse} adds which
 * module it is. Immutable; lives from the check that fails to its caller.
 */
public final class UnusableModule extends RuntimeException {

	private final String reason;

	private final String remedy;

	/**
	 * Creates the carrier, without a stack trace: what is wrong is in the module.
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 */
	UnusableModule(String reason, String remedy) {
		super(reason, null, false, false);
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * What makes bytes no module at all.
	 * @param defect what is wrong, without a full stop
	 */
	static UnusableModule invalid(String defect) {
		return new UnusableModule("It is not a valid module: " + defect + ".",
				"Build the module again, and check that the file was copied completely and unchanged.");
	}

	public String reason() {
		return this.reason;
	}

	public String remedy() {
		return this.remedy;
	}

}
