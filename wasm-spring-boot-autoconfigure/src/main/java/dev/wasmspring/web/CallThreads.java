package dev.wasmspring.web;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that run calls for servers whose own threads must not wait. Lives as long
 * as the application; shared by all threads. They are made when they are needed, and end
 * when they were not needed for a minute.
 */
public final class CallThreads implements AutoCloseable {

	/** As many as servers of servlets let wait, and ten times more. */
	private static final int MAX_WAITING = 1_000;

	private final ThreadPoolExecutor executor;

	/**
	 * Creates the threads.
	 * @param count how many calls may run at once, at least 1
	 */
	public CallThreads(int count) {
		AtomicInteger next = new AtomicInteger();
		this.executor = new ThreadPoolExecutor(count, count, 1, TimeUnit.MINUTES,
				new LinkedBlockingQueue<>(MAX_WAITING), (task) -> {
					Thread thread = new Thread(task, "wasm-call-" + next.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Runs a call.
	 * @throws RejectedExecutionException if as many calls run and wait as may
	 */
	<T> CompletableFuture<T> run(Callable<T> call) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return call.call();
			}
			catch (RuntimeException | Error ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new CompletionException(ex);
			}
		}, this.executor);
	}

	/**
	 * Takes no more calls. Those that run end undisturbed.
	 */
	@Override
	public void close() {
		this.executor.shutdown();
	}

}
