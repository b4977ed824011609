package dev.wasmspring.sandbox.chicory;

import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.ChicoryException;

/**
 * Says in words what the engine threw. Stateless.
 */
public final class EngineFailures {

	private static final String UNNAMED = "internal error of the engine";

	private EngineFailures() {
	}

	/**
	 * Whether the engine says what happened.
	 * @param thrown anything that came out of the engine
	 * @return whether {@link #describe} has more to say than that it is an error
	 */
	public static boolean isNamed(Throwable thrown) {
		return !describe(thrown).equals(UNNAMED);
	}

	/**
	 * Whether the host had too little memory or stack for work of its own.
	 * @param thrown anything that came out of the engine
	 * @return whether it may not be so the next time
	 */
	public static boolean isExhaustion(Throwable thrown) {
		return hasCause(thrown, OutOfMemoryError.class) || hasCause(thrown, StackOverflowError.class);
	}

	/**
	 * Whether something of a type is among what was thrown and its causes.
	 * @param thrown anything that came out of the engine
	 * @param type what to look for
	 * @return whether it is there
	 */
	public static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What happened, in words that name nothing of the host. Only the engine's own
	 * exceptions speak of the guest, the innermost most plainly; the messages of all
	 * others speak of Java.
	 * @param thrown anything that came out of the engine
	 * @return a description without a full stop
	 */
	public static String describe(Throwable thrown) {
		String description = UNNAMED;
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
