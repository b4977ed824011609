package dev.wasmspring.sandbox.limit;

import java.util.OptionalInt;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call in a sandbox did not end in {@link Outcome#SUCCESS}. The message is
 * written for the caller: it names what went wrong and never a host class, a path or what
 * the guest wrote to standard error.
 */
@ApiStatus.Internal
public final class SandboxException extends RuntimeException {

	private final Outcome outcome;

	private final OptionalInt exitCode;

	private final transient byte @Nullable [] report;

	public SandboxException(Outcome outcome, String message) {
		this(outcome, message, null);
	}

	public SandboxException(Outcome outcome, String message, @Nullable Throwable cause) {
		this(outcome, message, OptionalInt.empty(), null, cause);
	}

	private SandboxException(Outcome outcome, String message, OptionalInt exitCode, byte @Nullable [] report,
			@Nullable Throwable cause) {
		super(message, cause);
		this.outcome = outcome;
		this.exitCode = exitCode;
		this.report = report;
	}

	/**
	 * The end of a call that the guest ended itself.
	 * @param guest what it is, as the beginning of a sentence
	 */
	public static SandboxException exit(String guest, int code) {
		return new SandboxException(Outcome.EXIT, guest + " ended itself with exit code " + code + ".",
				OptionalInt.of(code), null, null);
	}

	/**
	 * The end of a call that the guest itself reports.
	 * @param outcome how the call ended
	 * @param message what the caller may know
	 * @param report what happened, in the guest's words
	 */
	public static SandboxException reported(Outcome outcome, String message, byte[] report) {
		return new SandboxException(outcome, message, OptionalInt.empty(), report, null);
	}

	/**
	 * The end of a call that was told to end, or not to begin: it may be tried again,
	 * elsewhere.
	 */
	public static SandboxException shuttingDown() {
		return new SandboxException(Outcome.REJECTED, "The application is shutting down.");
	}

	/**
	 * How the call ended.
	 * @return any outcome but {@link Outcome#SUCCESS}
	 */
	public Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Whether the guest went deeper than the stack of its thread. On a thread with a
	 * larger one the same call may succeed.
	 * @return whether the call ended in a trap for that reason
	 */
	public boolean isStackExhausted() {
		if (this.outcome == Outcome.TRAP) {
			for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
				if (cause instanceof StackOverflowError) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * What the guest reports: the runtime of a script in JSON, any other module in words.
	 * For logs, and for whoever called the function's bean.
	 * @return {@code null} if the outcome is neither {@link Outcome#ERROR} nor
	 * {@link Outcome#INVALID_INPUT}
	 */
	public byte @Nullable [] report() {
		return this.report;
	}

	/**
	 * The exit code of the guest.
	 * @return the code when the outcome is {@link Outcome#EXIT}, else empty
	 */
	public OptionalInt exitCode() {
		return this.exitCode;
	}

}
