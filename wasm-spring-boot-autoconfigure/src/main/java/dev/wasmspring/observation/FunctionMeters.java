package dev.wasmspring.observation;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.observation.WasmMeterDocumentation.KeyNames;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The meters of what is not in the observation of a call: sandboxes, memory, compilation.
 * Lives as long as the application context and is shared by all threads.
 */
@ApiStatus.Internal
public final class FunctionMeters implements FunctionObserver {

	private final MeterRegistry registry;

	/**
	 * Measures calls and modules.
	 * @param registry where the meters are
	 */
	public FunctionMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void loaded(Template template) {
		Timer.builder(WasmMeterDocumentation.COMPILATION.getName())
			.description("Time to compile a module, or to read what was compiled before")
			.tags(KeyNames.MODULE.asString(), template.module().name(), KeyNames.SOURCE.asString(),
					template.compilationSource().name().toLowerCase(Locale.ROOT))
			.register(this.registry)
			.record(template.compilation());
	}

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		Tags tags = Tags.of(KeyNames.FUNCTION.asString(), function);
		FunctionCounter
			.builder(WasmMeterDocumentation.SANDBOXES_CREATED.getName(), statistics, CallStatistics::sandboxesCreated)
			.description("Sandboxes that were created")
			.tags(tags)
			.register(this.registry);
		Gauge.builder(WasmMeterDocumentation.SANDBOXES_ACTIVE.getName(), statistics, CallStatistics::sandboxesActive)
			.description("Sandboxes that live now")
			.tags(tags)
			.register(this.registry);
		Call call = new MeteredCall(coldStart(tags, false), () -> coldStart(tags, true),
				DistributionSummary.builder(WasmMeterDocumentation.MEMORY.getName())
					.description("Linear memory that a call held in the end")
					.baseUnit(WasmMeterDocumentation.MEMORY.getBaseUnit())
					.tags(tags)
					.register(this.registry),
				Timer.builder(WasmMeterDocumentation.MEMORY_WAIT.getName())
					.description("Time that calls waited for host memory, those alone that did")
					.tags(tags)
					.register(this.registry));
		return (definition) -> call;
	}

	private Timer coldStart(Tags tags, boolean load) {
		return Timer.builder(WasmMeterDocumentation.COLD_START.getName())
			.description("Time from a call's turn to a sandbox that is ready to run")
			.publishPercentileHistogram()
			.minimumExpectedValue(FunctionTimers.SHORTEST)
			.maximumExpectedValue(FunctionTimers.LONGEST)
			.tags(tags.and(KeyNames.LOAD.asString(), String.valueOf(load)))
			.register(this.registry);
	}

	/**
	 * The meters of all calls of one function: a call has nothing of its own.
	 *
	 * @param loading the timer of cold starts in which the module was loaded, which is
	 * asked for when there is one: with most functions that is once
	 */
	private record MeteredCall(Timer coldStart, Supplier<Timer> loading, DistributionSummary memory,
			Timer memoryWait) implements Call {

		@Override
		public void sandbox(long coldStart, boolean load, long memory, long memoryWait) {
			Timer timer = load ? this.loading.get() : this.coldStart;
			timer.record(coldStart, TimeUnit.NANOSECONDS);
			this.memory.record(memory);
			if (memoryWait > 0) {
				this.memoryWait.record(memoryWait, TimeUnit.NANOSECONDS);
			}
		}

		@Override
		public void ended(Outcome outcome, @Nullable Throwable failure) {
		}

	}

}
