package dev.wasmspring.sandbox.wasi;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.Watchdog;
import dev.wasmspring.sandbox.memory.SpareGranules;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of an engine share: the watchdog that ends them, the host memory that
 * they may have together, arrays for what they write to, and where their randomness comes
 * from. Lives as long as its {@code Engine}; shared by all threads.
 */
public final class Calls implements AutoCloseable {

	private final Watchdog watchdog;

	private final SecureRandom random;

	private final MemoryBudget memory;

	private final SpareGranules spareGranules;

	/** Whether the watchdog is that of others as well. */
	private final boolean shares;

	private final AtomicBoolean closed = new AtomicBoolean();

	public Calls(HostMemory memory) {
		this(new Watchdog(), new SecureRandom(), new MemoryBudget(memory), new SpareGranules(), false);
	}

	private Calls(Watchdog watchdog, SecureRandom random, MemoryBudget memory, SpareGranules spareGranules,
			boolean shares) {
		this.watchdog = watchdog;
		this.random = random;
		this.memory = memory;
		this.spareGranules = spareGranules;
		this.shares = shares;
	}

	/**
	 * Calls that have memory of their own, set aside from that of these calls, and share
	 * everything else with them.
	 * @param bytes how much
	 * @return {@code null} if there is not as much left
	 */
	public @Nullable Calls share(long bytes) {
		MemoryBudget share = this.memory.share(bytes);
		return (share != null) ? new Calls(this.watchdog, this.random, share, this.spareGranules, true) : null;
	}

	/**
	 * Begins a call on this thread, on which it must be closed.
	 * @param program what the guest sees as its own name
	 * @throws SandboxException with {@code Outcome.REJECTED} while no calls are taken
	 */
	public Call begin(String program, Limits limits, Capabilities capabilities) {
		requireOpen();
		return new Call(this.watchdog.start(limits.timeout()), this.memory, program, limits, capabilities, this.random);
	}

	/**
	 * Refuses to begin what no call would be taken for.
	 * @throws SandboxException while no calls are taken
	 */
	public void requireAccepting() {
		requireOpen();
		this.watchdog.requireAccepting();
	}

	private void requireOpen() {
		if (this.closed.get()) {
			throw new SandboxException(Outcome.REJECTED, "No calls are taken any more.");
		}
	}

	/**
	 * Where the memories of calls find arrays for their granules.
	 */
	public SpareGranules spareGranules() {
		return this.spareGranules;
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
		return this.closed.get() || this.watchdog.isClosed();
	}

	/**
	 * Takes no more calls. Those that run are watched to their end.
	 */
	@Override
	public void close() {
		if (!this.shares) {
			this.watchdog.close();
		}
		else if (this.closed.compareAndSet(false, true)) {
			this.memory.release();
		}
	}

}
