package dev.wasmspring.sandbox;

import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Call;

/**
 * A module's instance for one call: created for it, called once, thrown away. Confined to
 * the thread that opened it, which must close it.
 */
public final class Sandbox implements AutoCloseable {

	private static final byte[] NOTHING = {};

	/** A message is no longer than that. */
	private static final int MAX_MESSAGE = 16 * 1024;

	private final Module module;

	private final Export export;

	private final Limits limits;

	private final Call call;

	private final Instance instance;

	private final LinearMemory[] memories;

	private boolean called;

	Sandbox(Module module, Export export, Limits limits, Call call, Instance instance, LinearMemory[] memories) {
		this.module = module;
		this.export = export;
		this.limits = limits;
		this.call = call;
		this.instance = instance;
		this.memories = memories;
	}

	/**
	 * Calls an export of the kind {@code Kind.COMMAND} or {@code Kind.BYTES}.
	 * @param input the input; the guest gets a copy
	 * @return the output
	 * @throws SandboxException if the call does not succeed
	 */
	public byte[] call(byte[] input) {
		requireFirstCall();
		try {
			return switch (this.export.kind()) {
				case COMMAND -> command(input);
				case BYTES -> bytes(input);
				case NUMERIC -> throw new IllegalStateException("A numeric export takes numbers");
				case SCRIPT -> throw new IllegalStateException("A script takes content of a kind");
			};
		}
		catch (Throwable ex) {
			throw EngineErrors.toSandboxException(ex, this.call.deadline());
		}
	}

	/**
	 * Calls an export of the kind {@code Kind.NUMERIC}.
	 * @param arguments one value for each parameter; an i32 sign-extended, an f32 or f64
	 * as the bits of {@link Float#floatToRawIntBits} or
	 * {@link Double#doubleToRawLongBits}
	 * @return one value for each result, in the same representation
	 * @throws SandboxException if the call does not succeed
	 */
	public long[] call(long[] arguments) {
		requireFirstCall();
		try {
			long[] results = this.instance.export(this.export.name()).apply(arguments);
			requireNoError();
			return (results != null) ? results : new long[0];
		}
		catch (Throwable ex) {
			throw EngineErrors.toSandboxException(ex, this.call.deadline());
		}
	}

	/**
	 * Calls the handler of a script, an export of the kind {@code Kind.SCRIPT}.
	 * @param input the input; the guest gets a copy
	 * @return what the handler returned
	 * @throws SandboxException if the call does not succeed; it has the runtime's report
	 * if the handler threw an exception, or if the input is not what it was said to be
	 */
	public ScriptOutput call(ScriptInput input) {
		requireFirstCall();
		try {
			return new ScriptRuntime(this.instance).call(input, this.limits, this.call);
		}
		catch (Throwable ex) {
			throw EngineErrors.ofScript(ex, this.call.deadline());
		}
	}

	private void requireFirstCall() {
		if (this.called) {
			throw new IllegalStateException("A sandbox is for one call");
		}
		this.called = true;
	}

	private byte[] command(byte[] input) {
		this.call.input(input);
		try {
			this.instance.export(this.export.name()).apply();
		}
		catch (ExecutionCompletedException ex) {
			// The command ended itself with exit code 0
		}
		return this.call.standardOutput().toByteArray();
	}

	private byte[] bytes(byte[] input) {
		Memory memory = this.instance.memory();
		int address = allocate(input.length);
		requireAllocated(address, input.length, memory);
		memory.write(address, input);
		long result = this.instance.export(this.export.name()).apply(address, input.length)[0];
		requireNoError();
		return output(Integer.toUnsignedLong((int) (result >>> 32)), Integer.toUnsignedLong((int) result), memory);
	}

	private int allocate(int length) {
		String allocator = this.module.allocator();
		// Some allocators have no answer to zero bytes, and some languages no empty slice
		// without an address
		long size = Math.max(length, 1);
		if ("cabi_realloc".equals(allocator)) {
			return (int) this.instance.export(allocator).apply(0, 0, 1, size)[0];
		}
		return (int) this.instance.export(allocator).apply(size)[0];
	}

	private static void requireAllocated(int address, int length, Memory memory) {
		if (address == 0) {
			throw new SandboxException(Outcome.TRAP,
					"The module's allocator had no " + length + " bytes for the input.");
		}
		if (Integer.toUnsignedLong(address) + length > size(memory)) {
			throw new SandboxException(Outcome.TRAP,
					"The module's allocator answered with an address outside of its memory.");
		}
	}

	private byte[] output(long address, long length, Memory memory) {
		if (address + length > size(memory)) {
			throw new SandboxException(Outcome.BAD_OUTPUT, "The output lies outside of the module's memory.");
		}
		if (length > this.limits.output()) {
			throw new SandboxException(Outcome.BAD_OUTPUT, "The output is larger than allowed.");
		}
		if (length == 0) {
			return NOTHING;
		}
		this.call.allocate(length);
		return memory.readBytes((int) address, (int) length);
	}

	/**
	 * Asks a module that can tell whether the function failed.
	 */
	private void requireNoError() {
		if (!this.module.reportsErrors()) {
			return;
		}
		long error = this.instance.export(Module.ERROR).apply()[0];
		if (error != 0) {
			Memory memory = this.instance.memory();
			long address = Integer.toUnsignedLong((int) (error >>> 32));
			long length = Math.min(Integer.toUnsignedLong((int) error), MAX_MESSAGE);
			if (address + length > size(memory)) {
				throw new SandboxException(Outcome.BAD_OUTPUT, "The error lies outside of the module's memory.");
			}
			throw SandboxException.reported(Outcome.ERROR, "The function failed.",
					memory.readBytes((int) address, (int) length));
		}
	}

	private static long size(Memory memory) {
		return (long) memory.pages() * Memory.PAGE_SIZE;
	}

	/**
	 * What the guest has written to standard error so far, at most 64 KiB of it. For
	 * logs, never for the caller.
	 * @return the bytes, in whatever encoding the guest uses
	 */
	public byte[] standardError() {
		return this.call.standardError().toByteArray();
	}

	/**
	 * The linear memory that the guest holds now.
	 * @return bytes, a multiple of 64 KiB
	 */
	public long memory() {
		Memory memory = this.instance.memory();
		return (memory != null) ? size(memory) : 0;
	}

	/**
	 * How long the call has waited for host memory so far: for its turn, or for what
	 * other calls held.
	 * @return nanoseconds
	 */
	public long memoryWait() {
		return this.call.memoryWait();
	}

	@Override
	public void close() {
		try (this.call) {
			for (LinearMemory memory : this.memories) {
				memory.close();
			}
		}
	}

}
