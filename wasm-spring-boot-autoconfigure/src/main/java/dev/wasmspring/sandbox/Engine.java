package dev.wasmspring.sandbox;

import java.security.SecureRandom;

/**
 * Loads modules and watches over their calls. Lives as long as the application and is
 * shared by all threads.
 */
public final class Engine implements AutoCloseable {

	private final Watchdog watchdog = new Watchdog();

	private final SecureRandom random = new SecureRandom();

	/**
	 * Compiles and initialises a module; takes milliseconds to seconds and may run on
	 * several threads at once.
	 * @param module the module
	 * @param limits what initialising may use: time and memory
	 * @param capabilities what the module may see while it initialises
	 * @return the template of the module's sandboxes
	 * @throws ModuleException if the module cannot be compiled or initialised
	 */
	public Template load(Module module, Limits limits, Capabilities capabilities) {
		return Template.create(CompiledModule.compile(module), limits, capabilities, this.watchdog, this.random);
	}

	/**
	 * Ends the supervision once the running calls have ended; no sandbox may be opened
	 * any more.
	 */
	@Override
	public void close() {
		this.watchdog.close();
	}

}
