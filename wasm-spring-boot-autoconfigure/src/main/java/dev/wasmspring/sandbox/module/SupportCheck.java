package dev.wasmspring.sandbox.module;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Import;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;

/**
 * Checks that a valid module needs nothing but what a sandbox has: one memory, and names
 * that tell its exports apart. Stateless.
 */
final class SupportCheck {

	/** Functions of WASI that neither read nor write memory. */
	private static final Set<String> WITHOUT_MEMORY = Set.of("fd_advise", "fd_allocate", "fd_close", "fd_datasync",
			"fd_fdstat_set_flags", "fd_fdstat_set_rights", "fd_filestat_set_size", "fd_filestat_set_times",
			"fd_renumber", "fd_sync", "proc_exit", "proc_raise", "sched_yield", "sock_shutdown");

	private SupportCheck() {
	}

	/**
	 * Refuses a module that no sandbox can run.
	 * @param outline the module without the code of its functions
	 */
	static void check(WasmModule outline) {
		int memories = outline.memorySection().map((section) -> section.memoryCount()).orElse(0);
		if (memories > 1) {
			throw new UnusableModuleException("It has " + memories + " memories.",
					"Build the module with one memory: the memory limit of a call counts only one.");
		}
		List<String> inMemory = outline.importSection()
			.stream()
			.map(Import::name)
			.filter((imported) -> !WITHOUT_MEMORY.contains(imported))
			.distinct()
			.toList();
		if (!inMemory.isEmpty() && memories == 0) {
			throw new UnusableModuleException(
					"It imports functions of WASI but has no memory, which '" + inMemory.get(0) + "' reads or writes.",
					"Give the module a memory; the functions of WASI read and write it.");
		}
		Set<String> names = new HashSet<>();
		for (int i = 0; i < outline.exportSection().exportCount(); i++) {
			String exported = outline.exportSection().getExport(i).name();
			if (!names.add(exported)) {
				throw new UnusableModuleException("It exports '" + exported + "' twice.",
						"Build the module again, with a name of its own for each export.");
			}
		}
	}

}
