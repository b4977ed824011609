package dev.wasmspring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * The meters of functions and modules.
 */
public enum WasmMeterDocumentation implements MeterDocumentation {

	/**
	 * Duration of a call, a wait for its turn included.
	 */
	FUNCTION("wasm.function", Meter.Type.TIMER, null, KeyNames.FUNCTION, KeyNames.OUTCOME),

	/**
	 * Time from a call's turn to a sandbox that is ready to run.
	 */
	COLD_START("wasm.function.cold.start", Meter.Type.TIMER, null, KeyNames.FUNCTION, KeyNames.LOAD),

	/**
	 * Sandboxes that were created.
	 */
	SANDBOXES_CREATED("wasm.sandboxes.created", Meter.Type.COUNTER, null, KeyNames.FUNCTION),

	/**
	 * Sandboxes that live now.
	 */
	SANDBOXES_ACTIVE("wasm.sandboxes.active", Meter.Type.GAUGE, null, KeyNames.FUNCTION),

	/**
	 * Linear memory that a call held in the end.
	 */
	MEMORY("wasm.function.memory", Meter.Type.DISTRIBUTION_SUMMARY, "bytes", KeyNames.FUNCTION),

	/**
	 * Time that calls waited for host memory; only those count that did wait.
	 */
	MEMORY_WAIT("wasm.function.memory.wait", Meter.Type.TIMER, null, KeyNames.FUNCTION),

	/**
	 * Time to compile a module, or to read what was compiled before.
	 */
	COMPILATION("wasm.module.compilation", Meter.Type.TIMER, null, KeyNames.MODULE, KeyNames.SOURCE),

	/**
	 * Modules, by what has become of them.
	 */
	MODULES("wasm.modules", Meter.Type.GAUGE, null, KeyNames.STATE),

	/**
	 * Memory that loaded modules hold, about.
	 */
	MODULES_MEMORY("wasm.modules.memory", Meter.Type.GAUGE, "bytes"),

	/**
	 * Modules that were unloaded since others needed their room, each time counted.
	 */
	MODULES_UNLOADED("wasm.modules.unloaded", Meter.Type.COUNTER, null),

	/**
	 * Scripts that were compiled at run time and are not closed.
	 */
	SCRIPTS_OPEN("wasm.scripts.open", Meter.Type.GAUGE, null),

	/**
	 * Host memory that the scripts hold that are open.
	 */
	SCRIPTS_MEMORY("wasm.scripts.memory", Meter.Type.GAUGE, "bytes"),

	/**
	 * Scripts that came at run time.
	 */
	SCRIPTS_COMPILED("wasm.scripts.compiled", Meter.Type.COUNTER, null, KeyNames.RESULT);

	private final String meterName;

	private final Meter.Type type;

	private final @Nullable String unit;

	private final KeyName[] keyNames;

	WasmMeterDocumentation(String meterName, Meter.Type type, @Nullable String unit, KeyName... keyNames) {
		this.meterName = meterName;
		this.type = type;
		this.unit = unit;
		this.keyNames = keyNames;
	}

	@Override
	public String getName() {
		return this.meterName;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.unit;
	}

	@Override
	public KeyName[] getKeyNames() {
		return this.keyNames.clone();
	}

	/**
	 * Tags of the meters. All have few values.
	 */
	public enum KeyNames implements KeyName {

		/**
		 * The name of the function.
		 */
		FUNCTION("function"),

		/**
		 * How the call ended: one of the words of
		 * {@link dev.wasmspring.sandbox.limit.Outcome}.
		 */
		OUTCOME("outcome"),

		/**
		 * The name of the module.
		 */
		MODULE("module"),

		/**
		 * Where the compiled classes came from: {@code compiled} or {@code cache}.
		 */
		SOURCE("source"),

		/**
		 * Whether the module had to be loaded for the call: {@code true} or
		 * {@code false}.
		 */
		LOAD("load"),

		/**
		 * What has become of the module: one of the words of
		 * {@link dev.wasmspring.function.ModuleStatus.State}.
		 */
		STATE("state"),

		/**
		 * What became of a script that came at run time: {@code compiled} or
		 * {@code failed}.
		 */
		RESULT("result");

		private final String keyName;

		KeyNames(String keyName) {
			this.keyName = keyName;
		}

		@Override
		public String asString() {
			return this.keyName;
		}

	}

}
