package dev.wasmspring.conversion;

import org.springframework.beans.FatalBeanException;

/**
 * Thrown when a function cannot be used with the types that are declared for it.
 */
public final class UnsuitableTypeException extends FatalBeanException {

	private final String function;

	private final String type;

	private final String reason;

	private final String remedy;

	/**
	 * Creates an exception for one use of a function.
	 * @param function the function's name
	 * @param type the type that is declared for it
	 * @param reason why it cannot be used like that, a sentence
	 * @param remedy what to do, a sentence
	 */
	public UnsuitableTypeException(String function, String type, String reason, String remedy) {
		super("Function '" + function + "' cannot be used as " + type + ": " + reason);
		this.function = function;
		this.type = type;
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * The function's name.
	 */
	public String function() {
		return this.function;
	}

	/**
	 * The type that is declared for it.
	 */
	public String type() {
		return this.type;
	}

	/**
	 * Why it cannot be used like that.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * What to do.
	 */
	public String remedy() {
		return this.remedy;
	}

}
