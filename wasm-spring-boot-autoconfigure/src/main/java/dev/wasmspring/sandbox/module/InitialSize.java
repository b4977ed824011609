package dev.wasmspring.sandbox.module;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.memory.SandboxTable;

/**
 * What a module has before any of its code has run. Immutable; lives as long as its
 * {@link Module} and is shared by all threads.
 *
 * @param pages pages of memory
 * @param tableElements elements of all its tables
 */
record InitialSize(int pages, long tableElements) {

	/**
	 * What a module declares.
	 * @param outline the module without the code of its functions
	 */
	static InitialSize of(WasmModule outline) {
		return new InitialSize(pages(outline), tableElements(outline));
	}

	private static int pages(WasmModule outline) {
		return outline.memorySection()
			.filter((section) -> section.memoryCount() > 0)
			.map((section) -> section.getMemory(0).limits().initialPages())
			.orElse(0);
	}

	private static long tableElements(WasmModule outline) {
		long elements = 0;
		for (int i = 0; i < outline.tableSection().tableCount(); i++) {
			elements += outline.tableSection().getTable(i).limits().min();
		}
		return elements;
	}

	/**
	 * Refuses to load a module that starts with more than it may have.
	 * @param module the name of the module, for messages
	 * @param origin where it came from, for messages
	 * @throws ModuleException if it declares more memory than allowed, or larger tables
	 */
	void requireWithin(Limits limits, String module, String origin) {
		if (this.pages > Memory.RUNTIME_MAX_PAGES) {
			throw new ModuleException(module, origin,
					"It declares " + this.pages + " pages of memory (" + (this.pages * (long) Limits.PAGE_SIZE)
							+ " bytes), but the engine has at most " + Memory.RUNTIME_MAX_PAGES
							+ " pages, a page less than 2 GB.",
					"Build the module with less initial memory (wasm-ld --initial-memory=BYTES, Emscripten"
							+ " -sINITIAL_MEMORY=BYTES); no limit can be raised above that.",
					null);
		}
		if (this.pages > limits.pages()) {
			throw new ModuleException(module, origin,
					"It declares " + this.pages + " pages of memory (" + (this.pages * (long) Limits.PAGE_SIZE)
							+ " bytes), but only " + limits.pages() + " pages (" + limits.memory()
							+ " bytes) are allowed.",
					"Raise the memory limit of the function ('wasm.functions.<name>.limits.memory', or 'wasm.limits.memory' for"
							+ " all), or build the module with less initial memory (wasm-ld --initial-memory=BYTES).",
					null);
		}
		if (this.tableElements > SandboxTable.MAX_ELEMENTS) {
			throw new ModuleException(
					module, origin, "It declares tables with " + this.tableElements + " elements, but only "
							+ SandboxTable.MAX_ELEMENTS + " are allowed.",
					"Build the module with smaller tables.", null);
		}
	}

	/**
	 * Whether the module starts with no more than it may have.
	 */
	boolean isWithin(Limits limits) {
		return this.pages <= limits.pages() && this.tableElements <= SandboxTable.MAX_ELEMENTS;
	}

}
