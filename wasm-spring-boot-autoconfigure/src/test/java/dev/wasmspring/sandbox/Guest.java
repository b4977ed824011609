package dev.wasmspring.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;

/**
 * A module from the test resources, with the machine that runs it.
 */
public record Guest(WasmModule module, Function<Instance, Machine> machineFactory) {

	public static Guest compiled(String name) {
		WasmModule module = parse(name);
		return new Guest(module, MachineFactoryCompiler.compile(module));
	}

	public static Guest interpreted(String name) {
		return new Guest(parse(name), InterpreterMachine::new);
	}

	private static WasmModule parse(String name) {
		try (InputStream in = Guest.class.getResourceAsStream("/memory/" + name + ".wasm")) {
			return Parser.parse(in.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static Function<MemoryLimits, Memory> empty(int maximumPages) {
		return (limits) -> new LinearMemory(MemoryImage.empty(limits), maximumPages);
	}

	public Instance instance(Function<MemoryLimits, Memory> memoryFactory) {
		return Instance.builder(this.module)
			.withMachineFactory(this.machineFactory)
			.withMemoryFactory(memoryFactory)
			.build();
	}

	public Instance instance(MemoryImage image) {
		return instance((limits) -> new LinearMemory(image, 8));
	}

	/**
	 * Call an export and return its result, or what it threw, as text.
	 */
	public static String call(Instance instance, String export, long... arguments) {
		try {
			long[] results = instance.export(export).apply(arguments);
			return (results != null && results.length > 0) ? Long.toString(results[0]) : "done";
		}
		catch (ChicoryException ex) {
			return ex.getClass().getName() + ": " + ex.getMessage();
		}
	}

}
