package dev.wasmspring.sandbox;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableFactory;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TagSection;
import com.dylibso.chicory.wasm.types.TagType;
import dev.wasmspring.sandbox.chicory.InstanceConstructor;
import dev.wasmspring.sandbox.chicory.InstanceGlobals;
import dev.wasmspring.sandbox.module.ModuleParser;
import org.jspecify.annotations.Nullable;

/**
 * Makes the instances of one initialised module. Immutable; lives as its {@link Template}
 * and is shared by all threads.
 * <p>
 * The engine's builder works out anew for each instance what is the same for all: it
 * finds imports by their names, checks exports, and makes arrays of lists. For a module
 * of 290 functions that is seven eighths of the time of an instance and two thirds of
 * what it allocates. Here it is worked out once, and the constructor that the builder
 * calls is called directly. That constructor is not public. Where it cannot be reached,
 * or is not there in another version of the engine, the builder is used, which takes
 * longer and does the same.
 */
final class Instantiation {

	private static final @Nullable MethodHandle CONSTRUCT = InstanceConstructor.find();

	private static final FunctionBody[] NO_FUNCTIONS = {};

	private final WasmModule module;

	private final Function<Instance, Machine> machines;

	private final ImportValues imports;

	private final Global[] globals;

	/**
	 * What the globals begin with, two numbers each; {@code null} if the engine has to
	 * initialise instances.
	 */
	private final long @Nullable [] values;

	private final DataSegment[] dataSegments;

	private final FunctionBody[] functions;

	private final FunctionType[] types;

	private final int[] functionTypes;

	private final Table[] tables;

	private final Element[] elements;

	private final TagType @Nullable [] tags;

	private final Map<String, Export> exports;

	/**
	 * Prepares the making.
	 * @param module a module without start function, whose exports and imports were
	 * checked when it was instantiated for the first time
	 * @param machines makes the machine that runs an instance's functions
	 * @param imports the functions that the module imports, in its order; it imports
	 * nothing else
	 */
	Instantiation(WasmModule module, Function<Instance, Machine> machines, ImportValues imports) {
		this.module = module;
		this.machines = machines;
		this.imports = imports;
		this.globals = module.globalSection().globals();
		this.dataSegments = module.dataSection().dataSegments();
		// Compiled code asks how many there are for segments of a table's elements alone,
		// and for the functions never
		this.functions = hasElements(module) ? module.codeSection().functionBodies() : NO_FUNCTIONS;
		this.types = module.typeSection().types();
		this.functionTypes = functionTypes(module);
		this.tables = new Table[module.tableSection().tableCount()];
		for (int i = 0; i < this.tables.length; i++) {
			this.tables[i] = module.tableSection().getTable(i);
		}
		this.elements = module.elementSection().elements();
		this.tags = module.tagSection().map(TagSection::types).orElse(null);
		this.exports = new HashMap<>();
		for (int i = 0; i < module.exportSection().exportCount(); i++) {
			Export export = module.exportSection().getExport(i);
			this.exports.put(export.name(), export);
		}
		this.values = isState(module) ? values(this.globals) : null;
	}

	private Instantiation(Instantiation same, GlobalSection globals) {
		this.module = ModuleParser.copyOf(same.module).withValidation(false).setGlobalSection(globals).build();
		this.machines = same.machines;
		this.imports = same.imports;
		this.globals = globals.globals();
		this.dataSegments = same.dataSegments;
		this.functions = same.functions;
		this.types = same.types;
		this.functionTypes = same.functionTypes;
		this.tables = same.tables;
		this.elements = same.elements;
		this.tags = same.tags;
		this.exports = same.exports;
		this.values = (same.values != null) ? values(this.globals) : null;
	}

	private static boolean hasElements(WasmModule module) {
		return Arrays.stream(module.elementSection().elements()).anyMatch((element) -> element.elementCount() > 0);
	}

	/**
	 * Whether a module is the state of one that was initialised, so that nothing is left
	 * to be evaluated.
	 */
	private static boolean isState(WasmModule module) {
		return InstanceGlobals.canBeSet() && module.startSection().isEmpty()
				&& Arrays.stream(module.elementSection().elements()).noneMatch(ActiveElement.class::isInstance)
				&& Arrays.stream(module.globalSection().globals()).allMatch(Instantiation::isConstant);
	}

	private static boolean isConstant(Global global) {
		Instruction first = global.initInstructions().get(0);
		boolean alone = global.initInstructions().stream().skip(1).allMatch((next) -> next.opcode() == OpCode.END);
		return alone && switch (first.opcode()) {
			case I32_CONST, I64_CONST, F32_CONST, F64_CONST, V128_CONST -> true;
			default -> false;
		};
	}

	private static long[] values(Global[] globals) {
		long[] values = new long[2 * globals.length];
		for (int i = 0; i < globals.length; i++) {
			long[] constant = globals[i].initInstructions().get(0).operands();
			values[2 * i] = constant[0];
			values[2 * i + 1] = (constant.length > 1) ? constant[1] : 0;
		}
		return values;
	}

	private static int[] functionTypes(WasmModule module) {
		int imported = module.importSection().importCount();
		int[] types = new int[imported + module.functionSection().functionCount()];
		for (int i = 0; i < imported; i++) {
			types[i] = ((FunctionImport) module.importSection().getImport(i)).typeIndex();
		}
		for (int i = imported; i < types.length; i++) {
			types[i] = module.functionSection().getFunctionType(i - imported);
		}
		return types;
	}

	/**
	 * Whether the constructor can be called directly, and the globals be set.
	 */
	static boolean isDirect() {
		return CONSTRUCT != null && InstanceGlobals.canBeSet();
	}

	/**
	 * Makes an instance.
	 * @param memories the instance's memories, as many as the module has; the array is
	 * the instance's from now on
	 * @param tables makes its tables
	 */
	Instance instantiate(Memory[] memories, TableFactory tables) throws Throwable {
		if (CONSTRUCT == null) {
			return build(memories, tables);
		}
		// The constructor copies the arrays that an instance writes to, but for the data
		// segments
		DataSegment[] segments = (this.dataSegments.length == 0) ? this.dataSegments : this.dataSegments.clone();
		long[] values = this.values;
		Instance instance = (Instance) CONSTRUCT.invokeExact(this.module, this.globals, memories, segments,
				this.functions, this.types, this.functionTypes, this.imports, this.tables, this.elements, this.tags,
				this.exports, this.machines, tables, (GlobalFactory) null, values == null, false,
				(ExecutionListener) null);
		if (values != null) {
			initialize(instance, InstanceGlobals.of(instance), values);
			for (int i = 0; i < memories.length; i++) {
				memories[i].zero();
				memories[i].initialize(instance, segments, i);
			}
		}
		return instance;
	}

	/**
	 * Does what the engine does, but for evaluating constants, which costs it several
	 * times the size of a global. Splitting functions adds some.
	 */
	private void initialize(Instance instance, GlobalInstance[] globals, long[] values) {
		for (int i = 0; i < globals.length; i++) {
			Global declared = this.globals[i];
			GlobalInstance global = new GlobalInstance(values[2 * i], values[2 * i + 1], declared.valueType(),
					declared.mutabilityType());
			global.setInstance(instance);
			globals[i] = global;
		}
	}

	/**
	 * The module whose instances are made.
	 */
	WasmModule module() {
		return this.module;
	}

	/**
	 * How many functions the module has.
	 */
	int functions() {
		return this.functions.length;
	}

	/**
	 * Whether new instances begin with the globals that an instance has now.
	 * @param instance one of those that were made here
	 */
	boolean hasGlobalsOf(Instance instance) {
		for (int i = 0; i < this.globals.length; i++) {
			var now = instance.global(i);
			long[] constant = this.globals[i].initInstructions().get(0).operands();
			if (now.getValueLow() != constant[0] || (constant.length > 1 && now.getValueHigh() != constant[1])) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether new instances begin with the segments that an instance has now.
	 * @param instance one of those that were made here
	 */
	boolean hasSegmentsOf(Instance instance) {
		for (int i = 0; i < this.elements.length; i++) {
			if (instance.element(i) != this.elements[i]) {
				return false;
			}
		}
		for (int i = 0; i < this.dataSegments.length; i++) {
			if (instance.dataSegmentData(i) != this.dataSegments[i].data()) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Makes the same instances with other globals, and shares all the rest.
	 * @param globals the globals that they begin with
	 */
	Instantiation withGlobals(GlobalSection globals) {
		return new Instantiation(this, globals);
	}

	/**
	 * Makes an instance as the engine's documentation shows it.
	 */
	Instance build(Memory[] memories, TableFactory tables) {
		int[] next = { 0 };
		return Instance.builder(this.module)
			.withStart(false)
			.withMachineFactory(this.machines)
			.withImportValues(this.imports)
			.withMemoryFactory((declared) -> memories[next[0]++])
			.withTableFactory(tables)
			.build();
	}

}
