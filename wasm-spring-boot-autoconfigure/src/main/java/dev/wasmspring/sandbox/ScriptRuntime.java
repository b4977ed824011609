package dev.wasmspring.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.RuntimeExports;
import dev.wasmspring.sandbox.wasi.Call;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a runtime of scripts, as the host speaks to it. Lives as long as the
 * instance and is confined to its thread.
 */
final class ScriptRuntime {

	private static final int HEADER = 2 * Integer.BYTES;

	private static final int FAILED = 4;

	private static final int INVALID = 5;

	private static final int KIND_SHIFT = 28;

	private static final long KIND_MASK = 0xf;

	private static final long LENGTH_MASK = 0xfff_ffff;

	/** A report is no longer than that. */
	private static final int MAX_REPORT = 16 * 1024;

	private static final ContentKind[] KINDS = ContentKind.values();

	private static final byte[] NOTHING = {};

	private final Instance instance;

	private final Memory memory;

	ScriptRuntime(Instance instance) {
		this.instance = instance;
		this.memory = instance.memory();
	}

	/**
	 * Loads a script.
	 * @param block the script and its own modules
	 * @return why it cannot be loaded, {@code null} if it was loaded
	 */
	byte @Nullable [] load(byte[] block) {
		int address = allocate(block.length);
		this.memory.write(address, block);
		if (this.instance.export(RuntimeExports.LOAD).apply(address, block.length)[0] == 0) {
			return null;
		}
		long report = this.instance.export(RuntimeExports.ERROR).apply()[0];
		return report(Integer.toUnsignedLong((int) (report >>> Integer.SIZE)), report & LENGTH_MASK);
	}

	/**
	 * Calls the handler of the script that was loaded.
	 */
	ScriptOutput call(ScriptInput input, Limits limits, Call call) {
		byte[] metadata = input.metadata();
		byte[] content = input.content();
		int length = Math.addExact(Math.addExact(HEADER, metadata.length), content.length);
		int address = allocate(length);
		byte[] header = ByteBuffer.allocate(HEADER)
			.order(ByteOrder.LITTLE_ENDIAN)
			.putInt(input.kind().ordinal())
			.putInt(metadata.length)
			.array();
		this.memory.write(address, header);
		this.memory.write(address + HEADER, metadata);
		this.memory.write(address + HEADER + metadata.length, content);
		long result = this.instance.export(RuntimeExports.CALL).apply(address, length)[0];
		int kind = (int) (result >>> KIND_SHIFT & KIND_MASK);
		return output(kind, Integer.toUnsignedLong((int) (result >>> Integer.SIZE)), result & LENGTH_MASK, limits,
				call);
	}

	private ScriptOutput output(int kind, long address, long length, Limits limits, Call call) {
		if (kind == FAILED) {
			throw SandboxException.reported(Outcome.ERROR, "The function failed.", report(address, length));
		}
		if (kind == INVALID) {
			throw SandboxException.reported(Outcome.INVALID_INPUT,
					"The input is not the JSON or the text in UTF-8 that it was said to be.", report(address, length));
		}
		if (kind >= KINDS.length || address + length > size()) {
			throw new SandboxException(Outcome.BAD_OUTPUT, "The output lies outside of the module's memory.");
		}
		if (length > limits.output()) {
			throw new SandboxException(Outcome.BAD_OUTPUT, "The output is larger than allowed.");
		}
		if (length == 0) {
			return new ScriptOutput(KINDS[kind], NOTHING);
		}
		call.allocate(length);
		return new ScriptOutput(KINDS[kind], this.memory.readBytes((int) address, (int) length));
	}

	private int allocate(int length) {
		int address = (int) this.instance.export(RuntimeExports.ALLOCATE).apply(length)[0];
		if (address == 0 || Integer.toUnsignedLong(address) + length > size()) {
			throw new SandboxException(Outcome.TRAP, "The runtime had no " + length + " bytes for the input.");
		}
		return address;
	}

	private byte[] report(long address, long length) {
		int bounded = (int) Math.min(length, MAX_REPORT);
		return (address + bounded <= size()) ? this.memory.readBytes((int) address, bounded) : NOTHING;
	}

	private long size() {
		return (long) this.memory.pages() * Memory.PAGE_SIZE;
	}

}
