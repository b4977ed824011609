package dev.wasmspring.sandbox.module;

import dev.wasmspring.sandbox.limit.Limits;

/**
 * What a script is derived from, and what is to become of what its runtime says of it.
 * Immutable; lives as long as the script's {@link Module} and is shared by all threads.
 */
public interface Derivation {

	/**
	 * The runtime of the script's language.
	 * @return a module that {@link Module#parseRuntime} made
	 */
	Module runtime();

	/**
	 * What initialising the runtime may use, which is done once for all scripts.
	 * @return the limits
	 */
	Limits runtimeLimits();

	/**
	 * Says why a script cannot be loaded.
	 * @param script the script
	 * @param report the runtime's report, in JSON
	 * @return what to throw
	 */
	ModuleException rejected(Module script, byte[] report);

	/**
	 * Is told what a script has printed while it was loaded.
	 * @param script the script
	 * @param text text in UTF-8, possibly empty
	 */
	void printed(Module script, byte[] text);

}
