package dev.wasmspring.sandbox.binary;

/**
 * Thrown when bytes are not what the binary format wants in their place. Immutable; lives
 * until the reader's owner, who knows what is read, has made a reason of it.
 */
public final class MalformedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String defect;

	/**
	 * Creates the exception, without a stack trace: what is wrong is in the bytes.
	 * @param defect what is wrong, a predicate whose subject is what was read, as in
	 * "ends too early"
	 */
	public MalformedException(String defect) {
		super(defect, null, false, false);
		this.defect = defect;
	}

	/**
	 * What is wrong.
	 * @return a predicate without its subject
	 */
	public String defect() {
		return this.defect;
	}

}
