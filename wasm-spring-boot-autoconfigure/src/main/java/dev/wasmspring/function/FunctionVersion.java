package dev.wasmspring.function;

/**
 * What one call of a function needs, all of one version of its module. Immutable; lives
 * until the function is given another one and the last call that began with it has ended.
 *
 * @param definition what is called, and how
 * @param template what its sandboxes are made of
 */
record FunctionVersion(FunctionDefinition definition, LazyTemplate template) {

	/**
	 * Whether calls can end in anything but {@code unknown-function}.
	 */
	boolean isUsable() {
		return this.template.lastingFailure() == null;
	}

}
