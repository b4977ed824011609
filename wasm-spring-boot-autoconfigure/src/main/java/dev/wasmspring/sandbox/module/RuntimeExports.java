package dev.wasmspring.sandbox.module;

import java.util.List;
import java.util.Map;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import org.jspecify.annotations.Nullable;

/**
 * The exports by which a module is known as the runtime of a script language. Stateless.
 */
public final class RuntimeExports {

	/**
	 * {@code (len i32) -> ptr i32}: memory for what the host writes.
	 */
	public static final String ALLOCATE = "_alloc";

	/**
	 * {@code (ptr i32, len i32) -> i32}: loads a script and its modules, once.
	 */
	public static final String LOAD = "_load";

	/**
	 * {@code () -> i64}: where the report of a {@code _load} lies that failed.
	 */
	public static final String ERROR = "_error";

	/**
	 * {@code (ptr i32, len i32) -> i64}: calls the handler of the script, once.
	 */
	public static final String CALL = "_call";

	static final List<String> ALL = List.of("memory", ALLOCATE, LOAD, ERROR, CALL);

	private RuntimeExports() {
	}

	static boolean areIn(Map<String, FunctionType> exports) {
		return is(exports.get(ALLOCATE), 1, ValType.I32) && is(exports.get(LOAD), 2, ValType.I32)
				&& is(exports.get(ERROR), 0, ValType.I64) && is(exports.get(CALL), 2, ValType.I64);
	}

	private static boolean is(@Nullable FunctionType type, int parameters, ValType result) {
		return type != null && type.params().size() == parameters
				&& type.params().stream().allMatch(ValType.I32::equals) && type.returns().equals(List.of(result));
	}

}
