package dev.wasmspring.function;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the calls of one function, whether or not anything observes them.
 * Lives as long as its function, and counts from the start of the application; shared by
 * all threads.
 */
public final class CallStatistics {

	private final Map<Outcome, LongAdder> calls = new EnumMap<>(Outcome.class);

	private final LongAdder opened = new LongAdder();

	private final LongAdder closed = new LongAdder();

	private final LongAdder loaded = new LongAdder();

	private final DurationHistogram coldStarts = new DurationHistogram();

	CallStatistics() {
		for (Outcome outcome : Outcome.values()) {
			this.calls.put(outcome, new LongAdder());
		}
	}

	void opened(long coldStart) {
		this.opened.increment();
		this.coldStarts.record(coldStart);
	}

	void loaded() {
		this.loaded.increment();
	}

	void closed() {
		this.closed.increment();
	}

	@SuppressWarnings("NullAway") // there is one for every outcome
	void ended(Outcome outcome) {
		this.calls.get(outcome).increment();
	}

	/**
	 * How many calls have ended so.
	 * @param outcome how they ended
	 * @return the number of calls
	 */
	@SuppressWarnings("NullAway") // there is one for every outcome
	public long calls(Outcome outcome) {
		return this.calls.get(outcome).sum();
	}

	/**
	 * How many sandboxes were created.
	 * @return the number of sandboxes, those that live included
	 */
	public long sandboxesCreated() {
		return this.opened.sum();
	}

	/**
	 * How many sandboxes live now.
	 * @return the number of sandboxes
	 */
	public long sandboxesActive() {
		// In this order a sandbox that comes and goes meanwhile cannot make it negative
		long closed = this.closed.sum();
		return this.opened.sum() - closed;
	}

	/**
	 * How many calls had to wait for their module to be loaded.
	 * @return the number of calls
	 */
	public long loads() {
		return this.loaded.sum();
	}

	/**
	 * The time from a call to a sandbox that is ready to run.
	 * @param percentile which part of the calls took no longer, above 0 and at most 1
	 * @return the time, to about 6 percent, or {@code null} if there was no sandbox yet
	 */
	public @Nullable Duration coldStart(double percentile) {
		return this.coldStarts.percentile(percentile);
	}

	/**
	 * A histogram of durations in buckets that are an eighth of a power of two wide: 2
	 * KB, and no lock. Lives as long as its function; shared by all threads.
	 */
	static final class DurationHistogram {

		private static final int SUB_BUCKET_BITS = 3;

		private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

		/** Longer than 73 minutes all durations are the same. */
		static final int BUCKETS = (42 - SUB_BUCKET_BITS + 1) * SUB_BUCKETS;

		private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

		void record(long nanos) {
			this.counts.incrementAndGet(bucket(nanos));
		}

		private static int bucket(long nanos) {
			if (nanos < SUB_BUCKETS) {
				return (int) Math.max(0, nanos);
			}
			int shift = 63 - Long.numberOfLeadingZeros(nanos) - SUB_BUCKET_BITS;
			return Math.min(BUCKETS - 1, (shift << SUB_BUCKET_BITS) + (int) (nanos >>> shift));
		}

		/** The middle of a bucket. */
		static long value(int bucket) {
			if (bucket < 2 * SUB_BUCKETS) {
				return bucket;
			}
			int shift = (bucket >>> SUB_BUCKET_BITS) - 1;
			long lower = (long) (SUB_BUCKETS + (bucket & (SUB_BUCKETS - 1))) << shift;
			return lower + (1L << (shift - 1));
		}

		@Nullable Duration percentile(double percentile) {
			long[] copy = new long[BUCKETS];
			long total = 0;
			for (int i = 0; i < BUCKETS; i++) {
				copy[i] = this.counts.get(i);
				total += copy[i];
			}
			long wanted = (long) Math.ceil(percentile * total);
			for (int i = 0; i < BUCKETS; i++) {
				wanted -= copy[i];
				if (copy[i] > 0 && wanted <= 0) {
					return Duration.ofNanos(value(i));
				}
			}
			return null;
		}

	}

}
