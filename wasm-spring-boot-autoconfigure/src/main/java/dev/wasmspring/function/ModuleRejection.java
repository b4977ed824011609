package dev.wasmspring.function;

import dev.wasmspring.sandbox.module.ModuleException;
import org.jetbrains.annotations.ApiStatus;

/**
 * Why a module that was found cannot be used, while the others work. Immutable.
 *
 * @param name the module's name
 * @param origin where it came from
 * @param reason what is wrong with it, a sentence
 * @param remedy what to do about it, a sentence
 * @param olderInService whether an older version of the module is in service, so that its
 * functions can be called
 */
public record ModuleRejection(String name, String origin, String reason, String remedy, boolean olderInService) {

	/**
	 * The rejection of a module of which no version is in service.
	 * @param name the module's name
	 * @param origin where it came from
	 * @param reason what is wrong with it, a sentence
	 * @param remedy what to do about it, a sentence
	 */
	public ModuleRejection(String name, String origin, String reason, String remedy) {
		this(name, origin, reason, remedy, false);
	}

	/**
	 * What an exception says of a module.
	 * @param exception why the module cannot be used
	 * @return the same, to be reported
	 */
	@ApiStatus.Internal
	public static ModuleRejection of(ModuleException exception) {
		return new ModuleRejection(exception.module(), exception.origin(), exception.reason(), exception.remedy());
	}

	ModuleRejection olderInService(boolean olderInService) {
		return new ModuleRejection(this.name, this.origin, this.reason, this.remedy, olderInService);
	}

}
