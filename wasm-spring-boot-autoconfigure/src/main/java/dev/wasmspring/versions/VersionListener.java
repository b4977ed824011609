package dev.wasmspring.versions;

import java.util.Map;

import org.jetbrains.annotations.ApiStatus;

/**
 * Is told of every change of versions, and of every one that was refused. Shared by all
 * threads.
 */
@ApiStatus.Internal
@FunctionalInterface
public interface VersionListener {

	/**
	 * Something was changed, or was not.
	 * @param principal who did it
	 * @param action what was done
	 * @param details to what, and how
	 */
	void changed(String principal, Action action, Map<String, Object> details);

	/**
	 * What may be done.
	 */
	enum Action {

		/** A module or a script was loaded, and is in service. */
		LOADED,

		/** A version that was kept is in service again. */
		ROLLED_BACK,

		/** Calls are split between two versions, or not any more. */
		SPLIT,

		/** A function can be called again. */
		ENABLED,

		/** A function cannot be called. */
		DISABLED,

		/** What somebody wanted was not done. */
		REFUSED

	}

}
