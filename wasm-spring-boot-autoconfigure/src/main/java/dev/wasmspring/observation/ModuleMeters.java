package dev.wasmspring.observation;

import java.util.function.Supplier;

import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.ModuleStatus.State;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.observation.WasmMeterDocumentation.KeyNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jetbrains.annotations.ApiStatus;

/**
 * The gauges of modules that are ready and of modules that are rejected. Lives as long as
 * the application context and is shared by all threads.
 */
@ApiStatus.Internal
public final class ModuleMeters implements MeterBinder {

	private final Supplier<WasmFunctions> functions;

	/**
	 * Counts modules.
	 * @param functions the functions of the modules; asked for when the meters are read
	 */
	public ModuleMeters(Supplier<WasmFunctions> functions) {
		this.functions = functions;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bind(State.READY, registry);
		bind(State.REJECTED, registry);
	}

	private void bind(State state, MeterRegistry registry) {
		Gauge.builder(WasmMeterDocumentation.MODULES.getName(), () -> count(state))
			.description("Modules that are ready to be called, and modules that cannot be used")
			.tags(KeyNames.STATE.asString(), state.toString())
			.register(registry);
	}

	private long count(State state) {
		return this.functions.get().modules().stream().map(ModuleStatus::state).filter(state::equals).count();
	}

}
