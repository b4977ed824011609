package dev.wasmspring.observation;

import java.util.function.Supplier;

import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.ModuleStatus.State;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.observation.WasmMeterDocumentation.KeyNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jetbrains.annotations.ApiStatus;

/**
 * The meters of all modules together: what has become of them, and the memory that they
 * hold while they are loaded. Lives as long as the application context and is shared by
 * all threads.
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
		for (State state : State.values()) {
			bind(state, registry);
		}
		Gauge.builder(WasmMeterDocumentation.MODULES_MEMORY.getName(), () -> this.functions.get().loadedMemory().used())
			.description("Memory that loaded modules hold, about")
			.baseUnit(WasmMeterDocumentation.MODULES_MEMORY.getBaseUnit())
			.register(registry);
		FunctionCounter
			.builder(WasmMeterDocumentation.MODULES_UNLOADED.getName(), this.functions,
					(supplier) -> supplier.get().loadedMemory().unloads())
			.description("Modules that were unloaded since others needed their room, each time counted")
			.register(registry);
	}

	private void bind(State state, MeterRegistry registry) {
		Gauge.builder(WasmMeterDocumentation.MODULES.getName(), () -> count(state))
			.description("Modules, by what has become of them")
			.tags(KeyNames.STATE.asString(), state.toString())
			.register(registry);
	}

	private long count(State state) {
		return this.functions.get().modules().stream().map(ModuleStatus::state).filter(state::equals).count();
	}

}
