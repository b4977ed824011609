package dev.wasmspring.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import org.jspecify.annotations.Nullable;

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
 */
record CompiledModule(Module module, Function<Instance, Machine> machines, ImportValues imports, Duration duration,
		CompilationSource source, List<HugeFunction> hugeFunctions) {

	/**
	 * What the compiler leaves to the interpreter could not be stopped at its deadline,
	 * so there must be nothing.
	 */
	private static final InterpreterFallback FALLBACK = InterpreterFallback.FAIL;

	/**
	 * How the compiler says that it would leave a function to the interpreter.
	 */
	private static final Pattern TOO_LARGE = Pattern.compile("size limits.*function index: (\\d+)");

	CompiledModule {
		hugeFunctions = List.copyOf(hugeFunctions);
	}

	/**
	 * Compiles a module; takes milliseconds to seconds.
	 * @param cache where classes are kept between starts, or {@code null}
	 * @throws ModuleException if the module cannot be compiled
	 */
	static CompiledModule compile(Module module, @Nullable CompilationCache cache) {
		long start = System.nanoTime();
		try {
			Classes classes = new Classes(module, cache);
			Function<Instance, Machine> machines = classes.load();
			return new CompiledModule(module, machines, WasiFunctions.importsOf(module.parsed()),
					Duration.ofNanos(System.nanoTime() - start), classes.source(), classes.hugeFunctions());
		}
		catch (Throwable ex) {
			Matcher tooLarge = TOO_LARGE.matcher(String.valueOf(ex.getMessage()));
			String reason = tooLarge.find()
					? describe(Integer.parseInt(tooLarge.group(1)), module.parsed())
							+ " is too large for a method of the JVM (64 KB of bytecode)."
					: "It cannot be compiled: " + EngineErrors.describe(ex) + ".";
			throw new ModuleException(module.name(), module.origin(), reason,
					"Build the module for size (-Oz), or split the function.",
					(ex instanceof ChicoryException) ? ex : null);
		}
	}

	private static String describe(int function, WasmModule module) {
		String name = HugeFunctions.nameOf(function, module);
		return "Function " + function + ((name != null) ? " ('" + name + "')" : "");
	}

	/**
	 * The classes of one module on their way to the JVM. Confined to one thread; lives
	 * for one compilation.
	 * <p>
	 * It takes the place of the compiler's cache even where nothing is cached, since the
	 * compiler shows its classes to nobody else.
	 */
	private static final class Classes implements Cache {

		private final WasmModule parsed;

		private final @Nullable CompilationCache cache;

		private final CompilationCache.@Nullable Key key;

		private byte @Nullable [] jar;

		private CompilationSource source = CompilationSource.COMPILED;

		Classes(Module module, @Nullable CompilationCache cache) {
			this.parsed = module.parsed();
			this.cache = cache;
			this.key = (cache != null) ? cache.key(module, "fallback=" + FALLBACK) : null;
		}

		Function<Instance, Machine> load() {
			try {
				return machines();
			}
			catch (RuntimeException | LinkageError ex) {
				if (this.source != CompilationSource.CACHE) {
					throw ex;
				}
				// What was written is what was read, and yet the JVM does not take it:
				// the entry is of no use, the module may well be
				if (this.cache != null && this.key != null) {
					this.cache.discard(this.key);
				}
				return machines();
			}
		}

		private Function<Instance, Machine> machines() {
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(this.parsed)
				.withInterpreterFallback(FALLBACK)
				.withCache(this)
				.compile();
			// The factory itself insists on the module that it was compiled from, and
			// templates are modules of their own
			return ((com.dylibso.chicory.runtime.CompiledModule) factory).machineFactory();
		}

		@Override
		public byte @Nullable [] get(String digest) {
			this.jar = (this.cache != null && this.key != null) ? this.cache.find(this.key) : null;
			this.source = (this.jar != null) ? CompilationSource.CACHE : CompilationSource.COMPILED;
			return this.jar;
		}

		@Override
		public void putIfAbsent(String digest, byte[] compiled) {
			this.jar = compiled;
			if (this.cache != null && this.key != null) {
				this.cache.store(this.key, compiled);
			}
		}

		CompilationSource source() {
			return this.source;
		}

		List<HugeFunction> hugeFunctions() throws IOException {
			return (this.jar != null) ? HugeFunctions.find(this.jar, this.parsed) : List.of();
		}

	}

}
