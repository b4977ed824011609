package dev.wasmspring.function;

/**
 * What one call of a function needs, all of one version of its module. Immutable; lives
 * until the function is given another one and the last call that began with it has ended.
 *
 * @param definition what is called, and how
 * @param module the module that it is in
 */
record FunctionVersion(FunctionDefinition definition, LoadableModule module) {

	/**
	 * Whether calls can end in anything but {@code unknown-function}.
	 */
	boolean usable() {
		return this.module.lastingFailure() == null;
	}

}
