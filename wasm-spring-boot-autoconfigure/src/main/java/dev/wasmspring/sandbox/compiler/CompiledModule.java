package dev.wasmspring.sandbox.compiler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleBinary;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.module.ModuleParser;
import dev.wasmspring.sandbox.module.Preflight;
import dev.wasmspring.sandbox.module.UnusableModule;
import dev.wasmspring.sandbox.symbols.Symbols;
import dev.wasmspring.sandbox.wasi.WasiFunctions;
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
public record CompiledModule(Module module, Function<Instance, Machine> machines, ImportValues imports,
		Duration duration, CompilationSource source, List<HugeFunction> hugeFunctions) {

	/**
	 * What the compiler leaves to the interpreter could not be stopped at its deadline,
	 * so there must be nothing.
	 */
	private static final InterpreterFallback FALLBACK = InterpreterFallback.FAIL;

	public CompiledModule {
		hugeFunctions = List.copyOf(hugeFunctions);
	}

	/**
	 * Compiles a module, or finds it compiled; takes milliseconds to seconds.
	 * @param binary the module
	 * @param cache where classes are kept between starts, or {@code null}
	 * @throws ModuleException if the module is not valid or cannot be compiled
	 */
	public static CompiledModule compile(ModuleBinary binary, @Nullable CompilationCache cache) {
		long start = System.nanoTime();
		Classes classes = new Classes(binary, cache);
		try {
			Function<Instance, Machine> machines = classes.load();
			return new CompiledModule(binary.module(), machines, WasiFunctions.importsOf(binary.outline()),
					Duration.ofNanos(System.nanoTime() - start), classes.source(), classes.hugeFunctions());
		}
		catch (ModuleException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw cannotBeCompiled(binary.module(), binary.bytes(), ex);
		}
	}

	private static ModuleException cannotBeCompiled(Module module, byte[] binary, Throwable thrown) {
		if (EngineFailures.isExhaustion(thrown)) {
			return Module.exhausted(module.name(), module.origin(), thrown);
		}
		String reason = "It cannot be compiled: " + EngineFailures.describe(thrown) + ".";
		String remedy = "The module may be right, and the engine's compiler wrong. Build the module with another level"
				+ " of optimisation, or without exceptions.";
		if (!EngineFailures.isNamed(thrown)) {
			OptionalInt function = EngineInternals.functionIn(String.valueOf(thrown.getMessage()));
			reason = (function.isPresent() ? describe(function.getAsInt(), binary) : "Its code")
					+ " cannot be compiled: the engine's compiler does not get along with its blocks and jumps.";
			remedy += " 'wasm-opt -O2' rewrites such code, and removes what is never reached.";
		}
		OptionalInt tooLarge = EngineInternals.tooLargeFunction(thrown);
		if (tooLarge.isPresent()) {
			reason = describe(tooLarge.getAsInt(), binary)
					+ " is too large for a method of the JVM (64 KB of bytecode).";
			remedy = "Build the module for size (-Oz), or split the function.";
		}
		return new ModuleException(module.name(), module.origin(), reason, remedy,
				(thrown instanceof ChicoryException) ? thrown : null);
	}

	/**
	 * The same code as that of a script, which is derived from its runtime.
	 * @param loading how long its runtime took to load it
	 */
	public CompiledModule of(Module script, Duration loading) {
		return new CompiledModule(script, this.machines, this.imports, loading, CompilationSource.COMPILED, List.of());
	}

	/**
	 * Parses and validates a module, the code of its functions included.
	 * @throws ModuleException if the module is not valid
	 */
	public static WasmModule parse(Module module, byte[] binary) {
		try {
			Preflight.check(binary);
			return ModuleParser.parse(binary);
		}
		catch (UnusableModule ex) {
			throw new ModuleException(module.name(), module.origin(), ex.reason(), ex.remedy(), null);
		}
		catch (Throwable ex) {
			throw Module.invalid(module.name(), module.origin(), ex);
		}
	}

	/**
	 * The key under which the classes of a module are kept.
	 */
	public static CompilationCache.Key key(Module module, CompilationCache cache) {
		return cache.key(module,
				"fallback=" + FALLBACK + ";functions-per-class=" + Preflight.FUNCTIONS_PER_CLASS + ";table-checks=1");
	}

	private static String describe(int function, byte[] binary) {
		String name = Symbols.nameOf(function, binary);
		return "Function " + function + ((name != null && !name.isEmpty()) ? " ('" + name + "')" : "");
	}

	/**
	 * The classes of one module on their way to the JVM. Confined to one thread; lives
	 * for one compilation.
	 * <p>
	 * It takes the place of the compiler's cache even where nothing is cached, since the
	 * compiler shows its classes to nobody else.
	 */
	private static final class Classes implements Cache {

		private final ModuleBinary binary;

		private final @Nullable CompilationCache cache;

		private final CompilationCache.@Nullable Key key;

		private byte @Nullable [] jar;

		/** Whether the classes get the checks that the compiler forgets. */
		private boolean checked;

		private CompilationSource source = CompilationSource.COMPILED;

		Classes(ModuleBinary binary, @Nullable CompilationCache cache) {
			this.binary = binary;
			this.cache = cache;
			this.key = (cache != null) ? key(binary.module(), cache) : null;
		}

		Function<Instance, Machine> load() {
			if (this.cache != null && this.key != null) {
				this.jar = this.cache.find(this.key);
			}
			if (this.jar != null) {
				this.source = CompilationSource.CACHE;
				try {
					// The compiler does not look at the functions whose classes it gets
					return machines(this.binary.outline());
				}
				catch (RuntimeException | LinkageError ex) {
					// What was written is what was read, and yet the JVM does not take
					// it: the entry is of no use, the module may well be
					Objects.requireNonNull(this.cache).discard(Objects.requireNonNull(this.key));
					this.jar = null;
					this.source = CompilationSource.COMPILED;
				}
			}
			WasmModule parsed = parse(this.binary.module(), this.binary.bytes());
			this.checked = TableChecks.isNeededBy(parsed);
			Function<Instance, Machine> machines = machines(parsed);
			// What the compiler loaded are its classes without the checks
			return this.checked ? machines(parsed) : machines;
		}

		private Function<Instance, Machine> machines(WasmModule module) {
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module)
				.withInterpreterFallback(FALLBACK)
				.withMaxFunctionsPerClass(Preflight.FUNCTIONS_PER_CLASS)
				.withCache(this)
				.compile();
			// The factory itself insists on the module that it was compiled from, and
			// templates are modules of their own
			return ((com.dylibso.chicory.runtime.CompiledModule) factory).machineFactory();
		}

		@Override
		public byte @Nullable [] get(String digest) {
			return this.jar;
		}

		@Override
		public void putIfAbsent(String digest, byte[] compiled) {
			this.jar = this.checked ? withChecks(compiled) : compiled;
			if (this.cache != null && this.key != null) {
				this.cache.store(this.key, this.jar);
			}
		}

		private static byte[] withChecks(byte[] compiled) {
			try {
				return TableChecks.addTo(compiled);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		CompilationSource source() {
			return this.source;
		}

		List<HugeFunction> hugeFunctions() throws IOException {
			return (this.jar != null) ? HugeFunctions.find(this.jar, this.binary.bytes()) : List.of();
		}

	}

}
