package dev.wasmspring.sandbox;

import java.security.SecureRandom;
import java.util.function.IntSupplier;

/**
 * What all calls of an engine share: the watchdog that ends them, the host memory that
 * they may have together, and where their randomness comes from. Lives as long as its
 * {@link Engine}; shared by all threads.
 */
final class Calls implements AutoCloseable {

	private final Watchdog watchdog = new Watchdog();

	private final SecureRandom random = new SecureRandom();

	private final MemoryBudget memory;

	Calls(HostMemory memory) {
		this.memory = new MemoryBudget(memory);
	}

	/**
	 * Begins a call on this thread, on which it must be closed.
	 * @param program what the guest sees as its own name
	 * @throws SandboxException with {@link Outcome#REJECTED} while no calls are taken
	 */
	Call begin(String program, Limits limits, Capabilities capabilities) {
		return new Call(this.watchdog.start(limits.timeout()), this.memory, program, limits, capabilities, this.random);
	}

	/**
	 * The host memory that running calls hold now.
	 * @return bytes
	 */
	long memoryInUse() {
		return this.memory.taken();
	}

	/**
	 * Looks at the calls that run now, and at none that begins later.
	 * @return how many of them still run whenever it is asked
	 */
	IntSupplier running() {
		return this.watchdog.running();
	}

	/**
	 * Ends all calls that run, within milliseconds, and refuses new ones.
	 */
	void endAll() {
		this.watchdog.endAll();
	}

	/**
	 * Takes calls again, after {@link #endAll()}.
	 */
	void accept() {
		this.watchdog.accept();
	}

	boolean isClosed() {
		return this.watchdog.isClosed();
	}

	/**
	 * Takes no more calls. Those that run are watched to their end.
	 */
	@Override
	public void close() {
		this.watchdog.close();
	}

}
