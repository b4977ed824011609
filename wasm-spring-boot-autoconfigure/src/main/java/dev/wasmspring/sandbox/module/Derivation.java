package dev.wasmspring.sandbox.module;

import dev.wasmspring.sandbox.limit.Limits;

/**
 * How scripts are derived from their runtime, and what is to become of what it says of
 * them. Immutable; lives as long as the module of a script and is shared by all threads.
 */
public interface Derivation {

	/**
	 * What initialising the runtime may use, which is done once for all scripts.
	 * @return the limits
	 */
	Limits runtimeLimits();

	/**
	 * Says why a script cannot be loaded.
	 * @param script the script's name
	 * @param origin where it came from
	 * @param report the runtime's report, in JSON
	 * @return what to throw
	 */
	ModuleException rejected(String script, String origin, byte[] report);

	/**
	 * Is told what a script has printed while it was loaded.
	 * @param script the script's name
	 * @param text text in UTF-8, possibly empty
	 */
	void printed(String script, byte[] text);

}
