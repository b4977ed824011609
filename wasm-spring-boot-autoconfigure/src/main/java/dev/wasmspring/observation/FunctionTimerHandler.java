package dev.wasmspring.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import org.jetbrains.annotations.ApiStatus;

/**
 * The handler that times the observations of calls, in the place of Micrometer's own,
 * which builds the tags of three meters for every observation. Lives as long as the
 * application context and is shared by all threads.
 */
@ApiStatus.Internal
public final class FunctionTimerHandler implements MeterObservationHandler<WasmFunctionObservationContext> {

	private final MeterRegistry registry;

	private final Clock clock;

	/**
	 * By name and tags, of which there are few: they are tags of a meter.
	 */
	private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

	/**
	 * Makes timers.
	 * @param registry where they are registered
	 */
	public FunctionTimerHandler(MeterRegistry registry) {
		this.registry = registry;
		this.clock = registry.config().clock();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof WasmFunctionObservationContext;
	}

	@Override
	public void onStart(WasmFunctionObservationContext context) {
		context.start(this.clock.monotonicTime());
	}

	@Override
	public void onStop(WasmFunctionObservationContext context) {
		long duration = this.clock.monotonicTime() - context.start();
		Key key = new Key(String.valueOf(context.getName()), context.getLowCardinalityKeyValues());
		Timer timer = this.timers.get(key);
		if (timer == null) {
			timer = this.timers.computeIfAbsent(key, this::timer);
		}
		timer.record(duration, TimeUnit.NANOSECONDS);
	}

	private Timer timer(Key key) {
		return FunctionTimers.builder(key.name())
			.tags(Tags.of(key.keyValues().stream().map(FunctionTimerHandler::tag).toList()))
			.register(this.registry);
	}

	private static Tag tag(KeyValue keyValue) {
		return Tag.of(keyValue.getKey(), keyValue.getValue());
	}

	/**
	 * What a timer is found by.
	 */
	private record Key(String name, KeyValues keyValues) {

	}

}
