package dev.wasmspring.sandbox.compiler;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.split.SplitReport;

/**
 * A module compiled to JVM bytecode, and the host functions that it imports. Immutable;
 * lives as long as its {@link Module} and is shared by all threads.
 *
 * @param module the module that was compiled
 * @param machines makes the machine that runs an instance's functions
 * @param imports the host functions in the module's order of imports
 * @param duration how long compiling took, or reading what was compiled before
 * @param source where the classes came from
 * @param hugeFunctions the functions that HotSpot will not compile, by their index
 * @param splits which functions were split before they were compiled
 * @param classesSize the size of its class files that are its alone, in bytes
 */
public record CompiledModule(Module module, Function<Instance, Machine> machines, ImportValues imports,
		Duration duration, CompilationSource source, List<HugeFunction> hugeFunctions, SplitReport splits,
		int classesSize) {

	public CompiledModule {
		hugeFunctions = List.copyOf(hugeFunctions);
	}

	/**
	 * The same code as that of a script, which is derived from its runtime.
	 * @param loading how long its runtime took to load it
	 */
	public CompiledModule of(Module script, Duration loading) {
		return new CompiledModule(script, this.machines, this.imports, loading, CompilationSource.COMPILED, List.of(),
				SplitReport.NOTHING, 0);
	}

	/**
	 * The same of another module that has the same digest.
	 */
	public CompiledModule sameOf(Module other) {
		return new CompiledModule(other, this.machines, this.imports, this.duration, this.source, this.hugeFunctions,
				this.splits, this.classesSize);
	}

}
