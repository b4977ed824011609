package dev.wasmspring.autoconfigure;

import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.script.ScriptRuntimes;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.unit.DataSize;

/**
 * Makes of the properties what compiles scripts at run time. Stateless.
 */
final class RuntimeScripts {

	private static final int PART_OF_HEAP = 4;

	private RuntimeScripts() {
	}

	/**
	 * What compiles scripts at run time.
	 * @throws InvalidConfigurationPropertyValueException if a value is out of range
	 */
	static WasmScripts of(Engine engine, WasmProperties properties, ResourceLoader resourceLoader,
			FunctionObserver observer) {
		WasmProperties.Scripts scripts = properties.getScripts();
		DataSize memory = scripts.getMaxMemory();
		if (scripts.getMaxCount() < 0) {
			throw new InvalidConfigurationPropertyValueException("wasm.scripts.max-count", scripts.getMaxCount(),
					"It must not be negative.");
		}
		if (memory != null && memory.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("wasm.scripts.max-memory", memory,
					"It must not be negative.");
		}
		FunctionSettingsFactory settings = new FunctionSettingsFactory(properties, resourceLoader);
		return new WasmScripts(engine, new ScriptRuntimes(resourceLoader.getClassLoader(), settings.initialization()),
				settings.common(), scripts.getMaxCount(),
				(memory != null) ? memory.toBytes() : Runtime.getRuntime().maxMemory() / PART_OF_HEAP, observer);
	}

}
