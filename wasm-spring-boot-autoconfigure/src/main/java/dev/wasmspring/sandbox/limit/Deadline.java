package dev.wasmspring.sandbox.limit;

import java.util.function.Consumer;

import org.jetbrains.annotations.ApiStatus;

/**
 * The deadline of one call. Lives for that call; {@link #interruptIfOver} is for the
 * watchdog's thread, {@link #cancel()} for whoever shuts the engine down, everything else
 * for the thread of the call.
 * <p>
 * The handshake: interrupting and closing exclude each other through this object's
 * monitor. So an interrupt is sent either before the call closes its deadline, and then
 * the call takes it back, or never. Without it a late interrupt would hit whatever the
 * thread does next.
 */
@ApiStatus.Internal
public final class Deadline implements AutoCloseable {

	private final Consumer<Deadline> supervision;

	private final Thread thread;

	/** As {@link System#nanoTime} counts. */
	private final long end;

	private volatile boolean cancelled;

	// Guarded by this object's monitor
	private boolean interrupted;

	// Guarded by this object's monitor
	private boolean closed;

	/**
	 * Creates a deadline that begins now.
	 * @param supervision is told when the deadline is closed
	 */
	Deadline(Consumer<Deadline> supervision, Thread thread, long timeoutNanos) {
		this.supervision = supervision;
		this.thread = thread;
		this.end = System.nanoTime() + timeoutNanos;
	}

	/**
	 * Lets the call's time be over now.
	 */
	public void cancel() {
		this.cancelled = true;
	}

	/**
	 * Whether the call was told to end before its time was over.
	 */
	public boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Interrupts the call if its time is over. A call that swallowed an interrupt is
	 * interrupted again at the next tick.
	 */
	public void interruptIfOver(long now) {
		if (this.cancelled || now - this.end >= 0) {
			synchronized (this) {
				if (!this.closed) {
					this.interrupted = true;
					this.thread.interrupt();
				}
			}
		}
	}

	/**
	 * Whether the time is over, whatever the call itself believes to have died of.
	 */
	public boolean isOver() {
		return this.cancelled || System.nanoTime() - this.end >= 0;
	}

	/**
	 * Ends the call if it should not go on, for work of the host in which nobody looks at
	 * the interrupt flag.
	 * @throws PassedException if the time is over or the thread was interrupted
	 */
	public void check() {
		if (isOver() || this.thread.isInterrupted()) {
			throw new PassedException();
		}
	}

	/**
	 * Ends the supervision and takes back an interrupt that this deadline sent; one that
	 * somebody else sent is kept.
	 */
	@Override
	public void close() {
		boolean interruptedByUs;
		synchronized (this) {
			this.closed = true;
			interruptedByUs = this.interrupted;
		}
		this.supervision.accept(this);
		if (interruptedByUs) {
			Thread.interrupted();
		}
	}

	/**
	 * Unwinds the guest. Not a failure to look into, so without a stack trace.
	 */
	public static final class PassedException extends RuntimeException {

		public PassedException() {
			super("the deadline passed", null, false, false);
		}

	}

}
