package dev.wasmspring.sandbox.module.preflight;

/**
 * A part of WebAssembly that no sandbox offers: how it shows, and how a module is built
 * without it. Immutable.
 */
enum UnsupportedFeature {

	SIMD("It uses SIMD instructions.",
			"Build the module without SIMD, which the engine cannot compile: clang and Emscripten without -msimd128"
					+ " (or with -mno-simd128), Rust with -C target-feature=-simd128, AssemblyScript without"
					+ " --enable simd, Zig with -mcpu=generic."),

	LEGACY_EXCEPTIONS("It uses legacy exception handling (try and catch instead of try_table).",
			"Build the module with standard exception handling: clang with -fwasm-exceptions -mllvm"
					+ " -wasm-use-legacy-eh=false, Emscripten with -fwasm-exceptions -sWASM_LEGACY_EXCEPTIONS=0; or"
					+ " translate it with 'wasm-opt --translate-to-exnref --all-features'."),

	MEMORY64("It uses 64-bit memory.",
			"Build the module for 32 bits: clang with --target=wasm32-wasi, Emscripten without -sMEMORY64, Rust for"
					+ " wasm32-wasip1."),

	TABLE64("It uses a 64-bit table.",
			"Build the module for 32 bits: clang with --target=wasm32-wasi, Emscripten without -sMEMORY64, Rust for"
					+ " wasm32-wasip1."),

	SHARED_MEMORY("It declares shared memory.",
			"Build the module without threads: a sandbox runs on one thread. That is clang and Emscripten without"
					+ " -pthread and -Wl,--shared-memory, Rust for wasm32-wasip1 rather than wasm32-wasip1-threads,"
					+ " AssemblyScript without --sharedMemory."),

	SHARED_EVERYTHING("It uses shared globals, tables or types (shared-everything threads).",
			"Build the module without threads and without --enable-shared-everything: a sandbox runs on one thread."),

	CUSTOM_PAGE_SIZES("It declares a memory with pages of its own size (custom page sizes).",
			"Build the module with pages of 64 KiB: wasm-ld without --page-size, clang without"
					+ " -Wl,--page-size=1, wasm-opt with --disable-custom-page-sizes."),

	GARBAGE_COLLECTION("It uses garbage-collected types.",
			"Build the module for linear memory: memory taken by such types is not limited per call. Compilers that"
					+ " need such types (Kotlin/Wasm, Dart, Scala.js, J2CL, wasm_of_ocaml) cannot be used; Kotlin and Java"
					+ " can by way of TeaVM 0.10. wasm-opt needs --disable-gc."),

	TYPED_REFERENCES("It refers to types that it defines.",
			"Build the module without typed references to functions and without garbage-collected types: clang"
					+ " without -mgc, wasm-opt with --disable-gc."),

	STRING_REFERENCES("It uses references to strings (stringref).",
			"Build the module without that proposal: wasm-opt --string-lowering --disable-strings, or the compiler"
					+ " without stringref."),

	STACK_SWITCHING("It uses continuations (stack switching).",
			"Build the module without that proposal: a sandbox has one stack. Asyncify (wasm-opt --asyncify) does"
					+ " the same with ordinary functions."),

	WIDE_ARITHMETIC("It uses wide arithmetic (instructions for 128 bits).",
			"Build the module without that proposal: clang with -mno-wide-arithmetic, Rust with"
					+ " -C target-feature=-wide-arithmetic."),

	HALF_PRECISION("It uses numbers of half precision (fp16).",
			"Build the module without that proposal: clang with -mno-fp16, Rust with -C target-feature=-fp16."),

	COMPACT_IMPORTS("It groups its imports by module (compact import section).",
			"Build the module without that proposal: wasm-opt with --disable-compact-imports.");

	private final String reason;

	private final String remedy;

	UnsupportedFeature(String reason, String remedy) {
		this.reason = reason;
		this.remedy = remedy;
	}

	String reason() {
		return this.reason;
	}

	String remedy() {
		return this.remedy;
	}

	UnusableModuleException refusal() {
		return new UnusableModuleException(this.reason, this.remedy);
	}

}
