package dev.wasmspring.sandbox.limit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose deadline passed, by interrupting their threads: compiled code and the
 * blocking functions of WASI look at the interrupt flag. Lives as long as its
 * {@code Engine}; shared by all threads. One daemon thread serves all calls; it looks at
 * the live deadlines every {@value #TICK_MILLIS} ms while there are any and sleeps while
 * there are none, so that a call costs an insertion and a removal but no wake-up.
 */
@ApiStatus.Internal
public final class Watchdog implements AutoCloseable {

	private static final int TICK_MILLIS = 5;

	private final Set<Deadline> live = ConcurrentHashMap.newKeySet();

	private final Consumer<Deadline> supervision = this.live::remove;

	private final Object startLock = new Object();

	private volatile @Nullable Thread thread;

	private volatile boolean idle;

	private volatile boolean closed;

	private volatile boolean refusing;

	/**
	 * Starts a deadline for the current thread. It must be {@linkplain Deadline#close()
	 * closed} on the same thread.
	 * @throws SandboxException with {@link Outcome#REJECTED} between {@link #endAll()}
	 * and {@link #accept()}
	 */
	public Deadline start(Duration timeout) {
		Deadline deadline = new Deadline(this.supervision, Thread.currentThread(), saturatedNanos(timeout));
		this.live.add(deadline);
		// After the insertion: a watchdog that closes or ends all calls sees the
		// deadline, or is seen here
		if (this.refusing) {
			this.live.remove(deadline);
			throw SandboxException.shuttingDown();
		}
		if (this.closed) {
			this.live.remove(deadline);
			throw new IllegalStateException("The engine is closed");
		}
		wake();
		return deadline;
	}

	/**
	 * Checks that calls can be started, for what takes long before the first one.
	 * @throws SandboxException with {@link Outcome#REJECTED} between {@link #endAll()}
	 * and {@link #accept()}
	 */
	public void requireAccepting() {
		if (this.refusing) {
			throw SandboxException.shuttingDown();
		}
	}

	/**
	 * How many of the calls that run now still run whenever it is asked.
	 */
	public IntSupplier running() {
		Set<Deadline> now = Set.copyOf(this.live);
		return () -> (int) now.stream().filter(this.live::contains).count();
	}

	/**
	 * Refuses new calls and interrupts those that run, within a tick.
	 */
	public void endAll() {
		this.refusing = true;
		this.live.forEach(Deadline::cancel);
	}

	/**
	 * Takes calls again.
	 */
	public void accept() {
		this.refusing = false;
	}

	private void wake() {
		Thread watching = this.thread;
		if (watching == null) {
			startThread();
		}
		// Race with watch(): this thread has inserted before it reads 'idle', the
		// watching thread sets 'idle' before it looks for insertions. One of the two
		// sees the other, so that no deadline waits in a parked watchdog.
		else if (this.idle) {
			LockSupport.unpark(watching);
		}
	}

	private void startThread() {
		synchronized (this.startLock) {
			if (this.thread == null) {
				Thread watching = new Thread(this::watch, "wasm-watchdog");
				watching.setDaemon(true);
				this.thread = watching;
				watching.start();
			}
		}
	}

	private void watch() {
		while (!this.closed || !this.live.isEmpty()) {
			this.idle = true;
			if (this.live.isEmpty() && !this.closed) {
				LockSupport.park(this);
			}
			this.idle = false;
			LockSupport.parkNanos(this, TICK_MILLIS * 1_000_000L);
			long now = System.nanoTime();
			for (Deadline deadline : this.live) {
				deadline.interruptIfOver(now);
			}
		}
	}

	private static long saturatedNanos(Duration timeout) {
		return (timeout.toSeconds() > Long.MAX_VALUE / 4_000_000_000L) ? Long.MAX_VALUE / 4 : timeout.toNanos();
	}

	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Takes no more calls. Those that run are watched to their end.
	 */
	@Override
	public void close() {
		synchronized (this.startLock) {
			this.closed = true;
			if (this.thread != null) {
				LockSupport.unpark(this.thread);
			}
		}
	}

}
