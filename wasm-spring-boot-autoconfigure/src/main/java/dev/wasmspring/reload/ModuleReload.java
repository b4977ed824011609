package dev.wasmspring.reload;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The daemon thread that keeps the functions in step with the modules at {@code file:}
 * locations. Lives as long as the context, and is at work while the context runs; started
 * and stopped by any thread.
 */
public final class ModuleReload implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ModuleReload.class);

	private final ModuleExchange exchange;

	private final Duration interval;

	private @Nullable String lastError;

	private volatile @Nullable Thread thread;

	/**
	 * Prepares the reloading.
	 * @param exchange what is done again and again
	 * @param interval how long it rests in between, which must be positive
	 */
	public ModuleReload(ModuleExchange exchange, Duration interval) {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("It must be positive");
		}
		this.exchange = exchange;
		this.interval = interval;
	}

	@Override
	public void start() {
		if (this.exchange.locations().isEmpty()) {
			logger.warn("Nothing is reloaded: no location in 'wasm.locations' begins with 'file:'");
		}
		else {
			logger.info("Watching the modules at " + this.exchange.locations());
		}
		Thread watching = new Thread(this::watch, "wasm-reload");
		watching.setDaemon(true);
		this.thread = watching;
		watching.start();
	}

	@Override
	public void stop() {
		Thread watching = this.thread;
		this.thread = null;
		if (watching != null) {
			watching.interrupt();
			try {
				// Nothing takes that long but a file system that does not answer
				watching.join(TimeUnit.SECONDS.toMillis(5));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	private void watch() {
		while (this.thread == Thread.currentThread()) {
			try {
				this.exchange.run();
				this.lastError = null;
			}
			catch (InterruptedException ex) {
				// Stopped, which the condition of the loop sees
			}
			catch (Throwable ex) {
				report(ex);
			}
			LockSupport.parkNanos(this.interval.toNanos());
		}
	}

	/**
	 * Nothing may end the watching, and nothing should fill the log.
	 */
	private void report(Throwable error) {
		boolean stopped = this.thread != Thread.currentThread();
		if (!stopped && !error.toString().equals(this.lastError)) {
			this.lastError = error.toString();
			logger.error("Unable to look for changed modules; the functions stay as they are", error);
		}
	}

}
