package dev.wasmspring.benchmarks.peer;

import java.time.Duration;
import java.util.List;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * This project: the object behind the function's bean, with the limits that are the
 * default.
 */
final class BeanPeer implements Peer {

	static final Limits LIMITS = new Limits(Duration.ofSeconds(5), 64 << 20, 1 << 20, 1 << 20);

	private final Engine engine = new Engine();

	private final WasmFunction function;

	BeanPeer(Guest guest) {
		this(guest, FunctionObserver.NONE);
	}

	BeanPeer(Guest guest, FunctionObserver observer) {
		Module module = Module.parse(guest.moduleName(), "the benchmark", guest.bytes());
		FunctionDefinition definition = new FunctionDefinition(guest.moduleName(), module, module.exports().get(0),
				new FunctionSettings(null, null, null, LIMITS, 64, Capabilities.NONE));
		ServedModules served = new ServedModules(this.engine, List.of(definition), List.of(), observer);
		new ModuleLoading(served).loadAll(false);
		this.function = new WasmFunctions(served).get(guest.moduleName());
	}

	@Override
	public byte[] call(byte[] input) {
		return (byte[]) this.function.apply(input);
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
