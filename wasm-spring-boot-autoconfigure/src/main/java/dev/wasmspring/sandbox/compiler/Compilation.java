package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
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
		long start = System.nanoTime();
		Classes classes = new Classes(module, splitting, cache);
		try {
			ModuleClasses loaded = classes.load();
			WasmModule outline = Outline.parseStripped(loaded.outline());
			return new Compilation(new CompiledModule(module, loaded.machines(), WasiFunctions.importsOf(outline),
					Duration.ofNanos(System.nanoTime() - start), classes.source(), classes.hugeFunctions(),
					classes.splits(), loaded.size()), outline);
		}
		catch (ModuleException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw cannotBeCompiled(module, classes.binary(), ex);
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
						+ ";table-checks=1;compact=" + CompactCode.VERSION + ";dispatchers=" + Dispatchers.VERSION
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

		private final @Nullable SplitSettings settings;

		private final @Nullable CompilationCache cache;

		private final CompilationCache.@Nullable Key key;

		private byte @Nullable [] binary;

		private SplitReport splits = SplitReport.NOTHING;

		private List<HugeFunction> hugeFunctions = List.of();

		/** What the compiler made, with what it forgets. */
		private byte @Nullable [] jar;

		/** Whether the classes get the checks that the compiler forgets. */
		private boolean checked;

		/** Whether code finds the globals by way of the memory. */
		private boolean ownGlobals;

		private CompilationSource source = CompilationSource.COMPILED;

		Classes(Module module, Splitting splitting, @Nullable CompilationCache cache) {
			this.module = module;
			this.settings = splitting.settings(module.name());
			this.cache = cache;
			this.key = (cache != null) ? key(module, splitting, cache) : null;
		}

		/**
		 * The module's bytes, which are read when they are needed: not where its classes
		 * are in the cache.
		 */
		byte[] binary() {
			byte[] current = this.binary;
			if (current == null) {
				current = this.module.binary();
				this.binary = current;
			}
			return current;
		}

		ModuleClasses load() throws IOException {
			ModuleClasses found = find();
			if (found != null) {
				return found;
			}
			byte[] original = binary();
			check(this.module, original);
			SplitModule split = (this.settings != null) ? FunctionSplitter.split(original, this.settings)
					: SplitModule.unchanged(original);
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
					split = split.undone(original, EngineFailures.describe(ex));
				}
			}
			return compile(split);
		}

		private static boolean isExhaustion(Throwable thrown) {
			boolean temporary = thrown instanceof ModuleException failure && failure.isTemporary();
			return temporary || EngineFailures.isExhaustion(thrown);
		}

		private @Nullable ModuleClasses find() {
			byte[] entry = (this.cache != null && this.key != null) ? this.cache.find(this.key) : null;
			if (entry == null) {
				return null;
			}
			try {
				ModuleClasses found = ModuleClasses.load(read(entry));
				this.source = CompilationSource.CACHE;
				return found;
			}
			catch (RuntimeException | IOException | LinkageError ex) {
				// What was written is what was read, and yet the JVM does not take
				// it: the entry is of no use, the module may well be
				Objects.requireNonNull(this.cache).discard(Objects.requireNonNull(this.key));
				return null;
			}
		}

		private ModuleClasses compile(SplitModule split) throws IOException {
			this.jar = null;
			this.splits = split.report();
			WasmModule parsed = parseChecked(this.module, split.binary());
			this.checked = TableChecks.isNeededBy(parsed);
			this.ownGlobals = CompactCode.hasGlobalsBesideMemory(parsed);
			MachineFactoryCompiler.builder(parsed)
				.withInterpreterFallback(FALLBACK)
				.withMaxFunctionsPerClass(Preflight.FUNCTIONS_PER_CLASS)
				.withCache(this)
				.compile();
			byte[] compiled = Objects.requireNonNull(this.jar);
			this.hugeFunctions = HugeFunctions.find(compiled, binary(), this.splits);
			ModuleClasses.Packed packed = ModuleClasses.pack(compiled, Outline.strip(split.binary()));
			ModuleClasses made = ModuleClasses.load(packed);
			if (this.cache != null && this.key != null) {
				this.cache.store(this.key, write(packed));
			}
			return made;
		}

		@Override
		public byte @Nullable [] get(String digest) {
			return null;
		}

		@Override
		public void putIfAbsent(String digest, byte[] compiled) {
			try {
				this.jar = CompactCode.of(Dispatchers.split(this.checked ? TableChecks.addTo(compiled) : compiled),
						this.ownGlobals);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private byte[] write(ModuleClasses.Packed packed) throws IOException {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream(packed.length() + 1000);
			try (DataOutputStream stream = new DataOutputStream(bytes)) {
				this.splits.write(stream);
				stream.writeInt(this.hugeFunctions.size());
				for (HugeFunction function : this.hugeFunctions) {
					function.write(stream);
				}
				stream.writeUTF(packed.helpers());
				stream.writeInt(packed.length());
				stream.write(packed.bytes(), packed.start(), packed.length());
			}
			return bytes.toByteArray();
		}

		private ModuleClasses.Packed read(byte[] entry) throws IOException {
			try (DataInputStream stream = new DataInputStream(new ByteArrayInputStream(entry))) {
				this.splits = SplitReport.read(stream);
				List<HugeFunction> functions = new ArrayList<>();
				for (int count = stream.readInt(); count > 0; count--) {
					functions.add(HugeFunction.read(stream));
				}
				this.hugeFunctions = functions;
				String helpers = stream.readUTF();
				int length = stream.readInt();
				if (length != stream.available()) {
					throw new IOException("The classes have another size");
				}
				return new ModuleClasses.Packed(entry, entry.length - length, helpers);
			}
		}

		SplitReport splits() {
			return this.splits;
		}

		CompilationSource source() {
			return this.source;
		}

		List<HugeFunction> hugeFunctions() {
			return this.hugeFunctions;
		}

	}

}
