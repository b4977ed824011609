package dev.wasmspring.benchmarks.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;

/**
 * One instance of Chicory for all calls: the least that a call can cost there, and what
 * one call leaves behind the next one sees.
 */
final class SharedChicoryPeer implements Peer {

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final ExportFunction start;

	private InputStream input = InputStream.nullInputStream();

	SharedChicoryPeer(Guest guest) {
		WasmModule module = Parser.parse(guest.bytes());
		WasiOptions options = WasiOptions.builder()
			.withStdin(new CurrentInput(), false)
			.withStdout(this.output, false)
			.withStderr(new ByteArrayOutputStream(), false)
			.build();
		WasiPreview1 wasi = WasiPreview1.builder().withOptions(options).build();
		this.start = Instance.builder(module)
			.withImportValues(ImportValues.builder().addFunction(wasi.toHostFunctions()).build())
			.withMachineFactory(MachineFactoryCompiler.compile(module))
			.withMemoryFactory(ByteArrayMemory::new)
			.withStart(false)
			.build()
			.export("_start");
	}

	@Override
	public byte[] call(byte[] bytes) {
		this.input = new ByteArrayInputStream(bytes);
		this.output.reset();
		this.start.apply();
		return this.output.toByteArray();
	}

	/**
	 * Reads the input of the call that runs.
	 */
	private final class CurrentInput extends InputStream {

		@Override
		public int read() throws java.io.IOException {
			return SharedChicoryPeer.this.input.read();
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws java.io.IOException {
			return SharedChicoryPeer.this.input.read(bytes, offset, length);
		}

	}

}
