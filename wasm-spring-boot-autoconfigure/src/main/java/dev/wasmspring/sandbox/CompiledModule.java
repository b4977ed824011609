package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;

/**
 * A module compiled to JVM bytecode, and the host functions that it imports. Immutable;
 * lives as long as its {@link Module} and is shared by all threads.
 *
 * @param module the module that was compiled
 * @param machines makes the machine that runs an instance's functions
 * @param imports the host functions in the module's order of imports
 * @param duration how long compiling took
 */
record CompiledModule(Module module, Function<Instance, Machine> machines, ImportValues imports, Duration duration) {

	/**
	 * How the compiler says that it would leave a function to the interpreter.
	 */
	private static final Pattern TOO_LARGE = Pattern.compile("size limits.*function index: (\\d+)");

	/**
	 * Compiles a module; takes milliseconds to seconds.
	 * @throws ModuleException if the module cannot be compiled
	 */
	static CompiledModule compile(Module module) {
		long start = System.nanoTime();
		try {
			// What the compiler leaves to the interpreter could not be stopped at its
			// deadline, so there must be nothing
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module.parsed())
				.withInterpreterFallback(InterpreterFallback.FAIL)
				.compile();
			// The factory itself insists on the module that it was compiled from, and
			// templates are modules of their own
			Function<Instance, Machine> machines = ((com.dylibso.chicory.runtime.CompiledModule) factory)
				.machineFactory();
			return new CompiledModule(module, machines, WasiFunctions.importsOf(module.parsed()),
					Duration.ofNanos(System.nanoTime() - start));
		}
		catch (Throwable ex) {
			Matcher tooLarge = TOO_LARGE.matcher(String.valueOf(ex.getMessage()));
			String reason = tooLarge.find()
					? "Function " + tooLarge.group(1) + " is too large for a method of the JVM (64 KB of bytecode)."
					: "It cannot be compiled: " + EngineErrors.describe(ex) + ".";
			throw new ModuleException(module.name(), module.origin(), reason,
					"Build the module for size (-Oz), or split the function.",
					(ex instanceof ChicoryException) ? ex : null);
		}
	}

}
