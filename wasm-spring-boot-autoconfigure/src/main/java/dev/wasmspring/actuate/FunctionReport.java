package dev.wasmspring.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What operators are told of a function. Immutable.
 *
 * @param name the function's name
 * @param module the name of its module
 * @param kind {@code command}, {@code bytes} or {@code numeric}
 * @param description what it does, if somebody said so
 * @param limits what its calls may use
 * @param calls how many calls ended how, since the application started
 * @param coldStartMicros the time from a call's turn to a sandbox that is ready to run,
 * in microseconds, since the application started; {@code null} if there was none yet
 * @param loads how many calls had to wait for the module to be loaded
 * @param sandboxes how many there were and are
 */
public record FunctionReport(String name, String module, String kind, @Nullable String description, Limits limits,
		Map<String, Long> calls, @Nullable ColdStart coldStartMicros, long loads,
		Sandboxes sandboxes) implements OperationResponseBody {

	static FunctionReport of(FunctionDefinition definition, CallStatistics statistics) {
		Map<String, Long> calls = new LinkedHashMap<>();
		for (Outcome outcome : Outcome.values()) {
			calls.put(outcome.toString(), statistics.calls(outcome));
		}
		return new FunctionReport(definition.name(), definition.module().name(),
				definition.export().kind().name().toLowerCase(Locale.ROOT), definition.settings().description(),
				Limits.of(definition.settings()), calls, ColdStart.of(statistics), statistics.loads(),
				new Sandboxes(statistics.sandboxesCreated(), statistics.sandboxesActive()));
	}

	/**
	 * What calls of a function may use. Immutable.
	 *
	 * @param timeout as ISO 8601 writes it, for example {@code PT5S}
	 * @param memory bytes
	 * @param stack bytes
	 * @param input bytes
	 * @param output bytes
	 * @param concurrency calls that may run at once
	 * @param queueSize calls that may wait
	 * @param queueTimeout as ISO 8601 writes it
	 */
	public record Limits(String timeout, long memory, long stack, long input, long output, int concurrency,
			int queueSize, String queueTimeout) {

		private static Limits of(FunctionSettings settings) {
			return new Limits(settings.limits().timeout().toString(), settings.limits().memory(),
					settings.limits().stack(), settings.limits().input(), settings.limits().output(),
					settings.concurrency(), settings.queue().size(), settings.queue().timeout().toString());
		}

	}

	/**
	 * Percentiles of the time that sandboxes took. Immutable.
	 *
	 * @param p50 the median
	 * @param p95 95 of 100 took no longer
	 * @param p99 99 of 100 took no longer
	 */
	public record ColdStart(double p50, double p95, double p99) {

		private static @Nullable ColdStart of(CallStatistics statistics) {
			Duration p50 = statistics.coldStart(0.5);
			Duration p95 = statistics.coldStart(0.95);
			Duration p99 = statistics.coldStart(0.99);
			return (p50 != null && p95 != null && p99 != null) ? new ColdStart(micros(p50), micros(p95), micros(p99))
					: null;
		}

		private static double micros(Duration duration) {
			return Math.round(duration.toNanos() / 100.0) / 10.0;
		}

	}

	/**
	 * Sandboxes of a function. Immutable.
	 *
	 * @param created since the application started
	 * @param active those that live now
	 */
	public record Sandboxes(long created, long active) {

	}

}
