package dev.wasmspring.conversion;

import java.util.function.Supplier;

import dev.wasmspring.function.InputWriter;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes inputs with the application's mapper. Lives as long as the context; shared by
 * all threads.
 *
 * @param source gives the mapper
 */
record JsonInputs(Supplier<JsonMapper> source) implements InputWriter {

	private static final byte[] NOTHING = {};

	/**
	 * The mapper of the application.
	 */
	JsonMapper mapper() {
		return this.source.get();
	}

	@Override
	public byte[] write(String function, @Nullable Object input) {
		if (input == null) {
			return NOTHING;
		}
		if (TypeCheck.isNoValue(input.getClass())) {
			throw new IllegalArgumentException("Function '" + function + "' takes byte[], String, what can be written"
					+ " as JSON, or a Message of one, not " + input.getClass().getName());
		}
		try {
			return mapper().writeValueAsBytes(input);
		}
		catch (JacksonException ex) {
			throw unwritable(function, ex);
		}
	}

	static WasmFunctionException unwritable(String function, JacksonException cause) {
		return WasmFunctionException.of(function, Outcome.INVALID_INPUT, "The input cannot be written as JSON.", cause);
	}

}
