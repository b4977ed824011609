package dev.wasmspring.function;

import java.util.List;
import java.util.OptionalInt;

import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.script.ScriptException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call of a function did not end in {@link Outcome#SUCCESS}. What it says
 * is fit for whoever called: never a host class, a path or what the guest wrote to
 * standard error.
 */
public final class WasmFunctionException extends RuntimeException {

	private final String functionName;

	private final Outcome outcome;

	private final String detail;

	private final OptionalInt exitCode;

	private final transient List<String> guestStack;

	private final @Nullable String guestMessage;

	WasmFunctionException(String functionName, Outcome outcome, String detail) {
		this(functionName, outcome, detail, OptionalInt.empty(), List.of(), null, null);
	}

	WasmFunctionException(String functionName, SandboxException cause, List<String> guestStack) {
		this(functionName, cause.outcome(), String.valueOf(cause.getMessage()), cause.exitCode(), guestStack, null,
				cause);
	}

	WasmFunctionException(String functionName, SandboxException outcome, ScriptException cause) {
		this(functionName, outcome.outcome(), detail(outcome, cause), OptionalInt.empty(), List.of(), cause.detail(),
				cause);
	}

	/**
	 * The module reported an error.
	 */
	WasmFunctionException(String functionName, SandboxException cause, String guestMessage) {
		this(functionName, cause.outcome(), String.valueOf(cause.getMessage()), OptionalInt.empty(), List.of(),
				guestMessage, cause);
	}

	/**
	 * What is wrong with an input is the caller's to know, and all else the script's.
	 */
	private static String detail(SandboxException outcome, ScriptException cause) {
		String detail = String.valueOf(outcome.getMessage());
		return (outcome.outcome() == Outcome.INVALID_INPUT && !cause.detail().isEmpty())
				? detail.substring(0, detail.length() - 1) + ": " + cause.detail() + "." : detail;
	}

	private WasmFunctionException(String functionName, Outcome outcome, String detail, OptionalInt exitCode,
			List<String> guestStack, @Nullable String guestMessage, @Nullable Throwable cause) {
		super("Function '" + functionName + "' ended with " + outcome + ": " + detail, cause);
		this.functionName = functionName;
		this.outcome = outcome;
		this.detail = detail;
		this.exitCode = exitCode;
		this.guestStack = guestStack;
		this.guestMessage = guestMessage;
	}

	/**
	 * There is no such function, or its module cannot be used.
	 */
	static WasmFunctionException unknown(String functionName) {
		return new WasmFunctionException(functionName, Outcome.UNKNOWN_FUNCTION,
				"There is no such function, or its module was rejected.");
	}

	/**
	 * The exception that the script threw, which is also the cause. It says what the
	 * script wants it to say, and is not fit for whoever called.
	 * @return the exception when the outcome is {@link Outcome#ERROR}, else {@code null}
	 */
	public @Nullable ScriptException scriptException() {
		return (this.outcome == Outcome.ERROR && getCause() instanceof ScriptException exception) ? exception : null;
	}

	/**
	 * What the function says of its failure: the error that a module reported, or the
	 * message of the exception that a script threw. It is not fit for whoever called.
	 * @return the message when the outcome is {@link Outcome#ERROR}, else {@code null}
	 */
	public @Nullable String guestMessage() {
		return (this.outcome == Outcome.ERROR) ? this.guestMessage : null;
	}

	/**
	 * The functions of the guest that were running, innermost first: for the log alone.
	 */
	List<String> guestStack() {
		return this.guestStack;
	}

	/**
	 * The function that was called.
	 * @return the name, also if there is no such function
	 */
	public String functionName() {
		return this.functionName;
	}

	/**
	 * How the call ended.
	 * @return any outcome but {@link Outcome#SUCCESS}
	 */
	public Outcome outcome() {
		return this.outcome;
	}

	/**
	 * What went wrong.
	 * @return a sentence
	 */
	public String detail() {
		return this.detail;
	}

	/**
	 * The exit code of the guest.
	 * @return the code when the outcome is {@link Outcome#EXIT}, else empty
	 */
	public OptionalInt exitCode() {
		return this.exitCode;
	}

}
