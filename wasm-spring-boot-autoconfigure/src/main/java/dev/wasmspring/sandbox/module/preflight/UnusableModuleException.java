package dev.wasmspring.sandbox.module.preflight;

/**
 * Carries out of a check why a module cannot be used, without saying which module it is.
 * Immutable; lives from the check that fails to whoever knows the module's name.
 */
public final class UnusableModuleException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String reason;

	private final String remedy;

	/**
	 * Creates the exception, without a stack trace: what is wrong is in the module.
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 */
	public UnusableModuleException(String reason, String remedy) {
		super(reason, null, false, false);
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * What makes bytes no module at all.
	 * @param defect what is wrong, without a full stop
	 */
	public static UnusableModuleException invalid(String defect) {
		return new UnusableModuleException("It is not a valid module: " + defect + ".",
				"Build the module again, and check that the file was copied completely and unchanged.");
	}

	public String reason() {
		return this.reason;
	}

	public String remedy() {
		return this.remedy;
	}

}
