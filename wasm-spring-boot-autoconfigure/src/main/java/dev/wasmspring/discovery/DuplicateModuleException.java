package dev.wasmspring.discovery;

/**
 * Thrown when several files give a module of the same name.
 */
public final class DuplicateModuleException extends RuntimeException {

	private final String module;

	private final String origin;

	private final String otherOrigin;

	private final int scripts;

	/**
	 * Says which files they are.
	 * @param scripts how many of the two are scripts, and no modules
	 */
	public DuplicateModuleException(String module, String origin, String otherOrigin, int scripts) {
		super("The name '" + module + "' was found twice: " + origin + " and " + otherOrigin);
		this.scripts = scripts;
		this.module = module;
		this.origin = origin;
		this.otherOrigin = otherOrigin;
	}

	/**
	 * The name that the files have in common.
	 */
	public String module() {
		return this.module;
	}

	/**
	 * How many of the two are scripts, and no modules.
	 */
	public int scripts() {
		return this.scripts;
	}

	/**
	 * Where the one that was found first is.
	 */
	public String origin() {
		return this.origin;
	}

	/**
	 * Where the other one is.
	 */
	public String otherOrigin() {
		return this.otherOrigin;
	}

}
