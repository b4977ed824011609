package dev.wasmspring.sandbox.module;

import java.util.List;
import java.util.function.Supplier;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.preflight.HeaderCheck;
import dev.wasmspring.sandbox.module.preflight.Preflight;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;
import org.jspecify.annotations.Nullable;

/**
 * A WebAssembly module that was found and looked through, with what it imports and
 * exports. Immutable; lives from load to unload and is shared by all threads.
 */
public final class Module {

	/**
	 * Exports that run once, when the template is made, in this order.
	 */
	public static final List<String> INITIALIZERS = List.of("_initialize", "wizer-initialize", "wizer.initialize");

	/**
	 * {@code () -> i64}: where the error lies with which the call ended that came back
	 * last, as {@code ptr << 32 | len}; 0 if there was none.
	 */
	public static final String ERROR = "_error";

	private final String name;

	private final String origin;

	private final ModuleSource source;

	private final int size;

	private final InitialSize initialSize;

	/** The index of the start function, or -1. */
	private final int start;

	private final CallableExports functions;

	private final List<Export> exports;

	private final List<String> imports;

	/** Of a script: the module that runs it. */
	private final @Nullable Module runtime;

	private final @Nullable Derivation derivation;

	private Module(String name, String origin, Supplier<byte[]> source, byte[] bytes, WasmModule outline) {
		this.name = name;
		this.origin = origin;
		this.source = new ModuleSource(name, origin, source, bytes);
		this.size = bytes.length;
		this.initialSize = InitialSize.of(outline);
		this.start = outline.startSection().map((section) -> (int) section.startIndex()).orElse(-1);
		this.functions = new CallableExports(outline);
		this.exports = this.functions.callable();
		this.imports = outline.importSection()
			.stream()
			.map((imported) -> imported.module() + "." + imported.name())
			.toList();
		this.runtime = null;
		this.derivation = null;
	}

	private Module(String name, String origin, Supplier<byte[]> source, byte[] block, Module runtime,
			Derivation derivation) {
		this.name = name;
		this.origin = origin;
		this.source = new ModuleSource(name, origin, source, block);
		this.size = block.length;
		this.initialSize = runtime.initialSize;
		this.functions = runtime.functions;
		this.start = -1;
		this.exports = List.of(new Export("handle", Kind.SCRIPT, List.of(), List.of()));
		this.imports = runtime.imports;
		this.runtime = runtime;
		this.derivation = derivation;
	}

	/**
	 * Makes a module of a script: the runtime of its language, which has loaded it.
	 * @param name the module's name, the script's file's name without its extension
	 * @param origin where the script comes from, for messages
	 * @param source reads the script and its own modules, as the runtime's {@code _load}
	 * takes them; it is asked once more whenever the module is loaded
	 * @param runtime what it is derived from, a module that {@link #parseRuntime} made
	 * @param derivation says how
	 * @return the module, whose size and digest are those of the script
	 */
	public static Module derived(String name, String origin, Supplier<byte[]> source, Module runtime,
			Derivation derivation) {
		return new Module(name, origin, source, source.get(), runtime, derivation);
	}

	/**
	 * Parses the runtime of a language.
	 * @param name the language
	 * @param origin where the bytes come from, for messages
	 * @param source reads the module, once more whenever it is loaded
	 * @return the module, which runs scripts and is no function itself
	 * @throws ModuleException if it is no runtime
	 */
	public static Module parseRuntime(String name, String origin, Supplier<byte[]> source) {
		Module module = parseAny(name, origin, source);
		if (!module.isRuntime()) {
			throw new ModuleException(name, origin, "It is no runtime of scripts: it lacks one of the exports "
					+ RuntimeExports.ALL + ", or one has another type.", "Take the runtime as it was released.", null);
		}
		return module;
	}

	private boolean isRuntime() {
		return this.exports.get(0).kind() == Kind.SCRIPT;
	}

	/**
	 * The module that this one is derived from, if it is a script.
	 * @return {@code null} if it is a module that was compiled before it came here
	 */
	public @Nullable Module runtime() {
		return this.runtime;
	}

	/**
	 * How this module is derived from its runtime, if it is a script.
	 * @return {@code null} if it is a module that was compiled before it came here
	 */
	public @Nullable Derivation derivation() {
		return this.derivation;
	}

	/**
	 * Parses a module that is held in memory.
	 * @param name the module's name, the file's name without {@code .wasm}
	 * @param origin where the bytes came from, for messages
	 * @param bytes the module in the binary format of WebAssembly; kept, and not to be
	 * changed
	 * @return the module, with at least one callable export
	 * @throws ModuleException as {@link #parse(String, String, Supplier)}
	 */
	public static Module parse(String name, String origin, byte[] bytes) {
		return parse(name, origin, () -> bytes);
	}

	/**
	 * Parses a module, and validates all of it but the code of its functions, which is
	 * left for when it is loaded.
	 * @param name the module's name, the file's name without {@code .wasm}
	 * @param origin where the bytes come from, for messages
	 * @param source reads the module in the binary format of WebAssembly; it is asked
	 * once more whenever the module is loaded, so that nothing keeps the bytes meanwhile
	 * @return the module, with at least one callable export
	 * @throws ModuleException if the bytes are no valid module, if the module needs what
	 * no sandbox offers, if it exports nothing that can be called, or from the source
	 */
	public static Module parse(String name, String origin, Supplier<byte[]> source) {
		Module module = parseAny(name, origin, source);
		if (module.isRuntime()) {
			throw new ModuleException(name, origin, "It is the runtime of a script language, and no function itself.",
					"Put a script there, and the runtime on the class path with its artifact.", null);
		}
		return module;
	}

	private static Module parseAny(String name, String origin, Supplier<byte[]> source) {
		byte[] bytes = source.get();
		try {
			HeaderCheck.check(bytes);
			Preflight.checkOutline(bytes);
			WasmModule outline = Outline.parse(bytes);
			SupportCheck.check(outline);
			return new Module(name, origin, source, bytes, outline);
		}
		catch (UnusableModuleException ex) {
			throw new ModuleException(name, origin, ex.reason(), ex.remedy(), null);
		}
		catch (Throwable ex) {
			throw ModuleFailures.invalid(name, origin, ex);
		}
	}

	/**
	 * The digest that a module of these bytes has, whether or not they are a module.
	 * @param bytes the binary
	 * @return 64 lower-case hexadecimal digits
	 */
	public static String digestOf(byte[] bytes) {
		return ModuleSource.digestOf(bytes);
	}

	/**
	 * Reads the module once more.
	 * @throws ModuleException if it cannot be read, or if it is another one by now
	 */
	public byte[] binary() {
		return this.source.read();
	}

	/**
	 * Refuses to load a module that starts with more than it may have.
	 * @throws ModuleException if it declares more memory than allowed, or larger tables
	 */
	public void requireWithin(Limits limits) {
		this.initialSize.requireWithin(limits, this.name, this.origin);
	}

	/**
	 * Whether the module starts with no more than it may have.
	 */
	public boolean isWithin(Limits limits) {
		return this.initialSize.isWithin(limits);
	}

	/**
	 * The export that hands out guest memory for an input.
	 * @return the first of {@code alloc}, {@code malloc} and {@code cabi_realloc} with
	 * the right signature, or {@code null}
	 */
	public @Nullable String allocator() {
		return this.functions.allocator();
	}

	/**
	 * Whether the module can tell that a function failed, by its export {@link #ERROR}.
	 */
	public boolean reportsErrors() {
		return this.functions.reportErrors();
	}

	/**
	 * Whether code of the module runs when it is initialised.
	 */
	public boolean isInitializing() {
		return this.derivation != null || this.start >= 0 || INITIALIZERS.stream().anyMatch(this::isInitializer);
	}

	/**
	 * Whether the module has an export that runs once, when the template is made.
	 * @param export one of {@link #INITIALIZERS}
	 */
	public boolean isInitializer(String export) {
		return this.functions.hasSignature(export, 0, null);
	}

	/**
	 * The start function.
	 * @return its index, or -1 if there is none
	 */
	public int start() {
		return this.start;
	}

	/**
	 * The name of the module.
	 * @return the file's name without {@code .wasm}
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Where the module came from.
	 * @return the description of its resource
	 */
	public String origin() {
		return this.origin;
	}

	/**
	 * The size of the binary.
	 * @return bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * The SHA-256 digest of the binary.
	 * @return 64 lower-case hexadecimal digits
	 */
	public String digest() {
		return this.source.digest();
	}

	/**
	 * The exports that can be called, in the module's order.
	 * @return at least one; exactly one for a command
	 */
	public List<Export> exports() {
		return this.exports;
	}

	/**
	 * What the module imports, as {@code module.name}, in the module's order.
	 * @return names of WASI functions, possibly none
	 */
	public List<String> imports() {
		return this.imports;
	}

	@Override
	public String toString() {
		return ((this.derivation != null) ? "script '" : "module '") + this.name + "' from " + this.origin;
	}

}
