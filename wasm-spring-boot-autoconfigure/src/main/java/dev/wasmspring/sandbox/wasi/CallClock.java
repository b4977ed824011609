package dev.wasmspring.sandbox.wasi;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The clocks of a guest, which go in steps. Lives for one call and is confined to its
 * thread.
 */
final class CallClock {

	private static final int REALTIME = 0;

	private static final int MONOTONIC = 1;

	private static final int THREAD_CPUTIME = 3;

	private static final Clock HOST = Clock.systemUTC();

	private final long resolution;

	/**
	 * Creates the clocks.
	 * @param resolution the steps, in nanoseconds
	 */
	CallClock(long resolution) {
		this.resolution = resolution;
	}

	long resolution(int clock) {
		time(clock);
		return this.resolution;
	}

	/**
	 * The time of one of WASI's clocks, in nanoseconds.
	 * @throws Errno.ErrnoException if there is no such clock
	 */
	long time(int clock) {
		if (clock == REALTIME) {
			return realtime();
		}
		if (clock == MONOTONIC) {
			return step(System.nanoTime());
		}
		// Processor time would tell what the host does besides
		throw ((clock > MONOTONIC && clock <= THREAD_CPUTIME) ? Errno.NOTSUP : Errno.INVAL).failure();
	}

	/**
	 * The time of day, in nanoseconds since 1970.
	 */
	long realtime() {
		Instant now = HOST.instant();
		return step(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
	}

	private long step(long nanos) {
		return nanos - Math.floorMod(nanos, this.resolution);
	}

}
