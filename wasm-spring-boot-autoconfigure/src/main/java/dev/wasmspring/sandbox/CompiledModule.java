package dev.wasmspring.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
import com.dylibso.chicory.wasm.Parser;
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
	 * How many functions share a class. The compiler's own choice is 12,288, which makes
	 * modules of thousands of functions take two to three times as long to compile; where
	 * a function is makes no difference to how fast it is called.
	 */
	static final int FUNCTIONS_PER_CLASS = 256;

	/**
	 * How the compiler says that it would leave a function to the interpreter.
	 */
	private static final Pattern TOO_LARGE = Pattern.compile("size limits.*function index: (\\d+)");

	CompiledModule {
		hugeFunctions = List.copyOf(hugeFunctions);
	}

	/**
	 * Compiles a module, or finds it compiled; takes milliseconds to seconds.
	 * @param module the module
	 * @param binary what the module was parsed from
	 * @param outline the module without the code of its functions
	 * @param cache where classes are kept between starts, or {@code null}
	 * @throws ModuleException if the module is not valid or cannot be compiled
	 */
	static CompiledModule compile(Module module, byte[] binary, WasmModule outline, @Nullable CompilationCache cache) {
		long start = System.nanoTime();
		Classes classes = new Classes(module, binary, outline, cache);
		try {
			Function<Instance, Machine> machines = classes.load();
			return new CompiledModule(module, machines, WasiFunctions.importsOf(outline),
					Duration.ofNanos(System.nanoTime() - start), classes.source(), classes.hugeFunctions());
		}
		catch (ModuleException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw cannotBeCompiled(module, binary, ex);
		}
	}

	private static ModuleException cannotBeCompiled(Module module, byte[] binary, Throwable thrown) {
		if (EngineErrors.isExhaustion(thrown)) {
			return Module.exhausted(module.name(), module.origin(), thrown);
		}
		String reason = "It cannot be compiled: " + EngineErrors.describe(thrown) + ".";
		String remedy = "The module may be right, and the engine's compiler wrong. Build the module with another level"
				+ " of optimisation, or without exceptions.";
		Matcher tooLarge = TOO_LARGE.matcher(String.valueOf(thrown.getMessage()));
		if (tooLarge.find()) {
			reason = describe(Integer.parseInt(tooLarge.group(1)), binary)
					+ " is too large for a method of the JVM (64 KB of bytecode).";
			remedy = "Build the module for size (-Oz), or split the function.";
		}
		return new ModuleException(module.name(), module.origin(), reason, remedy,
				(thrown instanceof ChicoryException) ? thrown : null);
	}

	/**
	 * Parses and validates a module, the code of its functions included.
	 * @throws ModuleException if the module is not valid
	 */
	static WasmModule parse(Module module, byte[] binary) {
		try {
			Preflight.check(binary);
			return Parser.parse(binary);
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
	static CompilationCache.Key key(Module module, CompilationCache cache) {
		return cache.key(module, "fallback=" + FALLBACK + ";functions-per-class=" + FUNCTIONS_PER_CLASS);
	}

	private static String describe(int function, byte[] binary) {
		String name = Symbols.nameOf(function, binary);
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

		private final Module module;

		private final byte[] binary;

		private final WasmModule outline;

		private final @Nullable CompilationCache cache;

		private final CompilationCache.@Nullable Key key;

		private byte @Nullable [] jar;

		private CompilationSource source = CompilationSource.COMPILED;

		Classes(Module module, byte[] binary, WasmModule outline, @Nullable CompilationCache cache) {
			this.module = module;
			this.binary = binary;
			this.outline = outline;
			this.cache = cache;
			this.key = (cache != null) ? key(module, cache) : null;
		}

		Function<Instance, Machine> load() {
			if (this.cache != null && this.key != null) {
				this.jar = this.cache.find(this.key);
			}
			if (this.jar != null) {
				this.source = CompilationSource.CACHE;
				try {
					// The compiler does not look at the functions whose classes it gets
					return machines(this.outline);
				}
				catch (RuntimeException | LinkageError ex) {
					// What was written is what was read, and yet the JVM does not take
					// it: the entry is of no use, the module may well be
					Objects.requireNonNull(this.cache).discard(Objects.requireNonNull(this.key));
					this.jar = null;
					this.source = CompilationSource.COMPILED;
				}
			}
			return machines(parse(this.module, this.binary));
		}

		private Function<Instance, Machine> machines(WasmModule module) {
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module)
				.withInterpreterFallback(FALLBACK)
				.withMaxFunctionsPerClass(FUNCTIONS_PER_CLASS)
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
			this.jar = compiled;
			if (this.cache != null && this.key != null) {
				this.cache.store(this.key, compiled);
			}
		}

		CompilationSource source() {
			return this.source;
		}

		List<HugeFunction> hugeFunctions() throws IOException {
			return (this.jar != null) ? HugeFunctions.find(this.jar, this.binary) : List.of();
		}

	}

}
