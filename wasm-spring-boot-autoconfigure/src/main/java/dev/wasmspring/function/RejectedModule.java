package dev.wasmspring.function;

import dev.wasmspring.sandbox.module.ModuleException;
import org.jetbrains.annotations.ApiStatus;

/**
 * A module that was found but cannot be used, while the others work. Immutable.
 *
 * @param name the module's name
 * @param origin where it came from
 * @param reason what is wrong with it, a sentence
 * @param remedy what to do about it, a sentence
 * @param olderInService whether an older version of the module is in service, so that its
 * functions can be called
 */
public record RejectedModule(String name, String origin, String reason, String remedy, boolean olderInService) {

	/**
	 * A module of which no version is in service.
	 * @param name the module's name
	 * @param origin where it came from
	 * @param reason what is wrong with it, a sentence
	 * @param remedy what to do about it, a sentence
	 */
	public RejectedModule(String name, String origin, String reason, String remedy) {
		this(name, origin, reason, remedy, false);
	}

	/**
	 * The rejected module that an exception speaks of.
	 * @param exception why the module cannot be used
	 * @return the module
	 */
	@ApiStatus.Internal
	public static RejectedModule of(ModuleException exception) {
		return new RejectedModule(exception.module(), exception.origin(), exception.reason(), exception.remedy());
	}

	RejectedModule olderInService(boolean olderInService) {
		return new RejectedModule(this.name, this.origin, this.reason, this.remedy, olderInService);
	}

}
