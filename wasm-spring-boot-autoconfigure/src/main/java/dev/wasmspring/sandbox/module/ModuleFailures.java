package dev.wasmspring.sandbox.module;

import com.dylibso.chicory.wasm.ChicoryException;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;

/**
 * Says what to throw when the engine could not read or compile a module. Stateless.
 */
public final class ModuleFailures {

	private ModuleFailures() {
	}

	/**
	 * What to throw when parsing failed. The parser lets more escape than its own
	 * exceptions: whatever it is, the module is at fault.
	 */
	public static ModuleException invalid(String name, String origin, Throwable failure) {
		if (EngineFailures.isExhaustion(failure)) {
			return exhausted(name, origin, failure);
		}
		UnusableModuleException invalid = UnusableModuleException.invalid(EngineFailures.describe(failure));
		return new ModuleException(name, origin, invalid.reason(), invalid.remedy(),
				(failure instanceof ChicoryException) ? failure : null);
	}

	/**
	 * What to throw when the host had too little memory or stack to read or compile a
	 * module: nothing is known of the module itself.
	 */
	public static ModuleException exhausted(String name, String origin, Throwable failure) {
		return ModuleException.temporary(name, origin,
				"It could not be loaded: " + EngineFailures.describe(failure) + ".",
				"Give the application more memory (-Xmx, -XX:MaxMetaspaceSize), or build the module for size.", null);
	}

}
