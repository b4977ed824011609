package dev.wasmspring.benchmarks.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import io.github.kawamuray.wasmtime.Caller;
import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Extern;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.FuncType;
import io.github.kawamuray.wasmtime.ImportType;
import io.github.kawamuray.wasmtime.Instance;
import io.github.kawamuray.wasmtime.Linker;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Val;
import io.github.kawamuray.wasmtime.Val.Type;
import io.github.kawamuray.wasmtime.WasmFunctions;
import io.github.kawamuray.wasmtime.wasi.WasiCtx;
import io.github.kawamuray.wasmtime.wasi.WasiCtxBuilder;

/**
 * Wasmtime through JNI, with one module and a store of its own for each call. Its WASI
 * takes standard input and output as files and nothing else, and empties the file that is
 * to be the input; so reading and writing are functions of ours, and the rest is its own.
 */
final class WasmtimePeer implements Peer {

	private static final FuncType READ_OR_WRITE = new FuncType(new Type[] { Type.I32, Type.I32, Type.I32, Type.I32 },
			new Type[] { Type.I32 });

	private static final int VECTOR_SIZE = 8;

	private final Engine engine = new Engine();

	private final Module module;

	private final ImportType[] imports;

	private final Linker linker;

	WasmtimePeer(Guest guest) {
		this.module = Module.fromBinary(this.engine, guest.bytes());
		this.imports = this.module.imports();
		this.linker = new Linker(this.engine);
		WasiCtx.addToLinker(this.linker);
	}

	@Override
	public byte[] call(byte[] input) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		try (Store<Streams> store = new Store<>(new Streams(ByteBuffer.wrap(input), output), this.engine,
				new WasiCtxBuilder().build());
				Func read = new Func(store, READ_OR_WRITE, (caller, a, results) -> read(store, caller, a, results));
				Func write = new Func(store, READ_OR_WRITE, (caller, a, results) -> write(store, caller, a, results));
				Instance instance = new Instance(store, this.module, externs(store, read, write));
				Func start = instance.getFunc(store, "_start").orElseThrow()) {
			WasmFunctions.consumer(store, start).accept();
		}
		return output.toByteArray();
	}

	private List<Extern> externs(Store<Streams> store, Func read, Func write) {
		List<Extern> externs = new ArrayList<>(this.imports.length);
		for (ImportType imported : this.imports) {
			externs.add(switch (imported.name()) {
				case "fd_read" -> Extern.fromFunc(read);
				case "fd_write" -> Extern.fromFunc(write);
				default -> this.linker.get(store, imported.module(), imported.name()).orElseThrow();
			});
		}
		return externs;
	}

	private static void read(Store<Streams> store, Caller<Streams> caller, Val[] arguments, Val[] results) {
		ByteBuffer memory = memory(store, caller);
		ByteBuffer input = store.data().input();
		int total = 0;
		for (int i = 0; i < arguments[2].i32(); i++) {
			int vector = arguments[1].i32() + VECTOR_SIZE * i;
			int length = Math.min(memory.getInt(vector + 4), input.remaining());
			memory.put(memory.getInt(vector), input, input.position(), length);
			input.position(input.position() + length);
			total += length;
		}
		memory.putInt(arguments[3].i32(), total);
		results[0] = Val.fromI32(0);
	}

	private static void write(Store<Streams> store, Caller<Streams> caller, Val[] arguments, Val[] results) {
		ByteBuffer memory = memory(store, caller);
		int total = 0;
		for (int i = 0; i < arguments[2].i32(); i++) {
			int vector = arguments[1].i32() + VECTOR_SIZE * i;
			byte[] written = new byte[memory.getInt(vector + 4)];
			memory.get(memory.getInt(vector), written);
			store.data().output().writeBytes(written);
			total += written.length;
		}
		memory.putInt(arguments[3].i32(), total);
		results[0] = Val.fromI32(0);
	}

	private static ByteBuffer memory(Store<Streams> store, Caller<Streams> caller) {
		return caller.getExport("memory").orElseThrow().memory().buffer(store).order(ByteOrder.LITTLE_ENDIAN);
	}

	@Override
	public void close() {
		this.linker.close();
		this.module.close();
		this.engine.close();
	}

	/**
	 * Standard input and output of one call.
	 */
	private record Streams(ByteBuffer input, ByteArrayOutputStream output) {

	}

}
