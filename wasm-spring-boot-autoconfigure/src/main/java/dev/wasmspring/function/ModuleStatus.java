package dev.wasmspring.function;

import java.util.Locale;

import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.module.Module;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a module, at the moment of asking. Immutable.
 *
 * @param name the module's name
 * @param origin where it came from
 * @param state what has become of it
 * @param module the module, or {@code null} if it could not even be parsed
 * @param template what it was made into, or {@code null} if it is not ready
 * @param rejection why it cannot be used, or {@code null} if it is not rejected
 */
public record ModuleStatus(String name, String origin, State state, @ApiStatus.Internal @Nullable Module module,
		@ApiStatus.Internal @Nullable Template template, @Nullable ModuleRejection rejection) {

	static ModuleStatus inService(LazyTemplate inService) {
		Module module = inService.module();
		Template template = inService.loaded();
		State state = State.PENDING;
		if (template != null) {
			state = State.READY;
		}
		else if (inService.isUnloaded()) {
			state = State.UNLOADED;
		}
		return new ModuleStatus(module.name(), module.origin(), state, module, template, null);
	}

	static ModuleStatus rejected(ModuleRejection rejection, @Nullable Module module) {
		return new ModuleStatus(rejection.name(), rejection.origin(), State.REJECTED, module, null, rejection);
	}

	/**
	 * What may become of a module.
	 */
	public enum State {

		/**
		 * It was found, and will be loaded when one of its functions is called.
		 */
		PENDING,

		/**
		 * It is loaded; its functions can be called.
		 */
		READY,

		/**
		 * It was loaded, was not called for so long that others needed its room, and will
		 * be loaded again when one of its functions is called.
		 */
		UNLOADED,

		/**
		 * It cannot be used.
		 */
		REJECTED;

		/**
		 * The state as it is written everywhere.
		 * @return the lower-case word
		 */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
