package dev.wasmspring.discovery;

/**
 * Thrown when exports of different modules give functions of the same name.
 */
public final class DuplicateFunctionException extends RuntimeException {

	private final NamedExport export;

	private final NamedExport other;

	public DuplicateFunctionException(NamedExport export, NamedExport other) {
		super("Function '" + export.name() + "' would be both " + export + " and " + other);
		this.export = export;
		this.other = other;
	}

	/**
	 * The export that was found first.
	 */
	public NamedExport export() {
		return this.export;
	}

	/**
	 * The other one, which would have the same name.
	 */
	public NamedExport other() {
		return this.other;
	}

}
