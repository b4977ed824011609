package dev.wasmspring.sandbox.wasi;

import java.security.SecureRandom;
import java.util.function.IntSupplier;

import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.Watchdog;

/**
 * What all calls of an engine share: the watchdog that ends them, the host memory that
 * they may have together, and where their randomness comes from. Lives as long as its
 * {@code Engine}; shared by all threads.
 */
public final class Calls implements AutoCloseable {

	private final Watchdog watchdog = new Watchdog();

	private final SecureRandom random = new SecureRandom();

	private final MemoryBudget memory;

	public Calls(HostMemory memory) {
		this.memory = new MemoryBudget(memory);
	}

	/**
	 * Begins a call on this thread, on which it must be closed.
	 * @param program what the guest sees as its own name
	 * @throws SandboxException with {@code Outcome.REJECTED} while no calls are taken
	 */
	public Call begin(String program, Limits limits, Capabilities capabilities) {
		return new Call(this.watchdog.start(limits.timeout()), this.memory, program, limits, capabilities, this.random);
	}

	/**
	 * Refuses to begin what no call would be taken for.
	 * @throws SandboxException while no calls are taken
	 */
	public void requireAccepting() {
		this.watchdog.requireAccepting();
	}

	/**
	 * Whether a call can have a stack of its own without taking from others what they may
	 * need.
	 * @param stack the size of the stack in bytes
	 */
	public boolean hasPlentyFor(long stack) {
		return this.memory.hasPlentyFor(stack);
	}

	/**
	 * The host memory that running calls hold now.
	 * @return bytes
	 */
	public long memoryInUse() {
		return this.memory.taken();
	}

	/**
	 * Looks at the calls that run now, and at none that begins later.
	 * @return how many of them still run whenever it is asked
	 */
	public IntSupplier running() {
		return this.watchdog.running();
	}

	/**
	 * Ends all calls that run, within milliseconds, and refuses new ones.
	 */
	public void endAll() {
		this.watchdog.endAll();
	}

	/**
	 * Takes calls again, after {@link #endAll()}.
	 */
	public void accept() {
		this.watchdog.accept();
	}

	public boolean isClosed() {
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
