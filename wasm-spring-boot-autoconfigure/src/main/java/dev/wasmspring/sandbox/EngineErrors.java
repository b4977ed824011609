package dev.wasmspring.sandbox;

import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasm.ChicoryException;

/**
 * The one place that turns whatever the engine throws into an outcome. Stateless.
 */
final class EngineErrors {

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
		if (thrown instanceof SandboxException exception) {
			return exception;
		}
		if (deadline.ended()) {
			return shuttingDown();
		}
		if (deadline.passed()) {
			return new SandboxException(Outcome.TIMEOUT, "The call did not end before its deadline.");
		}
		if (thrown.getCause() instanceof InterruptedException) {
			// Waiting took the interrupt away from whoever sent it to this thread
			Thread.currentThread().interrupt();
		}
		if (Thread.currentThread().isInterrupted() || thrown instanceof Deadline.Passed) {
			return new SandboxException(Outcome.TIMEOUT, "The call was interrupted before its end.");
		}
		if (thrown instanceof WasiExitException exit) {
			return SandboxException.exit(exit.exitCode());
		}
		if (thrown instanceof ExecutionCompletedException) {
			return SandboxException.exit(0);
		}
		if (thrown instanceof BoundedOutput.LimitExceeded) {
			return new SandboxException(Outcome.BAD_OUTPUT, "The output is larger than allowed.");
		}
		if (thrown instanceof MemoryClaim.Refused) {
			return new SandboxException(Outcome.REJECTED,
					"All running calls together hold as much memory as they may.");
		}
		if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)
				&& !(thrown instanceof OutOfMemoryError)) {
			throw error;
		}
		return new SandboxException(Outcome.TRAP, "The module trapped: " + describe(thrown) + ".", thrown);
	}

	/**
	 * The end of a call that was told to end, or not to begin: it may be tried again,
	 * elsewhere.
	 */
	static SandboxException shuttingDown() {
		return new SandboxException(Outcome.REJECTED, "The application is shutting down.");
	}

	/**
	 * Whether a stack ended, in the guest or in what the host did for it.
	 */
	static boolean isStackExhausted(Throwable thrown) {
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (cause instanceof StackOverflowError) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What happened, in words that name nothing of the host. Only the engine's own
	 * exceptions speak of the guest, the innermost most plainly; the messages of all
	 * others speak of Java.
	 */
	static String describe(Throwable thrown) {
		String description = "internal error of the engine";
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (cause instanceof StackOverflowError) {
				return "call stack exhausted";
			}
			if (cause instanceof OutOfMemoryError) {
				return "out of memory";
			}
			if (cause instanceof WasmException) {
				return "uncaught exception";
			}
			if (cause instanceof ChicoryException && cause.getMessage() != null) {
				description = cause.getMessage();
			}
		}
		return description;
	}

}
