package dev.wasmspring.sandbox;

import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.wasi.WasiExitException;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.MemoryClaim;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.wasi.BoundedOutput;

/**
 * The one place that turns whatever the engine throws into an outcome. Stateless.
 */
public final class EngineErrors {

	private EngineErrors() {
	}

	/**
	 * Classifies what ended a call early.
	 * @param thrown anything that came out of the engine
	 * @param deadline the deadline of the call; whether it passed decides, not the type
	 * of what was thrown, since an interrupt surfaces as many types
	 * @return the exception for the caller
	 */
	static SandboxException toSandboxException(Throwable thrown, Deadline deadline) {
		return toSandboxException(thrown, deadline, "The module");
	}

	/**
	 * Classifies what ended a call of a script, or its loading, early.
	 * @see #toSandboxException(Throwable, Deadline)
	 */
	static SandboxException ofScript(Throwable thrown, Deadline deadline) {
		return toSandboxException(thrown, deadline, "The script's runtime");
	}

	private static SandboxException toSandboxException(Throwable thrown, Deadline deadline, String guest) {
		if (thrown instanceof SandboxException exception) {
			return exception;
		}
		if (deadline.isCancelled()) {
			return SandboxException.shuttingDown();
		}
		if (deadline.isOver()) {
			return new SandboxException(Outcome.TIMEOUT, "The call did not end before its deadline.");
		}
		if (thrown.getCause() instanceof InterruptedException) {
			// Waiting took the interrupt away from whoever sent it to this thread
			Thread.currentThread().interrupt();
		}
		if (Thread.currentThread().isInterrupted() || thrown instanceof Deadline.PassedException) {
			return new SandboxException(Outcome.TIMEOUT, "The call was interrupted before its end.");
		}
		if (thrown instanceof WasiExitException exit) {
			return SandboxException.exit(guest, exit.exitCode());
		}
		if (thrown instanceof ExecutionCompletedException) {
			return SandboxException.exit(guest, 0);
		}
		if (thrown instanceof BoundedOutput.LimitExceededException) {
			return new SandboxException(Outcome.BAD_OUTPUT, "The output is larger than allowed.");
		}
		if (thrown instanceof MemoryClaim.RefusedException) {
			return new SandboxException(Outcome.REJECTED,
					"All running calls together hold as much memory as they may.");
		}
		if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)
				&& !(thrown instanceof OutOfMemoryError)) {
			throw error;
		}
		return new SandboxException(Outcome.TRAP, guest + " trapped: " + EngineFailures.describe(thrown) + ".", thrown);
	}

	/**
	 * Whether what ended a call may not be there the next time, whatever the guest: its
	 * deadline, and what the host had too little of. A guest that exhausts its stack is
	 * at fault itself.
	 */
	static boolean mayPass(SandboxException failure) {
		return failure.outcome() == Outcome.TIMEOUT || failure.outcome() == Outcome.REJECTED
				|| EngineFailures.hasCause(failure, OutOfMemoryError.class);
	}

}
