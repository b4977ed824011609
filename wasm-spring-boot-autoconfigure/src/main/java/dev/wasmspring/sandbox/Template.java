package dev.wasmspring.sandbox;

import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableFactory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.DataCountSection;
import com.dylibso.chicory.wasm.types.DataSection;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MemorySection;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import com.dylibso.chicory.wasm.types.PassiveElement;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.compiler.CompiledModule;
import dev.wasmspring.sandbox.compiler.HugeFunction;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.memory.SandboxTable;
import dev.wasmspring.sandbox.memory.SpareGranules;
import dev.wasmspring.sandbox.module.Derivation;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.module.ModuleParser;
import dev.wasmspring.sandbox.split.SplitReport;
import dev.wasmspring.sandbox.symbols.Symbols;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Calls;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * The state of a module right after its initialisation, from which every sandbox starts;
 * or right before it, where every sandbox is to initialise the module itself. Immutable;
 * lives as long as its {@link Module} and is shared by all threads.
 * <p>
 * A template is a module of its own: the same functions, but with the initialised values
 * as constants for its globals and without start function and active segments, so that
 * instantiating it evaluates and runs nothing. Memories and tables are copied from it on
 * write. The idea is Wizer's (<a href="https://github.com/bytecodealliance/wizer">Wizer:
 * the WebAssembly pre-initializer</a>), applied at load instead of at build time.
 */
public final class Template {

	/** What the JVM makes of a byte of a class file. Measured, as the next ones are. */
	private static final double CLASSES = 1.8;

	/** Bytes of heap beside memory and functions. */
	private static final int LOADED = 12 * 1024;

	/** Bytes of heap for each function. */
	private static final int FUNCTION = 16;

	/** Bytes of heap of a derived template beside its memory. */
	private static final int DERIVED = 4 * 1024;

	private final CompiledModule compiled;

	private final Instantiation instantiation;

	private final MemoryImage[] memories;

	/** How large the memories may become, as the module says. */
	private final int[] maximumPages;

	private final SandboxTable[] tables;

	private final Calls calls;

	/**
	 * Read when a call traps, and given up when memory is short. Two threads may read
	 * them at once, which is harmless.
	 */
	private volatile SoftReference<@Nullable Symbols> symbols = new SoftReference<>(null);

	/** Whether this is the state after initialisation and not the one before. */
	private final boolean initialized;

	/** The template that this one was derived from. */
	private final @Nullable Template base;

	/**
	 * The template of another module that this one shares everything with, or this one.
	 * Whoever holds one of them keeps it, so that the next module finds it.
	 */
	private final Template shared;

	private Template(CompiledModule compiled, Instantiation instantiation, MemoryImage[] memories,
			SandboxTable[] tables, Template base, Calls calls) {
		this.compiled = compiled;
		this.instantiation = instantiation;
		this.memories = memories;
		this.maximumPages = base.maximumPages;
		this.tables = tables;
		this.calls = calls;
		this.initialized = true;
		this.base = base;
		this.shared = this;
	}

	private Template(CompiledModule compiled, Template same) {
		this.compiled = compiled;
		this.instantiation = same.instantiation;
		this.memories = same.memories;
		this.maximumPages = same.maximumPages;
		this.tables = same.tables;
		this.calls = same.calls;
		this.initialized = same.initialized;
		this.base = same.base;
		this.shared = same.shared;
	}

	private Template(CompiledModule compiled, WasmModule state, MemoryImage[] memories, SandboxTable[] tables,
			Calls calls, boolean initialized) {
		this.compiled = compiled;
		this.instantiation = new Instantiation(state, compiled.machines(), compiled.imports());
		this.memories = memories;
		this.maximumPages = Arrays.stream(memories).mapToInt((memory) -> memory.limits().maximumPages()).toArray();
		this.tables = tables;
		this.calls = calls;
		this.initialized = initialized;
		this.base = null;
		this.shared = this;
	}

	/**
	 * The same template for another module that has the same digest.
	 */
	Template of(Module module) {
		return new Template(this.compiled.sameOf(module), this);
	}

	/**
	 * Initialises a module: fills its memory and tables, runs its start function and its
	 * initialising exports, and keeps what came of it.
	 * @param module the module without the code of its functions
	 * @param initialize whether to run code of the module; otherwise each sandbox does
	 * @throws ModuleException if initialising traps, needs more memory than allowed, or
	 * does not end in time
	 * @throws SandboxException if it was told to end
	 */
	static Template create(CompiledModule compiled, WasmModule module, Limits limits, Capabilities capabilities,
			Calls calls, boolean initialize) {
		return createWithMemory(compiled, withMemory(module), limits, capabilities, calls, initialize);
	}

	private static Template createWithMemory(CompiledModule compiled, WasmModule outline, Limits limits,
			Capabilities capabilities, Calls calls, boolean initialize) {
		Module module = compiled.module();
		try (Call call = calls.begin(module.name(), limits, capabilities)) {
			boolean filled = false;
			try {
				Instance instance = declared(compiled, outline, limits, call);
				instance.initialize(false);
				for (int i = 0; i < outline.memorySection().orElseThrow().memoryCount(); i++) {
					((LinearMemory) instance.memory(i)).dropActiveSegments();
				}
				filled = true;
				if (initialize) {
					initialize(module, instance);
				}
				return snapshot(compiled, outline, instance, calls, initialize);
			}
			catch (Throwable ex) {
				SandboxException failure = EngineErrors.toSandboxException(ex, call.deadline());
				if (call.deadline().isCancelled()) {
					// The module is not at fault
					throw failure;
				}
				String reason = "Its initialisation failed (" + failure.outcome() + "): " + failure.getMessage();
				String remedy = "Look at the module's start function and its exports " + Module.INITIALIZERS
						+ ", which run once when the module is loaded. 'wasm.limits.initialization' says what they may use.";
				if (!filled && failure.outcome() == Outcome.TRAP) {
					reason = "Its data or elements do not fit into its memory or tables: " + failure.getMessage();
					remedy = "Build the module again, with as much initial memory as its data takes (wasm-ld"
							+ " --initial-memory=BYTES, or without that option). If a tool has changed the module since,"
							+ " look at what it does.";
				}
				Throwable cause = (ex instanceof ChicoryException) ? ex : null;
				throw EngineErrors.mayPass(failure)
						? ModuleException.temporary(module.name(), module.origin(), reason, remedy, cause)
						: new ModuleException(module.name(), module.origin(), reason, remedy, cause);
			}
		}
	}

	/**
	 * The module, with an empty memory if it has none: a host function finds its call by
	 * way of the memory, and the engine's fence wants one. No code can name it.
	 */
	private static WasmModule withMemory(WasmModule module) {
		if (module.memorySection().map((section) -> section.memoryCount()).orElse(0) > 0) {
			return module;
		}
		MemorySection empty = MemorySection.builder()
			.addMemory(new com.dylibso.chicory.wasm.types.Memory(new MemoryLimits(0, 0)))
			.build();
		return ModuleParser.copyOf(module).withValidation(false).setMemorySection(empty).build();
	}

	private static Instance declared(CompiledModule compiled, WasmModule outline, Limits limits, Call call) {
		return Instance.builder(withoutStart(outline).build())
			.withInitialize(false)
			.withStart(false)
			.withMachineFactory(compiled.machines())
			.withImportValues(compiled.imports())
			.withMemoryFactory((declared) -> new LinearMemory(MemoryImage.empty(declared),
					allowedPages(declared.maximumPages(), limits), call))
			.withTableFactory((table, initialValue) -> new SandboxTable(table, initialValue, call))
			.build();
	}

	/**
	 * Runs the start function and the initialising exports.
	 * @param instance an instance of the module whose start function did not run
	 */
	private static void initialize(Module module, Instance instance) {
		if (module.start() >= 0) {
			instance.getMachine().call(module.start(), new long[0]);
		}
		for (String initializer : Module.INITIALIZERS) {
			if (module.isInitializer(initializer)) {
				instance.export(initializer).apply();
			}
		}
	}

	private static Template snapshot(CompiledModule compiled, WasmModule outline, Instance instance, Calls calls,
			boolean initialized) {
		WasmModule state = withState(outline, instance);
		MemoryImage[] memories = new MemoryImage[outline.memorySection().orElseThrow().memoryCount()];
		for (int i = 0; i < memories.length; i++) {
			memories[i] = ((LinearMemory) instance.memory(i)).snapshot();
		}
		SandboxTable[] tables = new SandboxTable[instance.tableCount()];
		for (int i = 0; i < tables.length; i++) {
			tables[i] = new SandboxTable((SandboxTable) instance.table(i), Checkpoint.NONE);
		}
		return new Template(compiled, state, memories, tables, calls, initialized);
	}

	/**
	 * Derives the template of a script from this one, which is that of its runtime: lets
	 * the runtime load the script, and keeps what came of it. All that loading did not
	 * touch is shared, the code first of all.
	 * @param script the script
	 * @param derivation how it is derived
	 * @param limits what loading the script may use
	 * @param capabilities what the script may see while it is loaded
	 * @param calls what the script's calls share, and its loading
	 * @throws ModuleException if the script cannot be loaded
	 * @throws SandboxException if it was told to end
	 */
	Template derive(Module script, Derivation derivation, Limits limits, Capabilities capabilities, Calls calls) {
		long start = System.nanoTime();
		if (memory() > limits.memory()) {
			throw ModuleException.ofScript(
					script.name(), script.origin(), "Its runtime starts with " + memory()
							+ " bytes of memory, but only " + limits.memory() + " are allowed.",
					"Raise the memory limit of the function.", false);
		}
		byte[] block = script.binary();
		try (Call call = calls.begin(script.name(), limits, capabilities)) {
			try {
				// Loading is rare, and needs no arrays of others
				Instance instance = instantiate(memories(limits, call, null), call);
				byte[] report = new ScriptRuntime(instance).load(block);
				if (report != null) {
					throw derivation.rejected(script.name(), script.origin(), report);
				}
				Template derived = derived(script, instance, start, calls);
				derivation.printed(script.name(), call.standardError().toByteArray());
				return derived;
			}
			catch (ModuleException ex) {
				derivation.printed(script.name(), call.standardError().toByteArray());
				throw ex;
			}
			catch (Throwable ex) {
				SandboxException failure = EngineErrors.ofScript(ex, call.deadline());
				if (call.deadline().isCancelled()) {
					// The script is not at fault
					throw failure;
				}
				derivation.printed(script.name(), call.standardError().toByteArray());
				throw ModuleException.ofScript(script.name(), script.origin(),
						"Loading it failed (" + failure.outcome() + "): " + failure.getMessage(),
						"Look at what the script does outside of its functions, which runs once when it is loaded,"
								+ " or raise 'wasm.limits.initialization'.",
						EngineErrors.mayPass(failure));
			}
		}
	}

	private Template derived(Module script, Instance instance, long start, Calls calls) {
		MemoryImage[] images = new MemoryImage[this.memories.length];
		for (int i = 0; i < images.length; i++) {
			images[i] = ((LinearMemory) instance.memory(i)).snapshot();
		}
		SandboxTable[] copies = new SandboxTable[this.tables.length];
		for (int i = 0; i < copies.length; i++) {
			copies[i] = new SandboxTable((SandboxTable) instance.table(i), Checkpoint.NONE);
		}
		Instantiation same = instantiationOf(instance);
		Duration loading = Duration.ofNanos(System.nanoTime() - start);
		return new Template(this.compiled.of(script, loading), same, images, copies, this, calls);
	}

	/**
	 * What makes instances that begin with the globals and segments that one of this
	 * template has now. They are mostly as they were: the stack pointer is back where it
	 * began. Only the registers of {@linkplain dev.wasmspring.sandbox.split split
	 * functions} have another value.
	 */
	private Instantiation instantiationOf(Instance instance) {
		if (!this.instantiation.hasSegmentsOf(instance)) {
			return new Instantiation(withState(this.instantiation.module(), instance), this.compiled.machines(),
					this.compiled.imports());
		}
		return this.instantiation.hasGlobalsOf(instance) ? this.instantiation
				: this.instantiation.withGlobals(globals(this.instantiation.module(), instance));
	}

	private static GlobalSection globals(WasmModule outline, Instance instance) {
		GlobalSection.Builder globals = GlobalSection.builder();
		for (int i = 0; i < instance.globalCount(); i++) {
			Global declared = outline.globalSection().getGlobal(i);
			var current = instance.global(i);
			globals.addGlobal(new Global(declared.valueType(), declared.mutabilityType(),
					List.of(constant(declared.valueType(), current.getValueLow(), current.getValueHigh()))));
		}
		return globals.build();
	}

	private static WasmModule withState(WasmModule outline, Instance instance) {
		ElementSection.Builder elements = ElementSection.builder();
		for (int i = 0; i < instance.elementCount(); i++) {
			var current = instance.element(i);
			elements.addElement((current instanceof PassiveElement) ? current
					: new PassiveElement(outline.elementSection().getElement(i).type(), List.of()));
		}
		DataSection.Builder data = DataSection.builder();
		// Without that section no code refers to segments. Active ones are dropped when
		// they
		// were written, and memories take segments that are not there for dropped. Go has
		// 35,000 of them, CPython 37,000
		int segments = outline.dataCountSection().isPresent() ? outline.dataSection().dataSegmentCount() : 0;
		while (segments > 0 && !(outline.dataSection().getDataSegment(segments - 1) instanceof PassiveDataSegment)) {
			segments--;
		}
		for (int i = 0; i < segments; i++) {
			boolean passive = outline.dataSection().getDataSegment(i) instanceof PassiveDataSegment;
			data.addDataSegment(
					passive ? new PassiveDataSegment(instance.dataSegmentData(i)) : PassiveDataSegment.EMPTY);
		}
		return withoutStart(outline).setGlobalSection(globals(outline, instance))
			.setElementSection(elements.build())
			.setDataSection(data.build())
			.setDataCountSection(outline.dataCountSection().isPresent()
					? DataCountSection.builder().withDataCount(segments).build() : null)
			.build();
	}

	/**
	 * The module without its start function, which would run whenever the engine
	 * initialises an instance.
	 */
	private static WasmModule.Builder withoutStart(WasmModule outline) {
		return ModuleParser.copyOf(outline).withValidation(false).setStartSection(null);
	}

	private static Instruction constant(ValType type, long low, long high) {
		if (type.equals(ValType.V128)) {
			return new Instruction(0, OpCode.V128_CONST, new long[] { low, high });
		}
		// The evaluator takes the operand of every constant as it is, references included
		return new Instruction(0, OpCode.I64_CONST, new long[] { low });
	}

	private static int allowedPages(int declared, Limits limits) {
		return Math.min(declared, limits.pages());
	}

	/**
	 * Creates the sandbox for one call and starts its deadline. It must be closed on the
	 * same thread.
	 * @param export what will be called; one of the module's {@link Module#exports()}
	 * @param limits what the call may use; the memory limit must not be below
	 * {@link #memory()}
	 * @param capabilities what the guest may see beyond its input
	 * @return a sandbox that is ready to be called once
	 */
	public Sandbox open(Export export, Limits limits, Capabilities capabilities) {
		return open(export, limits, this.calls.begin(module().name(), limits, capabilities));
	}

	/**
	 * Creates the sandbox for one call on a thread whose stack was made for it, and
	 * counts that stack as memory that the call holds. It must be closed on the same
	 * thread.
	 * @param export what will be called; one of the module's {@link Module#exports()}
	 * @param limits what the call may use; the memory limit must not be below
	 * {@link #memory()}, and the stack is as large as they say
	 * @param capabilities what the guest may see beyond its input
	 * @return a sandbox that is ready to be called once
	 */
	public Sandbox openOnOwnStack(Export export, Limits limits, Capabilities capabilities) {
		Call call = this.calls.begin(module().name(), limits, capabilities);
		try {
			call.holdStack(limits.stack());
		}
		catch (Throwable ex) {
			try (call) {
				throw EngineErrors.toSandboxException(ex, call.deadline());
			}
		}
		return open(export, limits, call);
	}

	/**
	 * Whether a call that may not need a stack of its own can have one nevertheless: at
	 * least half of the memory of all calls is left for others then.
	 * @param limits what the call may use
	 * @return whether it can
	 */
	public boolean hasPlentyOfStack(Limits limits) {
		return this.calls.hasPlentyFor(limits.stack());
	}

	/**
	 * Creates the sandbox for a call that has begun.
	 * @param call closed with the sandbox, or now if there will be none
	 */
	Sandbox open(Export export, Limits limits, Call call) {
		try {
			LinearMemory[] memories = memories(limits, call, this.calls.spareGranules());
			Instance instance = instantiate(memories, call);
			if (!this.initialized) {
				initialize(module(), instance);
			}
			return new Sandbox(module(), export, limits, call, instance, memories);
		}
		catch (Throwable ex) {
			try (call) {
				throw EngineErrors.toSandboxException(ex, call.deadline());
			}
		}
	}

	private LinearMemory[] memories(Limits limits, Call call, @Nullable SpareGranules spares) {
		LinearMemory[] copies = new LinearMemory[this.memories.length];
		for (int i = 0; i < copies.length; i++) {
			copies[i] = new LinearMemory(this.memories[i], allowedPages(this.maximumPages[i], limits), call, spares);
		}
		return copies;
	}

	private Instance instantiate(LinearMemory[] copies, Call call) throws Throwable {
		if (this.base != null) {
			call.ofScript();
		}
		return this.instantiation.instantiate(copies, new TableCopies(call));
	}

	/**
	 * The module of this template.
	 * @return the module
	 */
	public Module module() {
		return this.compiled.module();
	}

	/**
	 * Where in the guest a call trapped, for logs and never for the caller: guests choose
	 * the names of their functions.
	 * @param trap how the call ended
	 * @return the guest's functions, innermost first, with their names and the source
	 * lines where they begin as far as the module tells; at most 20 and a mark that there
	 * were more, or none if the call did not trap in the guest
	 */
	public List<String> stackOf(SandboxException trap) {
		Throwable thrown = trap.getCause();
		if (thrown == null) {
			return List.of();
		}
		Symbols symbols = symbols();
		return (symbols != null) ? symbols.stack(thrown) : List.of();
	}

	/**
	 * What the module's functions are called.
	 * @return {@code null} if the module cannot be read any more
	 */
	private @Nullable Symbols symbols() {
		if (this.base != null) {
			return this.base.symbols();
		}
		Symbols current = this.symbols.get();
		if (current == null) {
			try {
				current = new Symbols(module().binary(), module().imports().size(), this.compiled.splits().firstPart());
			}
			catch (ModuleException | ChicoryException ex) {
				return null;
			}
			this.symbols = new SoftReference<>(current);
		}
		return current;
	}

	/**
	 * How long the module took to compile, or to load as it was compiled before; for a
	 * script, how long its runtime took to load it.
	 * @return the time from the parsed module to loaded classes
	 */
	public Duration compilation() {
		return this.compiled.duration();
	}

	/**
	 * Where the module's compiled classes came from.
	 * @return whether they were compiled or read from the cache directory
	 */
	public CompilationSource compilationSource() {
		return this.compiled.source();
	}

	/**
	 * The functions of the module that HotSpot will not compile. A module with a function
	 * that could not be compiled to bytecode at all has no template.
	 * @return the functions by their index, possibly none; {@link HugeFunction#ADVICE}
	 * says what helps
	 */
	public List<HugeFunction> hugeFunctions() {
		return this.compiled.hugeFunctions();
	}

	/**
	 * Which functions of the module were split, since they would have been too large for
	 * the JVM's compilers, and which were not, and why.
	 * @return what was done, with functions by their index
	 */
	public SplitReport splits() {
		return this.compiled.splits();
	}

	/**
	 * The linear memory that a sandbox starts with.
	 * @return bytes, a multiple of 64 KiB
	 */
	public long memory() {
		long pages = 0;
		for (MemoryImage memory : this.memories) {
			pages += memory.pages();
		}
		return pages * Limits.PAGE_SIZE;
	}

	/**
	 * The host memory that this template holds beyond what it shares with the one that it
	 * was derived from.
	 * @return about how many bytes
	 */
	public long heldMemory() {
		long held = 0;
		for (int i = 0; i < this.memories.length; i++) {
			held += this.memories[i].bytesBeyond((this.base != null) ? this.base.memories[i] : null);
		}
		return held;
	}

	/**
	 * The memory of the JVM that this template holds, on the heap and beside it, beyond
	 * what it shares with the one that it was derived from: what is free again some time
	 * after it was forgotten.
	 * @return about how many bytes
	 */
	public long loadedMemory() {
		if (this.base != null) {
			return heldMemory() + DERIVED;
		}
		return heldMemory() + (long) (this.compiled.classesSize() * CLASSES) + LOADED
				+ (long) this.instantiation.functions() * FUNCTION;
	}

	/**
	 * What tells templates apart that hold memory of their own.
	 * @return the same for all templates that share everything
	 */
	public Object identity() {
		return this.shared;
	}

	/**
	 * Hands out the template's tables in the order in which the engine asks for them,
	 * which is the order of their indices. Lives for one instantiation.
	 */
	private final class TableCopies implements TableFactory {

		private final Call call;

		private int next;

		TableCopies(Call call) {
			this.call = call;
		}

		@Override
		public TableInstance create(Table declared, int initialValue) {
			return new SandboxTable(Template.this.tables[this.next++], this.call);
		}

	}

}
