package dev.wasmspring.function;

import java.util.List;
import java.util.OptionalInt;

import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.schema.InputViolation;
import dev.wasmspring.script.ScriptException;
import org.jetbrains.annotations.ApiStatus;
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

	private final transient List<InputViolation> violations;

	WasmFunctionException(String functionName, Outcome outcome, String detail) {
		this(functionName, outcome, detail, OptionalInt.empty(), List.of(), null, List.of(), null);
	}

	WasmFunctionException(String functionName, List<InputViolation> violations) {
		this(functionName, Outcome.INVALID_INPUT, detail(violations), OptionalInt.empty(), List.of(), null, violations,
				null);
	}

	WasmFunctionException(String functionName, SandboxException cause, List<String> guestStack) {
		this(functionName, cause.outcome(), String.valueOf(cause.getMessage()), cause.exitCode(), guestStack, null,
				List.of(), cause);
	}

	WasmFunctionException(String functionName, SandboxException outcome, ScriptException cause) {
		this(functionName, outcome.outcome(), detail(outcome, cause), OptionalInt.empty(), List.of(), cause.detail(),
				List.of(), cause);
	}

	/**
	 * The module reported an error.
	 */
	WasmFunctionException(String functionName, SandboxException cause, String guestMessage) {
		this(functionName, cause.outcome(), String.valueOf(cause.getMessage()), OptionalInt.empty(), List.of(),
				guestMessage, List.of(), cause);
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
			List<String> guestStack, @Nullable String guestMessage, List<InputViolation> violations,
			@Nullable Throwable cause) {
		super("Function '" + functionName + "' ended with " + outcome + ": " + detail, cause);
		this.functionName = functionName;
		this.outcome = outcome;
		this.detail = detail;
		this.exitCode = exitCode;
		this.guestStack = guestStack;
		this.guestMessage = guestMessage;
		this.violations = violations;
	}

	/**
	 * The first of what is wrong, which is often all of it.
	 */
	private static String detail(List<InputViolation> violations) {
		InputViolation first = violations.get(0);
		int more = violations.size() - 1;
		return "The input is not as its schema has it: "
				+ (first.pointer().isEmpty() ? "it " : "'" + first.pointer() + "': ") + first.detail()
				+ ((more > 0) ? ", and " + more + " more." : ".");
	}

	/**
	 * A call failed beside the sandbox, where its values are converted.
	 * @param functionName the function that was called
	 * @param outcome how the call ended
	 * @param detail what went wrong, a sentence that is fit for whoever called
	 * @param cause why, for the log
	 * @return the exception to throw
	 */
	@ApiStatus.Internal
	public static WasmFunctionException of(String functionName, Outcome outcome, String detail, Throwable cause) {
		return new WasmFunctionException(functionName, outcome, detail, OptionalInt.empty(), List.of(), null, List.of(),
				cause);
	}

	/**
	 * There is no such function, or its module cannot be used.
	 */
	static WasmFunctionException unknown(String functionName) {
		return new WasmFunctionException(functionName, Outcome.UNKNOWN_FUNCTION,
				"There is no such function, or its module was rejected.");
	}

	/**
	 * The function is not to be called now.
	 * @param functionName the function's name
	 * @param detail why, in a sentence for whoever called
	 */
	@ApiStatus.Internal
	public static WasmFunctionException rejected(String functionName, String detail) {
		return new WasmFunctionException(functionName, Outcome.REJECTED, detail);
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
	 * What is wrong with the input, if the function has a schema of it.
	 * @return something when the outcome is {@link Outcome#INVALID_INPUT} and the schema
	 * is the reason, else nothing
	 */
	public List<InputViolation> violations() {
		return this.violations;
	}

	/**
	 * The exit code of the guest.
	 * @return the code when the outcome is {@link Outcome#EXIT}, else empty
	 */
	public OptionalInt exitCode() {
		return this.exitCode;
	}

}
