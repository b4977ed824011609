package dev.wasmspring.function;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.module.GuestText;
import dev.wasmspring.script.ScriptException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The log of a function, {@code wasm.functions.<name>}: what its guest writes to standard
 * error, and calls that failed. Lives as long as its function; shared by all threads.
 */
final class GuestLog {

	private final Log log;

	GuestLog(String functionName) {
		this.log = LogFactory.getLog("wasm.functions." + functionName);
	}

	/**
	 * Logs what a guest has written to standard error, line by line.
	 * @param standardError text in UTF-8, or anything
	 */
	void standardError(byte[] standardError) {
		if (standardError.length > 0 && this.log.isInfoEnabled()) {
			GuestText.lines(standardError).forEach(this.log::info);
		}
	}

	/**
	 * Logs a call that failed. What callers can bring about at will is not worth a
	 * warning for each of their calls.
	 */
	void failure(WasmFunctionException failure) {
		switch (failure.outcome()) {
			case ERROR -> this.log.warn(GuestText.neutral(failure.getMessage() + cause(failure)));
			case TRAP, EXIT, BAD_OUTPUT, TIMEOUT ->
				this.log.warn(GuestText.neutral(failure.getMessage() + stack(failure.guestStack())));
			default -> this.log.debug(failure.getMessage());
		}
	}

	private static String cause(WasmFunctionException failure) {
		ScriptException exception = failure.scriptException();
		if (exception == null) {
			return " " + failure.guestMessage();
		}
		String stack = Stream.of(exception.getStackTrace())
			.map((frame) -> frame.getMethodName() + " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
			.collect(Collectors.joining(" <- "));
		return " " + exception.getMessage() + (stack.isEmpty() ? "" : " In " + stack);
	}

	private static String stack(List<String> functions) {
		return functions.isEmpty() ? "" : " In " + String.join(" <- ", functions);
	}

}
