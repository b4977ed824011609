package dev.wasmspring.observation;

import java.util.function.Supplier;

import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.observation.WasmMeterDocumentation.KeyNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jetbrains.annotations.ApiStatus;

/**
 * The meters of scripts that come at run time, all of them together. Lives as long as the
 * application context and is shared by all threads.
 */
@ApiStatus.Internal
public final class ScriptMeters implements MeterBinder {

	private final Supplier<WasmScripts> scripts;

	/**
	 * Counts scripts.
	 * @param scripts compiles them; asked for when the meters are read
	 */
	public ScriptMeters(Supplier<WasmScripts> scripts) {
		this.scripts = scripts;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(WasmMeterDocumentation.SCRIPTS_OPEN.getName(), () -> this.scripts.get().count())
			.description("Scripts that were compiled at run time and are not closed")
			.register(registry);
		Gauge.builder(WasmMeterDocumentation.SCRIPTS_MEMORY.getName(), () -> this.scripts.get().memory())
			.description("Host memory that they hold")
			.baseUnit(WasmMeterDocumentation.SCRIPTS_MEMORY.getBaseUnit())
			.register(registry);
		FunctionCounter
			.builder(WasmMeterDocumentation.SCRIPTS_COMPILED.getName(), this,
					(meters) -> meters.scripts.get().compiled())
			.description("Scripts that came at run time")
			.tags(KeyNames.RESULT.asString(), "compiled")
			.register(registry);
		FunctionCounter
			.builder(WasmMeterDocumentation.SCRIPTS_COMPILED.getName(), this, (meters) -> meters.scripts.get().failed())
			.description("Scripts that came at run time")
			.tags(KeyNames.RESULT.asString(), "failed")
			.register(registry);
	}

}
