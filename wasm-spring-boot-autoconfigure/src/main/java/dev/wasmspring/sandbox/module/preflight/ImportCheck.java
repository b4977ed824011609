package dev.wasmspring.sandbox.module.preflight;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.wasi.WasiFunctions;

/**
 * Gathers what a module imports and no sandbox offers, so that one refusal names all of
 * it. Lives for one look at a module and is confined to its thread.
 */
final class ImportCheck {

	/** How many imports a refusal names; it says how many more there are. */
	private static final int MAX_NAMED = 10;

	/** Of a name, where there are several. */
	private static final int MAX_NAME = 80;

	private final Map<Kind, List<String>> missing = new EnumMap<>(Kind.class);

	/**
	 * The modules of what is missing, and the names: they show which toolchain it was.
	 */
	private final Set<String> modules = new TreeSet<>();

	private final Set<String> names = new TreeSet<>();

	private final List<String> unknown = new ArrayList<>();

	private final List<String> differing = new ArrayList<>();

	private int count;

	/**
	 * Adds an import that is no function.
	 */
	void add(Kind kind, String module, String name) {
		addMissing(kind, module, name);
	}

	/**
	 * Adds a function.
	 * @param signature its parameters and results, see {@link #signature}
	 */
	void addFunction(String module, String name, String signature) {
		if (!module.equals(WasiFunctions.MODULE)) {
			addMissing(Kind.FUNCTION, module, name);
			return;
		}
		FunctionType offered = WasiFunctions.type(name);
		if (offered == null) {
			name(this.unknown, module, name);
		}
		else if (!signature.equals(signature(offered))) {
			name(this.differing, module, name);
		}
	}

	private void addMissing(Kind kind, String module, String name) {
		if (this.modules.size() < MAX_NAMED || this.modules.contains(module)) {
			this.modules.add(module);
		}
		if (this.names.size() < 1_000) {
			this.names.add(name);
		}
		name(this.missing.computeIfAbsent(kind, (added) -> new ArrayList<>()), module, name);
	}

	private void name(List<String> list, String module, String name) {
		if (++this.count <= MAX_NAMED) {
			list.add("'" + module + "." + name + "'");
		}
	}

	/**
	 * A text that equal signatures have in common: the codes of the parameters, and those
	 * of the results behind a {@code >}.
	 */
	static String signature(FunctionType type) {
		StringBuilder signature = new StringBuilder();
		type.params().forEach((parameter) -> signature.append(code(parameter)));
		signature.append('>');
		type.returns().forEach((result) -> signature.append(code(result)));
		return signature.toString();
	}

	private static char code(ValType type) {
		return (char) type.opcode();
	}

	/**
	 * Refuses a module that imports anything which no sandbox offers.
	 */
	void requireOffered() {
		if (this.count == 0) {
			return;
		}
		StringJoiner reason = new StringJoiner(" ");
		if (!this.missing.isEmpty()) {
			reason.add("It imports " + missingImports() + ", which no sandbox offers" + because() + ".");
		}
		if (!this.unknown.isEmpty()) {
			reason.add("It imports " + list(this.unknown) + ", which "
					+ ((this.unknown.size() == 1) ? "is no function" : "are no functions") + " of WASI preview 1.");
		}
		if (!this.differing.isEmpty()) {
			reason.add("It imports " + list(this.differing) + " with the wrong signature.");
		}
		if (this.count > MAX_NAMED) {
			reason.add("There are " + (this.count - MAX_NAMED) + " more.");
		}
		throw new UnusableModuleException(reason.toString(), this.missing.isEmpty() ? unknownRemedy() : remedy());
	}

	private String missingImports() {
		List<String> parts = new ArrayList<>();
		this.missing.forEach((kind, imports) -> {
			if (imports.isEmpty()) {
				parts.add("other " + kind.plural);
			}
			else {
				parts.add("the " + ((imports.size() == 1) ? kind.singular : kind.plural) + " " + list(imports));
			}
		});
		return join(parts);
	}

	private String list(List<String> imports) {
		if (this.count == 1) {
			return imports.get(0);
		}
		return join(imports.stream().map(ImportCheck::shortened).toList());
	}

	private static String shortened(String name) {
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) + "…'" : name;
	}

	private static String join(List<String> parts) {
		int last = parts.size() - 1;
		return (last <= 0) ? String.join("", parts)
				: String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
	}

	private String because() {
		return this.modules.contains("wasi_unstable") ? ": 'wasi_unstable' is a predecessor of WASI preview 1" : "";
	}

	private String unknownRemedy() {
		return "Build the module for WASI preview 1.";
	}

	/**
	 * What helps, by what the names say of the toolchain; the more special first.
	 */
	private String remedy() {
		if (isFrom("wasi_unstable")) {
			return "Build the module with a toolchain that is not older than 2020, for WASI preview 1"
					+ " ('wasi_snapshot_preview1').";
		}
		if (this.modules.stream().anyMatch((module) -> module.startsWith("wasi:"))) {
			return "It was made for the component model (WASI preview 2 or later): build the module for WASI preview 1,"
					+ " for Rust the target wasm32-wasip1.";
		}
		if (isFrom("wasix_32v1") || isFrom("wasix_64v1")) {
			return "It was made for WASIX: build the module for WASI preview 1, which Wasmer runs as well.";
		}
		if (has("napi_")) {
			return "It was made as an add-on for Node.js: build the module for WASI preview 1 and without Node-API, for"
					+ " Rust the target wasm32-wasip1 without napi.";
		}
		if (isFrom("wasi")) {
			return "It was made for threads (wasi-threads): build the module without threads, clang without -pthread"
					+ " and Rust for wasm32-wasip1.";
		}
		if (this.modules.stream()
			.anyMatch((module) -> module.startsWith("wasi_") && !module.equals(WasiFunctions.MODULE))) {
			return "It was made for a proposal to WASI that no sandbox offers: build the module so that it imports"
					+ " nothing but WASI preview 1 ('" + WasiFunctions.MODULE + "').";
		}
		if (this.modules.stream().anyMatch((module) -> module.startsWith("extism:"))) {
			return "It is a plug-in for Extism, whose host functions no sandbox offers: export a function"
					+ " (ptr i32, len i32) -> i64 instead, or build a command that reads standard input.";
		}
		if (isFrom("go") || isFrom("gojs")) {
			return "It was made for Go's JavaScript glue: build the module with GOOS=wasip1 GOARCH=wasm, or with"
					+ " TinyGo's -target=wasip1.";
		}
		if (this.modules.stream().anyMatch((module) -> module.startsWith("wbg") || module.contains("wbindgen"))
				|| has("__wbindgen_")) {
			return "It was made for JavaScript by wasm-bindgen: build the module for wasm32-wasip1, without"
					+ " wasm-bindgen and wasm-pack.";
		}
		if (this.names.contains("__linear_memory")) {
			return "It is an object file: link it with wasm-ld, or let the compiler link it (without -c).";
		}
		if (this.names.contains("__memory_base") || this.modules.contains("GOT.mem")
				|| this.modules.contains("GOT.func")) {
			return "It is a library for dynamic linking: link it statically, clang without -shared and -fPIC, Emscripten"
					+ " without -sSIDE_MODULE and -sMAIN_MODULE.";
		}
		if (has("opa_")) {
			return "It is a policy of Open Policy Agent, which needs OPA's own host functions and memory: evaluate it"
					+ " with an SDK of OPA.";
		}
		if (has("emscripten_") || has("_emscripten_") || has("__syscall") || has("invoke_") || isMinified()) {
			return "It was made for Emscripten's JavaScript glue: build the module with -sSTANDALONE_WASM"
					+ " -sPURE_WASI, without -pthread and -sIMPORTED_MEMORY, or with wasi-sdk.";
		}
		if (this.names.contains("abort") && isFrom("env") && this.modules.size() == 1) {
			return "If it was made with AssemblyScript, build the module with --use abort= (and --use seed=,"
					+ " --use trace=, without --importMemory); else so that it imports nothing but WASI preview 1 ('"
					+ WasiFunctions.MODULE + "').";
		}
		if (this.missing.containsKey(Kind.SHARED_MEMORY)) {
			return UnsupportedFeature.SHARED_MEMORY.remedy() + " Let the module define its memory: wasm-ld without"
					+ " --import-memory.";
		}
		if (this.missing.containsKey(Kind.MEMORY64)) {
			return UnsupportedFeature.MEMORY64.remedy() + " Let the module define its memory: wasm-ld without"
					+ " --import-memory.";
		}
		if (this.missing.keySet().equals(Set.of(Kind.TAG))) {
			return "Build the module so that it defines the tags of its exceptions: link it with the library that does"
					+ " (libunwind of wasi-sdk; Emscripten with -fwasm-exceptions when it links as well), or build it"
					+ " without exceptions.";
		}
		if (!this.missing.containsKey(Kind.FUNCTION)) {
			return "Build the module so that it defines its own memory, tables and globals: wasm-ld without"
					+ " --import-memory and --import-table, Emscripten without -sIMPORTED_MEMORY, AssemblyScript"
					+ " without --importMemory and --importTable.";
		}
		return "Build the module so that it imports nothing but WASI preview 1 ('" + WasiFunctions.MODULE
				+ "'). If these should have been its own functions, they were not linked: wasm-ld without"
				+ " --allow-undefined says which.";
	}

	/** Emscripten shortens all names to one or two letters when it optimises. */
	private boolean isMinified() {
		return isFrom("a") && this.modules.size() == 1 && this.names.stream().allMatch((name) -> name.length() <= 2);
	}

	private boolean isFrom(String module) {
		return this.modules.contains(module);
	}

	private boolean has(String prefix) {
		return this.names.stream().anyMatch((name) -> name.startsWith(prefix));
	}

	/**
	 * What can be imported, in the order in which refusals name it.
	 */
	enum Kind {

		FUNCTION("function", "functions"),

		MEMORY("memory", "memories"),

		SHARED_MEMORY("shared memory", "shared memories"),

		MEMORY64("64-bit memory", "64-bit memories"),

		TABLE("table", "tables"),

		GLOBAL("global", "globals"),

		TAG("tag", "tags");

		private final String singular;

		private final String plural;

		Kind(String singular, String plural) {
			this.singular = singular;
			this.plural = plural;
		}

	}

}
