package dev.wasmspring.function;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Where guests run: on their caller's thread, or, when that is a virtual thread, on a
 * platform thread while the caller waits. Lives as long as the application context;
 * shared by all threads.
 * <p>
 * A virtual thread that computes keeps its carrier, and there are only as many carriers
 * as processors: as many guests that spin would stop every other virtual thread until
 * their deadlines. One that waits gives its carrier to others.
 * <p>
 * A caller's stack is as large as whoever made its thread wanted it, and as full as what
 * runs on it made it; nobody can ask how much is left. What needs more than it finds runs
 * {@linkplain #runOnStack on a platform thread whose stack is of a known size}, whatever
 * the caller's thread is.
 * <p>
 * There are never more platform threads than calls that may run at once, since a call
 * comes here after it was admitted. Those without work end after {@value #IDLE_SECONDS}
 * seconds.
 */
final class GuestThreads {

	private static final int IDLE_SECONDS = 10;

	/** For the size of stack that the JVM gives to threads by default. */
	private static final long ANY_STACK = 0;

	/**
	 * How many calls of {@link #requireRoom} must fit: 15 to 40 KB, compiled or not.
	 */
	private static final int ROOM = 200;

	/**
	 * {@code Thread.isVirtual}, where there is such a thing: from Java 21.
	 */
	private static final @Nullable MethodHandle IS_VIRTUAL = findIsVirtual();

	private final AtomicInteger created = new AtomicInteger();

	/** By the size of their stacks, of which there are as many as functions ask for. */
	private final Map<Long, Executor> threads = new ConcurrentHashMap<>();

	private static @Nullable MethodHandle findIsVirtual() {
		try {
			return MethodHandles.publicLookup()
				.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

	private Executor threads(long stack) {
		Executor existing = this.threads.get(stack);
		return (existing != null) ? existing
				: this.threads.computeIfAbsent(stack, (size) -> new ThreadPoolExecutor(0, Integer.MAX_VALUE,
						IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), (work) -> create(work, size)));
	}

	private Thread create(Runnable work, long stack) {
		// Without the caller's inheritable thread-locals: the thread outlives the call
		Thread thread = new Thread(null, work, "wasm-guest-" + this.created.incrementAndGet(), stack, false);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Runs something, and returns or throws what it does. An interrupt of the caller
	 * reaches it wherever it runs, and is still set afterwards; one that it leaves behind
	 * does not reach whatever the platform thread does next.
	 * @param work what opens a sandbox, calls it and closes it
	 */
	<T> T run(Supplier<T> work) {
		return onVirtualThread() ? new Handover<>(work).await(threads(ANY_STACK)) : work.get();
	}

	/**
	 * Runs something on a platform thread with a stack of its own while the caller waits,
	 * as {@link #run} does on behalf of a virtual thread.
	 * @param stack the size of the stack in bytes
	 * @param work what opens a sandbox, calls it and closes it
	 * @throws StackOverflowError if the caller's own stack is too full even to hand
	 * something over; nothing has been touched then
	 */
	<T> T runOnStack(long stack, Supplier<T> work) {
		// A stack that ends within the pool may leave a lock locked
		requireRoom(ROOM, 1, 2, 3, 4, 5);
		return new Handover<>(work).await(threads(stack));
	}

	/**
	 * Uses stack and nothing else.
	 */
	private static long requireRoom(int depth, long a, long b, long c, long d, long e) {
		return (depth == 0) ? 0 : requireRoom(depth - 1, b, c, d, e, a) + (a ^ b) + (c ^ d) + e;
	}

	private static boolean onVirtualThread() {
		try {
			return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Unable to tell a virtual thread", ex);
		}
	}

	/**
	 * One call on a platform thread. The handshake between the two threads is the same as
	 * that of a deadline: an interrupt is passed on either before the work is over, and
	 * then the platform thread takes it back, or never.
	 */
	private static final class Handover<T> implements Runnable {

		private final Supplier<T> work;

		private final CountDownLatch over = new CountDownLatch(1);

		// Guarded by this object's monitor
		private @Nullable Thread runner;

		// Guarded by this object's monitor
		private boolean interrupted;

		// Written before the latch is opened, read after it
		private @Nullable T result;

		// Written before the latch is opened, read after it
		private @Nullable Throwable failure;

		Handover(Supplier<T> work) {
			this.work = work;
		}

		@Override
		public void run() {
			try {
				begin();
				this.result = this.work.get();
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
			finally {
				end();
				this.over.countDown();
			}
		}

		private synchronized void begin() {
			this.runner = Thread.currentThread();
			if (this.interrupted) {
				this.runner.interrupt();
			}
		}

		private synchronized void end() {
			this.runner = null;
			Thread.interrupted();
		}

		private synchronized void interrupt() {
			this.interrupted = true;
			if (this.runner != null) {
				this.runner.interrupt();
			}
		}

		/**
		 * Waits for the end in any case: the call holds its turn and its memory until
		 * then.
		 */
		@SuppressWarnings("NullAway") // no failure, so there is what the work returned
		T await(Executor threads) {
			threads.execute(this);
			boolean callerInterrupted = false;
			while (true) {
				try {
					this.over.await();
					break;
				}
				catch (InterruptedException ex) {
					callerInterrupted = true;
					interrupt();
				}
			}
			if (callerInterrupted) {
				Thread.currentThread().interrupt();
			}
			if (this.failure != null) {
				throw GuestThreads.<RuntimeException>unchecked(this.failure);
			}
			return this.result;
		}

	}

	/**
	 * Work throws nothing that is checked, but it may throw errors.
	 */
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> E unchecked(Throwable failure) throws E {
		throw (E) failure;
	}

}
