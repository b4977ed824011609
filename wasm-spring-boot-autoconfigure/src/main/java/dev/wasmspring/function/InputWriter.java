package dev.wasmspring.function;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of inputs that are neither bytes nor text. Lives as long as the functions;
 * shared by all threads.
 */
@ApiStatus.Internal
@FunctionalInterface
public interface InputWriter {

	/**
	 * A writer that refuses all of them.
	 */
	InputWriter NONE = (function, input) -> {
		throw new IllegalArgumentException("Function '" + function + "' takes byte[], String, or a Message of one, not "
				+ ((input != null) ? input.getClass().getName() : "null"));
	};

	/**
	 * Writes an input as JSON.
	 * @param function the name of the function that is called
	 * @param input neither bytes nor text; {@code null} for no input
	 * @return the bytes that stand for it, in UTF-8
	 * @throws IllegalArgumentException if it is of a type that cannot be written
	 * @throws WasmFunctionException if it cannot be written
	 */
	byte[] write(String function, @Nullable Object input);

}
