package dev.wasmspring.benchmarks.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.function.Function;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Store;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;

/**
 * Chicory as its documentation shows it, with the compiler and the memory that it
 * recommends for OpenJDK: parsed and compiled once, and for each call WASI and an
 * instance of its own, which runs the command when it is made.
 */
final class ChicoryPeer implements Peer {

	private final WasmModule module;

	private final Function<Instance, Machine> machines;

	ChicoryPeer(Guest guest) {
		this.module = Parser.parse(guest.bytes());
		this.machines = MachineFactoryCompiler.compile(this.module);
	}

	@Override
	public byte[] call(byte[] input) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		WasiOptions options = WasiOptions.builder()
			.withStdin(new ByteArrayInputStream(input))
			.withStdout(output)
			.withStderr(new ByteArrayOutputStream())
			.build();
		try (WasiPreview1 wasi = WasiPreview1.builder().withOptions(options).build()) {
			Store store = new Store().addFunction(wasi.toHostFunctions());
			store.instantiate("guest",
					(imports) -> Instance.builder(this.module)
						.withImportValues(imports)
						.withMachineFactory(this.machines)
						.withMemoryFactory(ByteArrayMemory::new)
						.build());
		}
		return output.toByteArray();
	}

}
