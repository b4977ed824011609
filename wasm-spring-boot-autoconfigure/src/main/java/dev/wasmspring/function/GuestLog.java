package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.sandbox.module.GuestText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The log of a function, {@code wasm.functions.<name>}: what its guest writes to standard
 * error, and calls that failed. Lives as long as its function; shared by all threads.
 */
final class GuestLog {

	/**
	 * Most lines of one call. Standard error is bounded in bytes, but a line may be of
	 * one.
	 */
	private static final int MAX_LINES = 1_000;

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
			new String(standardError, StandardCharsets.UTF_8).lines()
				.limit(MAX_LINES)
				.map(GuestText::neutral)
				.forEach(this.log::info);
		}
	}

	/**
	 * Logs a call that failed. What callers can bring about at will is not worth a
	 * warning for each of their calls.
	 */
	void failure(WasmFunctionException failure) {
		switch (failure.outcome()) {
			case TRAP, EXIT, BAD_OUTPUT, TIMEOUT ->
				this.log.warn(GuestText.neutral(failure.getMessage() + stack(failure.guestStack())));
			default -> this.log.debug(failure.getMessage());
		}
	}

	private static String stack(List<String> functions) {
		return functions.isEmpty() ? "" : " In " + String.join(" <- ", functions);
	}

}
