package dev.wasmspring.sandbox.module;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.memory.SandboxTable;
import org.jspecify.annotations.Nullable;

/**
 * A WebAssembly module that was found and looked through, with what it imports and
 * exports. Immutable; lives from load to unload and is shared by all threads.
 */
public final class Module {

	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	private static final List<String> ALLOCATORS = List.of("alloc", "malloc", "cabi_realloc");

	/**
	 * Exports that run once, when the template is made, in this order.
	 */
	public static final List<String> INITIALIZERS = List.of("_initialize", "wizer-initialize", "wizer.initialize");

	private static final Set<String> RESERVED = Set.of("memory", "alloc", "malloc", "cabi_realloc", "free", "dealloc",
			"wizer-initialize", "wizer.initialize");

	/** Functions of WASI that neither read nor write memory. */
	private static final Set<String> WITHOUT_MEMORY = Set.of("fd_advise", "fd_allocate", "fd_close", "fd_datasync",
			"fd_fdstat_set_flags", "fd_fdstat_set_rights", "fd_filestat_set_size", "fd_filestat_set_times",
			"fd_renumber", "fd_sync", "proc_exit", "proc_raise", "sched_yield", "sock_shutdown");

	private final String name;

	private final String origin;

	private final int size;

	private final String digest;

	private final Supplier<byte[]> source;

	private final int pages;

	private final long tableElements;

	/** The index of the start function, or -1. */
	private final int start;

	private final Map<String, FunctionType> functionExports;

	private final List<Export> exports;

	private final List<String> imports;

	/** Of a script: the module that runs it. */
	private final @Nullable Module runtime;

	private final @Nullable Derivation derivation;

	private Module(String name, String origin, Supplier<byte[]> source, byte[] bytes, WasmModule outline) {
		this.name = name;
		this.origin = origin;
		this.source = source;
		this.size = bytes.length;
		this.digest = digestOf(bytes);
		this.pages = pages(outline);
		this.tableElements = tableElements(outline);
		this.functionExports = functionExports(outline);
		this.start = outline.startSection().map((section) -> (int) section.startIndex()).orElse(-1);
		this.exports = callableExports(outline);
		this.imports = importedBy(outline).stream()
			.map((imported) -> imported.module() + "." + imported.name())
			.toList();
		this.runtime = null;
		this.derivation = null;
	}

	private Module(String name, String origin, Supplier<byte[]> source, byte[] block, Module runtime,
			Derivation derivation) {
		this.name = name;
		this.origin = origin;
		this.source = source;
		this.size = block.length;
		this.digest = digestOf(block);
		this.pages = runtime.pages;
		this.tableElements = runtime.tableElements;
		this.functionExports = runtime.functionExports;
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
			requireModuleHeader(bytes);
			Preflight.checkOutline(bytes);
			WasmModule outline = Outline.parse(bytes);
			requireSupported(outline);
			return new Module(name, origin, source, bytes, outline);
		}
		catch (UnusableModule ex) {
			throw new ModuleException(name, origin, ex.reason(), ex.remedy(), null);
		}
		catch (Throwable ex) {
			throw invalid(name, origin, ex);
		}
	}

	/**
	 * What to throw when parsing failed. The parser lets more escape than its own
	 * exceptions: whatever it is, the module is at fault.
	 */
	public static ModuleException invalid(String name, String origin, Throwable failure) {
		if (EngineFailures.isExhaustion(failure)) {
			return exhausted(name, origin, failure);
		}
		UnusableModule invalid = UnusableModule.invalid(EngineFailures.describe(failure));
		return new ModuleException(name, origin, invalid.reason(), invalid.remedy(),
				(failure instanceof ChicoryException) ? failure : null);
	}

	/**
	 * What to throw when the host had too little memory or stack to read or compile a
	 * module: nothing is known of the module itself.
	 */
	public static ModuleException exhausted(String name, String origin, Throwable failure) {
		return ModuleException.temporary(name, origin,
				"It could not be loaded: " + EngineFailures.describe(failure) + ".",
				"Give the application more memory (-Xmx, -XX:MaxMetaspaceSize), or build the module for size.", null);
	}

	private static void requireModuleHeader(byte[] bytes) {
		if (bytes.length < BinaryFormat.HEADER_SIZE || !begins(bytes, MAGIC)) {
			throw notAModule(bytes);
		}
		if (bytes[6] == 1) {
			throw new UnusableModule("It is a component, not a core module.",
					"Build a core module: for Rust the target wasm32-wasip1, for other toolchains WASI preview 1;"
							+ " or take the core module out of the component with 'wasm-tools component unbundle'.");
		}
		if (bytes[4] != 1 || bytes[5] != 0 || bytes[6] != 0 || bytes[7] != 0) {
			throw new UnusableModule("It is written in an unknown version of the binary format.",
					"Build the module for version 1 of WebAssembly's binary format.");
		}
	}

	/**
	 * Says what a file is that is no module, as far as its first bytes tell.
	 */
	private static UnusableModule notAModule(byte[] bytes) {
		String remedy = "Put a WebAssembly module in the binary format (.wasm) there; text (.wat) must be translated first.";
		if (bytes.length == 0) {
			return new UnusableModule("The file is empty.", remedy);
		}
		if (begins(bytes, MAGIC) || Arrays.equals(bytes, Arrays.copyOf(MAGIC, bytes.length))) {
			return new UnusableModule("It ends within its first eight bytes.",
					"Build the module again, and check that the file was copied completely and unchanged.");
		}
		if (begins(bytes, ascii("version https://git-lfs"))) {
			return new UnusableModule("It is a pointer to a file in Git LFS, not the file.",
					"Fetch the file with 'git lfs pull'.");
		}
		String text = new String(bytes, 0, Math.min(bytes.length, 100), StandardCharsets.ISO_8859_1).strip();
		if (text.startsWith("(") || text.startsWith(";;")) {
			return new UnusableModule("It is a module in the text format.", "Translate it with wat2wasm.");
		}
		if (text.startsWith("<")) {
			return new UnusableModule("It is a page of HTML or XML, not a module.",
					"Look at how the file was downloaded: the page may say what went wrong.");
		}
		if (begins(bytes, new byte[] { 0x1f, (byte) 0x8b }) || begins(bytes, ascii("PK\003\004"))
				|| begins(bytes, new byte[] { 0x28, (byte) 0xb5, 0x2f, (byte) 0xfd })) {
			return new UnusableModule("It is compressed.",
					"Put the module there as it was before (gunzip, unzip, unzstd).");
		}
		if (begins(bytes, ascii("\177ELF"))) {
			return new UnusableModule("It is machine code, not a module.",
					"Put the module there that it was compiled from: no other engine's compiled form can be used.");
		}
		return new UnusableModule("It does not begin like a module.", remedy);
	}

	private static boolean begins(byte[] bytes, byte[] start) {
		return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Reads the module once more.
	 * @throws ModuleException if it cannot be read, or if it is another one by now
	 */
	public byte[] binary() {
		byte[] bytes = this.source.get();
		if (!this.digest.equals(digestOf(bytes))) {
			throw ModuleException.temporary(this.name, this.origin, "It was changed after it had been found.",
					"Restart the application, or put the file back.", null);
		}
		return bytes;
	}

	private static void requireSupported(WasmModule outline) {
		int memories = memoryCount(outline);
		if (memories > 1) {
			throw new UnusableModule("It has " + memories + " memories.",
					"Build the module with one memory: the memory limit of a call counts only one.");
		}
		List<String> inMemory = importedBy(outline).stream()
			.map(Import::name)
			.filter((imported) -> !WITHOUT_MEMORY.contains(imported))
			.distinct()
			.toList();
		if (!inMemory.isEmpty() && memories == 0) {
			throw new UnusableModule(
					"It imports functions of WASI but has no memory, which '" + inMemory.get(0) + "' reads or writes.",
					"Give the module a memory; the functions of WASI read and write it.");
		}
		Set<String> names = new HashSet<>();
		for (int i = 0; i < outline.exportSection().exportCount(); i++) {
			String exported = outline.exportSection().getExport(i).name();
			if (!names.add(exported)) {
				throw new UnusableModule("It exports '" + exported + "' twice.",
						"Build the module again, with a name of its own for each export.");
			}
		}
	}

	private List<Export> callableExports(WasmModule outline) {
		if (hasSignature("_start", 0, null)) {
			return List.of(new Export("_start", Kind.COMMAND, List.of(), List.of()));
		}
		if (exportsMemory(outline) && RuntimeExports.areIn(this.functionExports)) {
			return List.of(new Export(RuntimeExports.CALL, Kind.SCRIPT, List.of(), List.of()));
		}
		boolean takesBytes = exportsMemory(outline) && allocator() != null;
		List<Export> callable = new ArrayList<>();
		this.functionExports.forEach((exportName, type) -> {
			if (exportName.startsWith("_") || RESERVED.contains(exportName)) {
				return;
			}
			if (takesBytes && hasSignature(exportName, 2, ValType.I64)) {
				callable.add(new Export(exportName, Kind.BYTES, List.of(), List.of()));
				return;
			}
			List<NumberType> parameters = numberTypes(type.params());
			List<NumberType> results = numberTypes(type.returns());
			if (parameters != null && results != null) {
				callable.add(new Export(exportName, Kind.NUMERIC, parameters, results));
			}
		});
		if (callable.isEmpty()) {
			throw nothingToCall();
		}
		return List.copyOf(callable);
	}

	private UnusableModule nothingToCall() {
		String what = "Export '_start' (a WASI command), a function with numbers as parameters and results,"
				+ " or 'memory', 'alloc' and a function (ptr i32, len i32) -> i64";
		FunctionType start = this.functionExports.get("_start");
		if (start != null) {
			return new UnusableModule(
					"It exports nothing that can be called: its '_start' has the type " + describe(start)
							+ ", but that of a command takes and gives nothing.",
					"Export '_start' without parameters and results, or the function under another name.");
		}
		List<String> hidden = this.functionExports.keySet().stream().filter((name) -> name.startsWith("_")).toList();
		List<String> others = this.functionExports.keySet()
			.stream()
			.filter((name) -> !name.startsWith("_") && !RESERVED.contains(name))
			.toList();
		if (!others.isEmpty()) {
			String other = others.get(0);
			return new UnusableModule("It exports nothing that can be called: '" + other + "' has the type "
					+ describe(Objects.requireNonNull(this.functionExports.get(other)))
					+ ", and a caller can give and take numbers only.", what + ".");
		}
		if (!hidden.isEmpty()) {
			return new UnusableModule("It exports nothing that can be called: names that begin with '_', such as '"
					+ hidden.get(0) + "', are for toolchains.", "Export the function under a name without '_'.");
		}
		if (!this.functionExports.isEmpty()) {
			return new UnusableModule("It exports nothing that can be called but '"
					+ this.functionExports.keySet().iterator().next() + "', whose name is reserved.",
					what + ", under a name that is not reserved.");
		}
		return new UnusableModule("It exports nothing that can be called.",
				what + ". Linkers export only what they are told to: wasm-ld --export=NAME, Emscripten"
						+ " -sEXPORTED_FUNCTIONS=_NAME, Rust #[no_mangle] in a cdylib.");
	}

	private static String describe(FunctionType type) {
		return "(" + describe(type.params()) + ") -> (" + describe(type.returns()) + ")";
	}

	private static String describe(List<ValType> types) {
		return types.stream().map(Module::describe).collect(Collectors.joining(", "));
	}

	private static String describe(ValType type) {
		if (type.equals(ValType.FuncRef)) {
			return "funcref";
		}
		if (type.equals(ValType.ExternRef)) {
			return "externref";
		}
		return type.isReference() ? "a reference" : type.toString().toLowerCase(Locale.ROOT);
	}

	/**
	 * The export that hands out guest memory for an input.
	 * @return the first of {@code alloc}, {@code malloc} and {@code cabi_realloc} with
	 * the right signature, or {@code null}
	 */
	public @Nullable String allocator() {
		return ALLOCATORS.stream()
			.filter((allocator) -> hasSignature(allocator, allocator.equals("cabi_realloc") ? 4 : 1, ValType.I32))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Whether a function is exported with the given number of i32 parameters and the
	 * given result.
	 */
	boolean hasSignature(String export, int i32Parameters, @Nullable ValType result) {
		FunctionType type = this.functionExports.get(export);
		return type != null && type.params().size() == i32Parameters
				&& type.params().stream().allMatch(ValType.I32::equals)
				&& type.returns().equals((result != null) ? List.of(result) : List.of());
	}

	private static boolean exportsMemory(WasmModule outline) {
		var section = outline.exportSection();
		for (int i = 0; i < section.exportCount(); i++) {
			var export = section.getExport(i);
			if (export.name().equals("memory") && export.exportType() == ExternalType.MEMORY && export.index() == 0) {
				return true;
			}
		}
		return false;
	}

	private static int memoryCount(WasmModule outline) {
		return outline.memorySection().map((section) -> section.memoryCount()).orElse(0);
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

	private static @Nullable List<NumberType> numberTypes(List<ValType> types) {
		List<NumberType> numbers = new ArrayList<>(types.size());
		for (ValType type : types) {
			if (type.equals(ValType.I32)) {
				numbers.add(NumberType.I32);
			}
			else if (type.equals(ValType.I64)) {
				numbers.add(NumberType.I64);
			}
			else if (type.equals(ValType.F32)) {
				numbers.add(NumberType.F32);
			}
			else if (type.equals(ValType.F64)) {
				numbers.add(NumberType.F64);
			}
			else {
				return null;
			}
		}
		return numbers;
	}

	private static Map<String, FunctionType> functionExports(WasmModule outline) {
		List<Integer> types = new ArrayList<>();
		for (Import imported : importedBy(outline)) {
			if (imported instanceof FunctionImport function) {
				types.add(function.typeIndex());
			}
		}
		for (int i = 0; i < outline.functionSection().functionCount(); i++) {
			types.add(outline.functionSection().getFunctionType(i));
		}
		Map<String, FunctionType> exports = new LinkedHashMap<>();
		for (int i = 0; i < outline.exportSection().exportCount(); i++) {
			var export = outline.exportSection().getExport(i);
			if (export.exportType() == ExternalType.FUNCTION) {
				exports.put(export.name(), outline.typeSection().getType(types.get(export.index())));
			}
		}
		return exports;
	}

	private static List<Import> importedBy(WasmModule outline) {
		return outline.importSection().stream().toList();
	}

	/**
	 * The digest that a module of these bytes has, whether or not they are a module.
	 * @param bytes the binary
	 * @return 64 lower-case hexadecimal digits
	 */
	public static String digestOf(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Refuses to load a module that starts with more than it may have.
	 * @throws ModuleException if it declares more memory than allowed, or larger tables
	 */
	public void requireWithin(Limits limits) {
		if (this.pages > Memory.RUNTIME_MAX_PAGES) {
			throw new ModuleException(this.name, this.origin,
					"It declares " + this.pages + " pages of memory (" + (this.pages * (long) Limits.PAGE_SIZE)
							+ " bytes), but the engine has at most " + Memory.RUNTIME_MAX_PAGES
							+ " pages, a page less than 2 GB.",
					"Build the module with less initial memory (wasm-ld --initial-memory=BYTES, Emscripten"
							+ " -sINITIAL_MEMORY=BYTES); no limit can be raised above that.",
					null);
		}
		if (this.pages > limits.pages()) {
			throw new ModuleException(this.name, this.origin,
					"It declares " + this.pages + " pages of memory (" + (this.pages * (long) Limits.PAGE_SIZE)
							+ " bytes), but only " + limits.pages() + " pages (" + limits.memory()
							+ " bytes) are allowed.",
					"Raise the memory limit of the function, or build the module with less initial memory.", null);
		}
		if (this.tableElements > SandboxTable.MAX_ELEMENTS) {
			throw new ModuleException(
					this.name, this.origin, "It declares tables with " + this.tableElements + " elements, but only "
							+ SandboxTable.MAX_ELEMENTS + " are allowed.",
					"Build the module with smaller tables.", null);
		}
	}

	/**
	 * Whether the module starts with no more than it may have.
	 */
	public boolean isWithin(Limits limits) {
		return this.pages <= limits.pages() && this.tableElements <= SandboxTable.MAX_ELEMENTS;
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
		return hasSignature(export, 0, null);
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
		return this.digest;
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
