package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * Makes functions of the test modules.
 */
final class TestFunctions {

	/** Nothing that a test does comes near the timeout. */
	static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 64 << 20, 1 << 20, 1 << 20);

	static final FunctionSettings SETTINGS = settings(LIMITS, 16, null);

	private TestFunctions() {
	}

	static FunctionSettings settings(Limits limits, int concurrency, @Nullable String produces) {
		return new FunctionSettings(null, null, produces, limits, concurrency, Capabilities.NONE);
	}

	static Limits withTimeout(Duration timeout) {
		return new Limits(timeout, LIMITS.memory(), LIMITS.input(), LIMITS.output());
	}

	/** The definition of the first function of a module; it has the module's name. */
	static FunctionDefinition definition(String module, FunctionSettings settings) {
		Module parsed = Fixtures.module(module);
		return new FunctionDefinition(module, parsed, parsed.exports().get(0), settings);
	}

	/** The definitions of all functions of a module, by the names of its exports. */
	static List<FunctionDefinition> definitions(Module module, FunctionSettings settings) {
		List<FunctionDefinition> definitions = new ArrayList<>();
		for (Export export : module.exports()) {
			definitions.add(new FunctionDefinition(export.name(), module, export, settings));
		}
		return definitions;
	}

	/** The only function of a module, under a name. */
	static List<FunctionDefinition> named(String name, Module module) {
		return List.of(new FunctionDefinition(name, module, module.exports().get(0), SETTINGS));
	}

	static WasmFunction function(Engine engine, String module) {
		return function(engine, definition(module, SETTINGS));
	}

	static WasmFunction function(Engine engine, FunctionDefinition definition) {
		return new WasmFunctions(new ServedModules(engine, List.of(definition), List.of())).get(definition.name());
	}

}
