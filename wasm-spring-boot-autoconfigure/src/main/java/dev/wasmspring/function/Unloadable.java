package dev.wasmspring.function;

import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;

/**
 * A module that may be unloaded while nobody calls it, as the account of
 * {@linkplain LoadedModules loaded modules} sees it. Shared by all threads.
 */
interface Unloadable {

	Module module();

	/**
	 * What was loaded.
	 * @return {@code null} if nothing is loaded at the moment
	 */
	@Nullable Template loaded();

	/**
	 * Whether calls find it.
	 */
	boolean isInService();

	/**
	 * Whether no call has it or waits for it at this moment, and it is not being loaded.
	 */
	boolean isIdle();

	/**
	 * When it was last called.
	 * @return a time to be compared with others, 0 if it never was
	 */
	long lastCall();

	/**
	 * Gives back what was loaded, unless a call has it or waits for it.
	 * @return whether it was unloaded
	 */
	boolean unload();

}
