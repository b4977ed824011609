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

	private final boolean temporary;

	private final boolean script;

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
		this(module, origin, reason, remedy, false, false, cause);
	}

	private ModuleException(String module, String origin, String reason, String remedy, boolean temporary,
			boolean script, @Nullable Throwable cause) {
		super((script ? "Script '" : "Module '") + module + "' from " + origin + " cannot be used: "
				+ presentable(reason), cause);
		this.module = module;
		this.origin = origin;
		this.reason = presentable(reason);
		this.remedy = remedy;
		this.temporary = temporary;
		this.script = script;
	}

	/**
	 * Creates an exception for a module that may be loaded at another time, as it is:
	 * what is missing is memory, time or an answer of the file system.
	 * @param module the module's name
	 * @param origin where the module came from, for example a file
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 * @param cause what was thrown, or {@code null}
	 * @return the exception
	 */
	public static ModuleException temporary(String module, String origin, String reason, String remedy,
			@Nullable Throwable cause) {
		return new ModuleException(module, origin, reason, remedy, true, false, cause);
	}

	/**
	 * Creates an exception for a script.
	 * @param script the script's name
	 * @param origin where the script came from, for example a file
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 * @param temporary whether the script may be loaded at another time, as it is
	 * @return the exception
	 */
	public static ModuleException ofScript(String script, String origin, String reason, String remedy,
			boolean temporary) {
		return new ModuleException(script, origin, reason, remedy, temporary, true, null);
	}

	/**
	 * Creates an exception for a script that threw one itself.
	 * @param script the script's name
	 * @param origin where the script came from, for example a file
	 * @param reason what is wrong, a sentence with its full stop
	 * @param remedy what to do about it, a sentence with its full stop
	 * @param cause what the script threw
	 * @return the exception
	 */
	public static ModuleException ofScript(String script, String origin, String reason, String remedy,
			Throwable cause) {
		return new ModuleException(script, origin, reason, remedy, false, true, cause);
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

	/**
	 * Whether the module is a script.
	 * @return {@code false} if it is a WebAssembly module
	 */
	public boolean isScript() {
		return this.script;
	}

	/**
	 * Whether the module may well be loaded at another time, as it is.
	 * @return {@code false} if it takes another module, or other settings
	 */
	public boolean isTemporary() {
		return this.temporary;
	}

}
