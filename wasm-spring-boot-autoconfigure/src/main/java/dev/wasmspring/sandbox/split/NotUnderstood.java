package dev.wasmspring.sandbox.split;

/**
 * Says why a function, or a module, is left as it is. Never leaves this package.
 */
final class NotUnderstood extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param reason what follows after "the function was left whole, since"
	 */
	NotUnderstood(String reason) {
		super(reason, null, false, false);
	}

	String reason() {
		return String.valueOf(getMessage());
	}

}
