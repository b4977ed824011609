package dev.wasmspring.sandbox.module;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a module cannot be loaded: it is broken, needs something that no sandbox
 * offers, or exports nothing that can be called.
 */
public final class ModuleException extends RuntimeException {

	/**
	 * Longest reason. Names in a module may have any length.
	 */
	private static final int MAX_REASON = 1_000;

	private final String module;

	private final String origin;

	private final String reason;

	private final String remedy;

	/**
	 * Creates an exception for one module.
	 * @param module the module's name
	 * @param origin where the module came from, for example a file
	 * @param reason what is wrong, a sentence with its full stop; it may name what the
	 * module names, since control characters are replaced
	 * @param remedy what to do about it, a sentence with its full stop
	 * @param cause what the engine said, or {@code null}
	 */
	public ModuleException(String module, String origin, String reason, String remedy, @Nullable Throwable cause) {
		super("Module '" + module + "' from " + origin + " cannot be used: " + presentable(reason), cause);
		this.module = module;
		this.origin = origin;
		this.reason = presentable(reason);
		this.remedy = remedy;
	}

	private static String presentable(String reason) {
		String neutral = GuestText.neutral(reason);
		return (neutral.length() > MAX_REASON) ? neutral.substring(0, MAX_REASON) + "…" : neutral;
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
