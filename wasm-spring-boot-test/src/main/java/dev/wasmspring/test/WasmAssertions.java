package dev.wasmspring.test;

import dev.wasmspring.function.WasmFunction;
import org.jspecify.annotations.Nullable;

/**
 * Entry point of the assertions on functions, to be imported statically beside AssertJ's
 * own. Stateless.
 */
public final class WasmAssertions {

	private WasmAssertions() {
	}

	/**
	 * Begins assertions on a function.
	 * @param function the bean of a function, or what {@link ModuleUnderTest} gives
	 * @return the assertions
	 */
	public static WasmFunctionAssert assertThat(@Nullable WasmFunction function) {
		return new WasmFunctionAssert(function);
	}

}
