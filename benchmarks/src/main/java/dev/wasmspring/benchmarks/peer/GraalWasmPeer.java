package dev.wasmspring.benchmarks.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;

/**
 * GraalWasm with one engine, which keeps the code of the module, and a context of its own
 * for each call.
 */
final class GraalWasmPeer implements Peer {

	private final Engine engine = Engine.newBuilder("wasm").option("engine.WarnInterpreterOnly", "false").build();

	private final Source source;

	GraalWasmPeer(Guest guest) throws IOException {
		this.source = Source.newBuilder("wasm", ByteSequence.create(guest.bytes()), "guest").build();
	}

	@Override
	public byte[] call(byte[] input) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		try (Context context = Context.newBuilder("wasm")
			.engine(this.engine)
			.option("wasm.Builtins", "wasi_snapshot_preview1")
			.in(new ByteArrayInputStream(input))
			.out(output)
			.build()) {
			Value module = context.eval(this.source);
			Value instance = module.canInstantiate() ? module.newInstance() : module;
			instance.getMember("exports").getMember("_start").execute();
		}
		catch (PolyglotException ex) {
			if (!ex.isExit() || ex.getExitStatus() != 0) {
				throw ex;
			}
		}
		return output.toByteArray();
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
