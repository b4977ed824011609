package dev.wasmspring.sandbox.module;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;
import org.jspecify.annotations.Nullable;

/**
 * The functions that a module exports, and which of them callers can call in what way.
 * Immutable; lives as long as its {@link Module} and is shared by all threads.
 */
final class CallableExports {

	private static final List<String> ALLOCATORS = List.of("alloc", "malloc", "cabi_realloc");

	private static final Set<String> RESERVED = Set.of("memory", "alloc", "malloc", "cabi_realloc", "free", "dealloc",
			"wizer-initialize", "wizer.initialize");

	/** All exported functions by their names, in the module's order. */
	private final Map<String, FunctionType> functions;

	private final List<Export> callable;

	private final boolean reportErrors;

	/**
	 * Looks through the exports of a module.
	 * @param outline the module without the code of its functions
	 * @throws UnusableModuleException if there is nothing that can be called
	 */
	CallableExports(WasmModule outline) {
		this.functions = functions(outline);
		this.callable = classify(outline);
		this.reportErrors = hasSignature(Module.ERROR, 0, ValType.I64);
	}

	/**
	 * Those that can be called.
	 * @return at least one; exactly one for a command
	 */
	List<Export> callable() {
		return this.callable;
	}

	/**
	 * The export that hands out guest memory for an input.
	 * @return the first of {@code alloc}, {@code malloc} and {@code cabi_realloc} with
	 * the right signature, or {@code null}
	 */
	@Nullable String allocator() {
		return ALLOCATORS.stream()
			.filter((allocator) -> hasSignature(allocator, allocator.equals("cabi_realloc") ? 4 : 1, ValType.I32))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Whether they tell by way of {@link Module#ERROR} that they failed.
	 */
	boolean reportErrors() {
		return this.reportErrors;
	}

	/**
	 * Whether a function is exported with the given number of i32 parameters and the
	 * given result.
	 */
	boolean hasSignature(String export, int i32Parameters, @Nullable ValType result) {
		FunctionType type = this.functions.get(export);
		return type != null && type.params().size() == i32Parameters
				&& type.params().stream().allMatch(ValType.I32::equals)
				&& type.returns().equals((result != null) ? List.of(result) : List.of());
	}

	private List<Export> classify(WasmModule outline) {
		if (hasSignature("_start", 0, null)) {
			return List.of(new Export("_start", Kind.COMMAND, List.of(), List.of()));
		}
		if (exportsMemory(outline) && RuntimeExports.areIn(this.functions)) {
			return List.of(new Export(RuntimeExports.CALL, Kind.SCRIPT, List.of(), List.of()));
		}
		boolean takesBytes = exportsMemory(outline) && allocator() != null;
		List<Export> callable = new ArrayList<>();
		this.functions.forEach((exportName, type) -> {
			if (exportName.startsWith("_") || RESERVED.contains(exportName)) {
				return;
			}
			if (takesBytes && hasSignature(exportName, 2, ValType.I64)) {
				callable.add(new Export(exportName, Kind.BYTES, List.of(), List.of()));
				return;
			}
			List<NumberType> parameters = numberTypes(type.params());
			List<NumberType> results = numberTypes(type.returns());
			if (parameters != null && results != null) {
				callable.add(new Export(exportName, Kind.NUMERIC, parameters, results));
			}
		});
		if (callable.isEmpty()) {
			throw nothingToCall();
		}
		return List.copyOf(callable);
	}

	private UnusableModuleException nothingToCall() {
		String what = "Export '_start' (a WASI command), a function with numbers as parameters and results,"
				+ " or 'memory', 'alloc' and a function (ptr i32, len i32) -> i64";
		FunctionType start = this.functions.get("_start");
		if (start != null) {
			return new UnusableModuleException(
					"It exports nothing that can be called: its '_start' has the type " + describe(start)
							+ ", but that of a command takes and gives nothing.",
					"Export '_start' without parameters and results, or the function under another name.");
		}
		List<String> hidden = this.functions.keySet().stream().filter((name) -> name.startsWith("_")).toList();
		List<String> others = this.functions.keySet()
			.stream()
			.filter((name) -> !name.startsWith("_") && !RESERVED.contains(name))
			.toList();
		if (!others.isEmpty()) {
			String other = others.get(0);
			return new UnusableModuleException("It exports nothing that can be called: '" + other + "' has the type "
					+ describe(Objects.requireNonNull(this.functions.get(other)))
					+ ", and a caller can give and take numbers only.", what + ".");
		}
		if (!hidden.isEmpty()) {
			return new UnusableModuleException(
					"It exports nothing that can be called: names that begin with '_', such as '" + hidden.get(0)
							+ "', are for toolchains.",
					"Export the function under a name without '_'.");
		}
		if (!this.functions.isEmpty()) {
			return new UnusableModuleException("It exports nothing that can be called but '"
					+ this.functions.keySet().iterator().next() + "', whose name is reserved.",
					what + ", under a name that is not reserved.");
		}
		return new UnusableModuleException("It exports nothing that can be called.",
				what + ". Linkers export only what they are told to: wasm-ld --export=NAME, Emscripten"
						+ " -sEXPORTED_FUNCTIONS=_NAME, Rust #[no_mangle] in a cdylib.");
	}

	private static String describe(FunctionType type) {
		return "(" + describe(type.params()) + ") -> (" + describe(type.returns()) + ")";
	}

	private static String describe(List<ValType> types) {
		return types.stream().map(CallableExports::describe).collect(Collectors.joining(", "));
	}

	private static String describe(ValType type) {
		if (type.equals(ValType.FuncRef)) {
			return "funcref";
		}
		if (type.equals(ValType.ExternRef)) {
			return "externref";
		}
		return type.isReference() ? "a reference" : type.toString().toLowerCase(Locale.ROOT);
	}

	private static boolean exportsMemory(WasmModule outline) {
		var section = outline.exportSection();
		for (int i = 0; i < section.exportCount(); i++) {
			var export = section.getExport(i);
			if (export.name().equals("memory") && export.exportType() == ExternalType.MEMORY && export.index() == 0) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable List<NumberType> numberTypes(List<ValType> types) {
		List<NumberType> numbers = new ArrayList<>(types.size());
		for (ValType type : types) {
			if (type.equals(ValType.I32)) {
				numbers.add(NumberType.I32);
			}
			else if (type.equals(ValType.I64)) {
				numbers.add(NumberType.I64);
			}
			else if (type.equals(ValType.F32)) {
				numbers.add(NumberType.F32);
			}
			else if (type.equals(ValType.F64)) {
				numbers.add(NumberType.F64);
			}
			else {
				return null;
			}
		}
		return numbers;
	}

	private static Map<String, FunctionType> functions(WasmModule outline) {
		List<Integer> types = new ArrayList<>();
		for (Import imported : outline.importSection().stream().toList()) {
			if (imported instanceof FunctionImport function) {
				types.add(function.typeIndex());
			}
		}
		for (int i = 0; i < outline.functionSection().functionCount(); i++) {
			types.add(outline.functionSection().getFunctionType(i));
		}
		Map<String, FunctionType> exports = new LinkedHashMap<>();
		for (int i = 0; i < outline.exportSection().exportCount(); i++) {
			var export = outline.exportSection().getExport(i);
			if (export.exportType() == ExternalType.FUNCTION) {
				exports.put(export.name(), outline.typeSection().getType(types.get(export.index())));
			}
		}
		return exports;
	}

}
