package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
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
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.module.ModuleFailures;
import dev.wasmspring.sandbox.module.ModuleParser;
import dev.wasmspring.sandbox.module.Outline;
import dev.wasmspring.sandbox.module.preflight.Preflight;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;
import dev.wasmspring.sandbox.split.Dispatchers;
import dev.wasmspring.sandbox.split.FunctionSplitter;
import dev.wasmspring.sandbox.split.SplitModule;
import dev.wasmspring.sandbox.split.SplitOutline;
import dev.wasmspring.sandbox.split.SplitReport;
import dev.wasmspring.sandbox.split.SplitSettings;
import dev.wasmspring.sandbox.symbols.Symbols;
import dev.wasmspring.sandbox.wasi.WasiFunctions;
import org.jspecify.annotations.Nullable;

/**
 * What comes of compiling a module. Immutable; lives while the module is loaded and is
 * confined to the thread that loads it.
 *
 * @param compiled the module's classes
 * @param outline what the classes were compiled from, without the code of its functions:
 * what is instantiated
 */
public record Compilation(CompiledModule compiled, WasmModule outline) {

	/**
	 * What the compiler leaves to the interpreter could not be stopped at its deadline,
	 * so there must be nothing.
	 */
	private static final InterpreterFallback FALLBACK = InterpreterFallback.FAIL;

	/**
	 * Compiles a module, or finds it compiled; takes milliseconds to seconds.
	 * @param module the module
	 * @param splitting which functions are split first
	 * @param cache where classes are kept between starts, or {@code null}
	 * @throws ModuleException if the module cannot be read, is not valid or cannot be
	 * compiled
	 */
	public static Compilation of(Module module, Splitting splitting, @Nullable CompilationCache cache) {
		byte[] binary = module.binary();
		long start = System.nanoTime();
		Classes classes = new Classes(module, binary, splitting, cache);
		try {
			Function<Instance, Machine> machines = classes.load();
			WasmModule outline = classes.outline();
			return new Compilation(new CompiledModule(module, machines, WasiFunctions.importsOf(outline),
					Duration.ofNanos(System.nanoTime() - start), classes.source(), classes.hugeFunctions(),
					classes.splits()), outline);
		}
		catch (ModuleException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw cannotBeCompiled(module, binary, ex);
		}
	}

	private static ModuleException cannotBeCompiled(Module module, byte[] binary, Throwable thrown) {
		if (EngineFailures.isExhaustion(thrown)) {
			return ModuleFailures.exhausted(module.name(), module.origin(), thrown);
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
	 * Parses and validates a module, the code of its functions included.
	 * @throws ModuleException if the module is not valid
	 */
	public static WasmModule parse(Module module, byte[] binary) {
		check(module, binary);
		return parseChecked(module, binary);
	}

	private static void check(Module module, byte[] binary) {
		try {
			Preflight.check(binary);
		}
		catch (UnusableModuleException ex) {
			throw new ModuleException(module.name(), module.origin(), ex.reason(), ex.remedy(), null);
		}
	}

	private static WasmModule parseChecked(Module module, byte[] binary) {
		try {
			return ModuleParser.parse(binary);
		}
		catch (UnusableModuleException ex) {
			throw new ModuleException(module.name(), module.origin(), ex.reason(), ex.remedy(), null);
		}
		catch (Throwable ex) {
			throw ModuleFailures.invalid(module.name(), module.origin(), ex);
		}
	}

	/**
	 * The key under which the classes of a module are kept.
	 */
	public static CompilationCache.Key key(Module module, Splitting splitting, CompilationCache cache) {
		SplitSettings settings = splitting.settings(module.name());
		return cache.key(module,
				"fallback=" + FALLBACK + ";functions-per-class=" + Preflight.FUNCTIONS_PER_CLASS
						+ ";table-checks=1;dispatchers=" + Dispatchers.VERSION
						+ ((settings != null) ? ";split=" + FunctionSplitter.VERSION + "," + settings : ""));
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

		private final Module module;

		private final byte[] binary;

		private final @Nullable SplitSettings settings;

		private final @Nullable CompilationCache cache;

		private final CompilationCache.@Nullable Key key;

		private @Nullable WasmModule outline;

		private SplitReport splits = SplitReport.NOTHING;

		private byte @Nullable [] jar;

		/** Whether the classes get the checks that the compiler forgets. */
		private boolean checked;

		/** Whether the classes are not those that the compiler made. */
		private boolean changed;

		private CompilationSource source = CompilationSource.COMPILED;

		Classes(Module module, byte[] binary, Splitting splitting, @Nullable CompilationCache cache) {
			this.module = module;
			this.binary = binary;
			this.settings = splitting.settings(module.name());
			this.cache = cache;
			this.key = (cache != null) ? key(module, splitting, cache) : null;
		}

		Function<Instance, Machine> load() {
			Function<Instance, Machine> found = find();
			if (found != null) {
				return found;
			}
			check(this.module, this.binary);
			SplitModule split = (this.settings != null) ? FunctionSplitter.split(this.binary, this.settings)
					: SplitModule.unchanged(this.binary);
			if (split.isChanged()) {
				try {
					return compile(split);
				}
				catch (Throwable ex) {
					if (isExhaustion(ex)) {
						throw ex;
					}
					// The engine's compiler may fail at what was made of the module, and
					// not at the module
					split = split.undone(this.binary, EngineFailures.describe(ex));
				}
			}
			return compile(split);
		}

		private static boolean isExhaustion(Throwable thrown) {
			boolean temporary = thrown instanceof ModuleException failure && failure.isTemporary();
			return temporary || EngineFailures.isExhaustion(thrown);
		}

		private @Nullable Function<Instance, Machine> find() {
			byte[] entry = (this.cache != null && this.key != null) ? this.cache.find(this.key) : null;
			if (entry == null) {
				return null;
			}
			this.source = CompilationSource.CACHE;
			try {
				read(entry);
				// The compiler does not look at the functions whose classes it gets
				return machines(outline());
			}
			catch (RuntimeException | IOException | LinkageError ex) {
				// What was written is what was read, and yet the JVM does not take
				// it: the entry is of no use, the module may well be
				Objects.requireNonNull(this.cache).discard(Objects.requireNonNull(this.key));
				this.jar = null;
				this.source = CompilationSource.COMPILED;
				return null;
			}
		}

		private Function<Instance, Machine> compile(SplitModule split) {
			this.jar = null;
			this.changed = false;
			this.splits = split.report();
			WasmModule parsed = parseChecked(this.module, split.binary());
			this.checked = TableChecks.isNeededBy(parsed);
			Function<Instance, Machine> made = machines(parsed);
			this.outline = Outline.parse(split.binary());
			if (this.changed) {
				// What the compiler loaded are its own classes
				made = machines(this.outline);
			}
			if (this.cache != null && this.key != null && this.jar != null) {
				this.cache.store(this.key, write(SplitOutline.of(split), this.jar));
			}
			return made;
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
			try {
				byte[] classes = this.checked ? TableChecks.addTo(compiled) : compiled;
				this.jar = Dispatchers.split(classes);
				this.changed = this.jar != compiled;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static byte[] write(SplitOutline outline, byte[] jar) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream(jar.length + 1000);
			try (DataOutputStream stream = new DataOutputStream(bytes)) {
				outline.write(stream);
				stream.writeInt(jar.length);
				stream.write(jar);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return bytes.toByteArray();
		}

		private void read(byte[] entry) throws IOException {
			try (DataInputStream stream = new DataInputStream(new ByteArrayInputStream(entry))) {
				SplitOutline split = SplitOutline.read(stream);
				this.splits = split.report();
				this.outline = Outline.parse(split.applyTo(this.binary));
				byte[] classes = new byte[stream.readInt()];
				stream.readFully(classes);
				this.jar = classes;
			}
		}

		WasmModule outline() {
			return Objects.requireNonNull(this.outline);
		}

		SplitReport splits() {
			return this.splits;
		}

		CompilationSource source() {
			return this.source;
		}

		List<HugeFunction> hugeFunctions() throws IOException {
			return (this.jar != null) ? HugeFunctions.find(this.jar, this.binary, this.splits) : List.of();
		}

	}

}
