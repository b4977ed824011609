package dev.wasmspring.sandbox;

/**
 * The deadline of one call. Lives for that call; {@link #fireIfPassed} is for the
 * watchdog's thread, {@link #end()} for whoever shuts the engine down, everything else
 * for the thread of the call.
 * <p>
 * The handshake: firing and closing exclude each other through this object's monitor. So
 * an interrupt is sent either before the call closes its deadline, and then the call
 * takes it back, or never. Without it a late interrupt would hit whatever the thread does
 * next.
 */
final class Deadline implements AutoCloseable {

	private final Watchdog watchdog;

	private final Thread thread;

	private final long end;

	private volatile boolean ended;

	// Guarded by this object's monitor
	private boolean fired;

	// Guarded by this object's monitor
	private boolean done;

	Deadline(Watchdog watchdog, Thread thread, long timeoutNanos) {
		this.watchdog = watchdog;
		this.thread = thread;
		this.end = System.nanoTime() + timeoutNanos;
	}

	/**
	 * Lets the call's time be over now.
	 */
	void end() {
		this.ended = true;
	}

	/**
	 * Whether the call was told to end before its time was over.
	 */
	boolean ended() {
		return this.ended;
	}

	/**
	 * Interrupts the call if its time is over. A call that swallowed an interrupt is
	 * interrupted again at the next tick.
	 */
	void fireIfPassed(long now) {
		if (this.ended || now - this.end >= 0) {
			synchronized (this) {
				if (!this.done) {
					this.fired = true;
					this.thread.interrupt();
				}
			}
		}
	}

	/**
	 * Whether the time is over, whatever the call itself believes to have died of.
	 */
	boolean passed() {
		return this.ended || System.nanoTime() - this.end >= 0;
	}

	/**
	 * Ends the call if it should not go on, for work of the host in which nobody looks at
	 * the interrupt flag.
	 * @throws Passed if the time is over or the thread was interrupted
	 */
	void check() {
		if (passed() || this.thread.isInterrupted()) {
			throw new Passed();
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
			this.done = true;
			interruptedByUs = this.fired;
		}
		this.watchdog.remove(this);
		if (interruptedByUs) {
			Thread.interrupted();
		}
	}

	/**
	 * Unwinds the guest. Not a failure to look into, so without a stack trace.
	 */
	static final class Passed extends RuntimeException {

		Passed() {
			super("the deadline passed", null, false, false);
		}

	}

}
