package dev.wasmspring.autoconfigure;

import java.util.Locale;
import java.util.function.IntSupplier;

import dev.wasmspring.sandbox.Engine;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * One of the two steps in which the calls of functions end when the application shuts
 * down. Lives as long as the context; started and stopped by one thread.
 * <p>
 * There are two because a step is given its time by Spring
 * ({@code spring.lifecycle.timeout-per-shutdown-phase}) and is not told when that is
 * over: it is over when the next step begins.
 */
final class SandboxShutdown implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(SandboxShutdown.class);

	private static final long PAUSE_MILLIS = 10;

	private final Engine engine;

	private final Step step;

	private volatile boolean running;

	SandboxShutdown(Engine engine, Step step) {
		this.engine = engine;
		this.step = step;
	}

	@Override
	public void start() {
		if (this.step == Step.END) {
			this.engine.acceptCalls();
		}
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.step == Step.END) {
			this.engine.endCalls();
		}
	}

	/**
	 * Waits for the calls that run, on a thread of its own: other parts of the
	 * application stop at the same time.
	 */
	@Override
	public void stop(Runnable callback) {
		stop();
		IntSupplier calls = this.engine.runningCalls();
		int count = calls.getAsInt();
		if (count == 0) {
			callback.run();
			return;
		}
		logger.info(String.format(Locale.ROOT, this.step.message, count));
		Thread thread = new Thread(() -> await(calls, callback), "wasm-shutdown");
		thread.setDaemon(true);
		thread.start();
	}

	private static void await(IntSupplier calls, Runnable callback) {
		try {
			while (calls.getAsInt() > 0) {
				Thread.sleep(PAUSE_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			callback.run();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Functions are called and not calling: a context that is paused has nothing to
	 * spare.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return this.step.phase;
	}

	/**
	 * What is done, and when.
	 */
	enum Step {

		/**
		 * Waits for the calls that run. In the phase in which web servers wait for their
		 * requests, so that the two do not add up; a request that is still to call a
		 * function can.
		 */
		WAIT(Integer.MAX_VALUE - 1024, "Waiting for %d running call(s) of functions to end"),

		/**
		 * Ends the calls that still run and refuses new ones. Right after that, and
		 * before web servers stop: the callers may still be told.
		 */
		END(Integer.MAX_VALUE - 1025, "Ending %d call(s) of functions that still run");

		private final int phase;

		private final String message;

		Step(int phase, String message) {
			this.phase = phase;
			this.message = message;
		}

	}

}
