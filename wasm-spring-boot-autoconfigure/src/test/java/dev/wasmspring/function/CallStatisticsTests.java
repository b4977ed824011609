package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

import dev.wasmspring.function.CallStatistics.DurationHistogram;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

class CallStatisticsTests {

	@Test
	void everyCallIsCountedOnceByItsOutcome() {
		try (Engine engine = new Engine()) {
			WasmFunction add = TestFunctions.function(engine, "add");
			add.apply("[1,2]");
			add.apply("[1,2]".getBytes());
			catchThrowable(() -> add.apply("[1]"));
			catchThrowable(() -> add.apply("x".repeat((1 << 20) + 1)));
			add.serve(null);
			catchThrowable(() -> add.apply("[1,2]"));
			CallStatistics statistics = add.statistics();
			assertThat(statistics.calls(Outcome.SUCCESS)).isEqualTo(2);
			assertThat(statistics.calls(Outcome.INVALID_INPUT)).isEqualTo(1);
			assertThat(statistics.calls(Outcome.INPUT_LIMIT)).isEqualTo(1);
			assertThat(statistics.calls(Outcome.UNKNOWN_FUNCTION)).isEqualTo(1);
			assertThat(statistics.sandboxesCreated()).isEqualTo(2);
			assertThat(statistics.sandboxesActive()).isZero();
			assertThat(statistics.coldStart(0.5)).isPositive().isLessThan(Duration.ofMinutes(1));
		}
	}

	@Test
	void noCallIsLostWhenManyThreadsCall() throws Exception {
		try (Engine engine = new Engine()) {
			WasmFunction add = TestFunctions.function(engine, "add");
			call(add, 8, 20_000);
			assertThat(add.statistics().calls(Outcome.SUCCESS)).isEqualTo(160_000);
			assertThat(add.statistics().sandboxesCreated()).isEqualTo(160_000);
			assertThat(add.statistics().sandboxesActive()).isZero();
		}
	}

	private static void call(Function<Object, Object> function, int threads, int calls) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				running.add(executor.submit(() -> {
					for (int j = 0; j < calls; j++) {
						function.apply("[1,2]");
					}
				}));
			}
			for (Future<?> future : running) {
				future.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void withoutASandboxThereIsNoColdStart() {
		assertThat(new CallStatistics().coldStart(0.99)).isNull();
	}

	@Test
	void percentilesAreThoseOfTheDurations() {
		DurationHistogram histogram = new DurationHistogram();
		for (int micros = 1; micros <= 1_000; micros++) {
			histogram.record(micros * 1_000L);
		}
		for (int percent : new int[] { 1, 10, 50, 90, 99, 100 }) {
			assertThat((double) histogram.percentile(percent / 100.0).toNanos()).as(percent + " percent")
				.isCloseTo(percent * 10_000.0, within(percent * 10_000.0 * 0.0701));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 7, 8, 9, 15, 16, 17, 1_000, 123_456, 1_000_000_007L, (1L << 42) - 1 })
	void aDurationIsKeptToSixPercent(long nanos) {
		DurationHistogram histogram = new DurationHistogram();
		histogram.record(nanos);
		assertThat((double) histogram.percentile(1).toNanos()).isCloseTo(nanos, within(nanos * 0.0626));
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, Long.MIN_VALUE, 1L << 42, Long.MAX_VALUE })
	void aDurationOutOfRangeCountsAsTheNearest(long nanos) {
		DurationHistogram histogram = new DurationHistogram();
		histogram.record(nanos);
		assertThat(histogram.percentile(1).toNanos()).isIn(0L, DurationHistogram.value(DurationHistogram.BUCKETS - 1));
	}

}
