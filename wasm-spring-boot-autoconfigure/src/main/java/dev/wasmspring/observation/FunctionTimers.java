package dev.wasmspring.observation;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.observation.WasmMeterDocumentation.KeyNames;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The timers of calls where there are meters but no observations. Lives as long as the
 * application context and is shared by all threads.
 */
@ApiStatus.Internal
public final class FunctionTimers implements FunctionObserver {

	/**
	 * Where the buckets of histograms begin: a sandbox takes microseconds, not the
	 * milliseconds that Micrometer expects.
	 */
	static final Duration SHORTEST = Duration.ofNanos(1_000);

	/** Where they end: twice of the default timeout. */
	static final Duration LONGEST = Duration.ofSeconds(10);

	private final MeterRegistry registry;

	private final Clock clock;

	/**
	 * Measures calls.
	 * @param registry where the timers are
	 */
	public FunctionTimers(MeterRegistry registry) {
		this.registry = registry;
		this.clock = registry.config().clock();
	}

	static Timer.Builder builder(String name) {
		return Timer.builder(name)
			.description("Duration of a call, a wait for its turn included")
			.publishPercentileHistogram()
			.minimumExpectedValue(SHORTEST)
			.maximumExpectedValue(LONGEST);
	}

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(Outcome.values().length);
		return (definition) -> {
			long start = this.clock.monotonicTime();
			return (outcome, failure) -> timer(timers, function, outcome).record(this.clock.monotonicTime() - start,
					TimeUnit.NANOSECONDS);
		};
	}

	private Timer timer(AtomicReferenceArray<@Nullable Timer> timers, String function, Outcome outcome) {
		Timer timer = timers.get(outcome.ordinal());
		if (timer == null) {
			// The registry gives the same one to all who ask
			timer = builder(WasmMeterDocumentation.FUNCTION.getName())
				.tags(KeyNames.FUNCTION.asString(), function, KeyNames.OUTCOME.asString(), outcome.toString())
				.register(this.registry);
			timers.set(outcome.ordinal(), timer);
		}
		return timer;
	}

}
