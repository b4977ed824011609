package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.memory.SandboxTable;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Calls;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.sandbox.wasi.Mount;
import dev.wasmspring.sandbox.wasi.WasiFunctions;

/**
 * Uses everything in the host that a guest can cause to be used, once, before the first
 * guest runs. Stateless; done once for each JVM, by the thread that loads the first
 * module.
 * <p>
 * A class whose initialiser runs out of stack is broken for as long as the JVM lives, and
 * so is a call site that is linked then. Guests decide how much stack is left when they
 * trap or call the host, so neither may happen for the first time below a guest. What
 * this class forgets is found by {@code FirstUseTests}: in a JVM that has loaded a
 * module, no kind of trap and no function of WASI may load a class of the host any more.
 */
final class FirstUse {

	private static final Limits LIMITS = new Limits(Duration.ofMinutes(1), 2L * Limits.PAGE_SIZE, 1 << 16, 1 << 16);

	private static final Capabilities CAPABILITIES = new Capabilities(List.of("argument"), Map.of("name", "value"),
			List.of(Mount.scratch("/scratch", 1 << 16)), Capabilities.NONE.clockResolution());

	/** Where a vector lies in memory: 4 bytes at 512. */
	private static final int VECTOR = 16;

	private static final AtomicBoolean DONE = new AtomicBoolean();

	private FirstUse() {
	}

	/**
	 * Uses everything now, unless that has happened; takes some ten milliseconds. Others
	 * that load a module wait until it has happened.
	 * @throws SandboxException if the engine ends its calls meanwhile; the next attempt
	 * begins anew then
	 */
	static synchronized void prepare(Calls calls) {
		if (!DONE.get()) {
			use(calls);
			DONE.set(true);
		}
	}

	private static void use(Calls calls) {
		for (String function : WasiFunctions.names()) {
			try (Call call = calls.begin("first-use", LIMITS, CAPABILITIES)) {
				LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1, 2)), 2, call,
						calls.spareGranules());
				memory.initialize(null, null);
				memory.writeI32(VECTOR, 512);
				memory.writeI32(VECTOR + 4, 4);
				memory.writeByte(80, (byte) 1);
				// A clock that strikes in a millisecond, for which one has to wait
				memory.writeI32(72, 1_000_000);
				for (long[] arguments : arguments()) {
					attempt(call, () -> WasiFunctions.apply(function, call, memory, arguments));
				}
				memory.close();
				requireUndisturbed(call);
			}
		}
		// Where nothing is given, other classes of the JDK hold it
		try (Call call = calls.begin("first-use", LIMITS, Capabilities.NONE)) {
			attempt(call, call::files);
			// More than a call takes without waiting for its turn
			attempt(call, () -> call.allocate(1 << 20));
			traps(call);
			call.standardOutput().toByteArray();
			call.standardError().toByteArray();
			requireUndisturbed(call);
		}
	}

	/**
	 * An attempt that was interrupted, or that came too late, may have used nothing.
	 */
	private static void requireUndisturbed(Call call) {
		if (call.deadline().isOver() || Thread.currentThread().isInterrupted()) {
			throw EngineErrors.toSandboxException(new Deadline.PassedException(), call.deadline());
		}
	}

	/**
	 * What makes functions of WASI do something: descriptors of standard streams, of the
	 * scratch directory and of nothing, with a vector or a name to work on.
	 */
	private static List<long[]> arguments() {
		return List.of(new long[9], new long[] { 1, VECTOR, 1, 64, 64, 64, 64, 64, 64 },
				new long[] { 3, 0, 512, 1, 1, -1, -1, 0, 64 }, new long[] { 3, 512, 1, 3, 512, 1, 64, 64, 64 },
				new long[] { 48, 128, 1, 64, 0, 0, 0, 0, 0 }, new long[] { 99, -1, -1, -1, -1, -1, -1, -1, -1 });
	}

	@SuppressWarnings("NullAway") // There is no instance, and nothing here looks at one
	private static void traps(Call call) {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1, 2)), 2, call);
		memory.initialize(null, null);
		SandboxTable table = new SandboxTable(new Table(ValType.FuncRef, new TableLimits(1, 2)), 0, call);
		List<Runnable> traps = List.of(() -> memory.read(-1), () -> memory.readLong(Limits.PAGE_SIZE - 1),
				() -> memory.readDouble(Limits.PAGE_SIZE), () -> memory.writeByte(-1, (byte) 0),
				() -> memory.writeLong(Limits.PAGE_SIZE - 1, 0), () -> memory.fill((byte) 0, 0, -1),
				() -> memory.copy(0, Limits.PAGE_SIZE, 1), () -> memory.readBytes(-1, 1), () -> memory.grow(3),
				() -> memory.initPassiveSegment(0, 0, 0, 1), () -> table.ref(5), () -> table.setRef(5, 0, null),
				() -> table.grow(1, 0, null), () -> OpcodeImpl.I32_DIV_S(1, 0),
				() -> OpcodeImpl.I32_DIV_S(Integer.MIN_VALUE, -1), () -> OpcodeImpl.I32_TRUNC_F32_S(Float.NaN),
				() -> OpcodeImpl.I64_TRUNC_F64_U(1e300), () -> {
					throw new TrapException("trap");
				}, () -> {
					throw new WasmRuntimeException("trap");
				}, () -> {
					throw new InvalidException(String.format("unknown function %d", -1));
				}, () -> {
					throw new ChicoryException("call stack exhausted", new StackOverflowError());
				}, () -> {
					throw new ChicoryInterruptedException("interrupted");
				}, () -> {
					throw new ExecutionCompletedException("done");
				}, () -> {
					throw new ClassCastException();
				});
		traps.forEach((trap) -> attempt(call, trap));
	}

	private static void attempt(Call call, Runnable action) {
		try {
			action.run();
		}
		catch (VirtualMachineError ex) {
			// Of the host, and whatever it hit was not used
			throw ex;
		}
		catch (Throwable ex) {
			String.valueOf(EngineErrors.toSandboxException(ex, call.deadline()).getMessage());
		}
	}

}
