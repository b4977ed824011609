package dev.wasmspring.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a module cannot be loaded: it is broken, needs something that no sandbox
 * offers, or exports nothing that can be called.
 */
public final class ModuleException extends RuntimeException {

	private final String module;

	private final String origin;

	private final String reason;

	private final String remedy;

	/**
	 * Creates an exception for one module.
	 * @param module the module's name
	 * @param origin where the module came from, for example a file
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 * @param cause what the engine said, or {@code null}
	 */
	public ModuleException(String module, String origin, String reason, String remedy, @Nullable Throwable cause) {
		super("Module '" + module + "' from " + origin + " cannot be used: " + reason, cause);
		this.module = module;
		this.origin = origin;
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * The name of the module.
	 * @return the file's name without {@code .wasm}
	 */
	public String module() {
		return this.module;
	}

	/**
	 * Where the module came from.
	 * @return the description of its resource
	 */
	public String origin() {
		return this.origin;
	}

	/**
	 * What is wrong with the module.
	 * @return a sentence
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * What its owner can do about it.
	 * @return a sentence in the imperative
	 */
	public String remedy() {
		return this.remedy;
	}

}
