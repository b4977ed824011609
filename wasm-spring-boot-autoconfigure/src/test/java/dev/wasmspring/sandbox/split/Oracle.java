package dev.wasmspring.sandbox.split;

import java.util.ArrayDeque;
import java.util.Deque;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.StackFrame;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.types.FunctionType;

/**
 * Says what a module does: the engine's interpreter, but with frames of its own for each
 * call. Lives for one call from outside, and is confined to its thread. The engine keeps
 * the frames of all calls of an instance in one stack, where those of a call that trapped
 * stay, and catch what a later one throws; after a tail call it takes off another than
 * the one it put there. Below the operands of a call lie some zeros: at a branch the
 * engine may take more than there is, and put zeros in its place.
 */
final class Oracle extends InterpreterMachine {

	private static final int ZEROS = 8;

	/** Of the call that runs: one, as every call has its own. */
	private Deque<StackFrame> frames = new ArrayDeque<>();

	private Oracle(Instance instance) {
		super(instance);
	}

	/** Calls of the instance that is returned leave nothing behind but its state. */
	static Instance instantiate(Instance.Builder module) {
		return module
			.withMachineFactory((instance) -> (function, arguments) -> new Oracle(instance).run(function, arguments))
			.build();
	}

	private long[] run(int function, long[] arguments) {
		for (int i = 0; i < ZEROS; i++) {
			stack().push(0);
		}
		return call(function, arguments);
	}

	@Override
	protected long[] call(MStack stack, Instance instance, Deque<StackFrame> all, int function, long[] arguments,
			FunctionType type, boolean popResults) {
		Deque<StackFrame> caller = this.frames;
		this.frames = new ArrayDeque<>();
		try {
			return super.call(stack, instance, this.frames, function, arguments, type, popResults);
		}
		catch (WasmException ex) {
			if (caller.isEmpty()) {
				throw ex;
			}
			// Goes on in the caller, where it is caught, or throws it again
			THROW_REF(instance, instance.registerException(ex), stack, caller.peek(), caller);
			return null;
		}
		finally {
			this.frames = caller;
		}
	}

}
