package dev.wasmspring.sandbox.module;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.wasmspring.sandbox.memory.SandboxTable;

/**
 * Lives for one look at the bytes of one module and is confined to its thread: refuses,
 * before the parser sees them, bytes that lie about their lengths, and modules that would
 * take too long to parse and compile.
 * <p>
 * The parser allocates whatever a module announces, and parser and compiler take a time
 * that grows with products of things that a module may have many of; neither can be
 * interrupted. So this class reads the module first, once and from front to back, by the
 * grammar of the specification's chapter 5, <i>Binary Format</i>, whose sections the
 * comments name. It allocates little, and it checks no types: whether a module is valid
 * is for {@link ModuleParser} to say.
 * <p>
 * Real programs, interpreters for whole languages included, need at most half of any
 * limit, and two thirds of the bytecode; a benchmark with 4,096 cases in one switch needs
 * five sixths of the nesting.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/">Binary Format</a>
 */
public final class Preflight {

	/**
	 * How many functions share a class of the JVM. The compiler's own choice is 12,288,
	 * which makes modules of thousands of functions take two to three times as long to
	 * compile; where a function is makes no difference to how fast it is called.
	 */
	public static final int FUNCTIONS_PER_CLASS = 256;

	/** Programs made with GHC have 1,705 at least: all signatures of four arguments. */
	static final int MAX_TYPES = 4_000;

	/** Parameters of a type, and as many results. */
	static final int MAX_PARAMETERS = 100;

	/** Parameters and results of all types, since equal types are found by comparing. */
	static final int MAX_SIGNATURES = 20_000;

	/** The compiler goes through them once for each import and type. */
	static final int MAX_IMPORTS = 100;

	static final int MAX_FUNCTIONS = 20_000;

	/** Pairs of a function and a type: the compiler compares each. */
	static final int MAX_COMPARISONS = 40_000_000;

	/**
	 * Pairs of a function and a type that is equal to the function's: the compiler writes
	 * a case for each. If no type is declared twice there are as many as functions.
	 */
	static final int MAX_CASES = 50_000;

	static final int MAX_TABLES = 8;

	static final int MAX_MEMORIES = 8;

	static final int MAX_TAGS = 1_000;

	/** Each call makes all of them anew. */
	static final int MAX_GLOBALS = 10_000;

	static final int MAX_EXPORTS = 1_000;

	static final int MAX_ELEMENT_SEGMENTS = 1_000;

	/** Of one table; the parser says of more that they are no table. */
	private static final long MAX_READ_ELEMENTS = 1_000_000;

	/** Elements of all segments; more fit into no table. */
	static final int MAX_ELEMENTS = SandboxTable.MAX_ELEMENTS;

	/** Go makes one of each run of bytes that are not zero. */
	static final int MAX_DATA_SEGMENTS = 100_000;

	static final int MAX_NAMES = 500_000;

	/**
	 * Instructions of all functions and constant expressions, with the targets of their
	 * {@code br_table}. The parser needs about 100 bytes of heap for each; PHP, the
	 * largest that we know, has 1.3 million.
	 */
	static final int MAX_INSTRUCTIONS = 5_000_000;

	/** Bytes of a function: 256 KiB. */
	static final int MAX_BODY = 256 << 10;

	/**
	 * Locals of a function. The compiler sets each of them to zero, so that more than
	 * about 10,900 fit into no method of the JVM.
	 */
	static final int MAX_LOCALS = 10_000;

	/** Blocks in blocks. */
	static final int MAX_NESTING = 5_000;

	/**
	 * Handlers of exceptions in handlers of exceptions: the compiler recurses into them.
	 */
	static final int MAX_NESTED_TRIES = 50;

	/** Of a function; more fit into no method of the JVM. */
	static final int MAX_BRANCH_TARGETS = 16_383;

	/**
	 * Values that the blocks, calls and jumps of a function take and give. If each is of
	 * the wrong type, the parser makes an exception for each before it throws one.
	 */
	static final int MAX_MOVED_VALUES = 200_000;

	/**
	 * Different constants and functions that the functions of one class refer to. A class
	 * of the JVM has 65,535 places for them, and most take three. If there are more, the
	 * compiler begins again with half as many functions for each class, up to nine times.
	 */
	static final int MAX_CONSTANTS = 18_000;

	/**
	 * Bytes of bytecode that the module becomes, at a guess. The compiler loads its
	 * classes twice, the first time to see whether they are small enough, so that a byte
	 * takes up to 2.5 of metaspace.
	 */
	static final int MAX_BYTECODE = 20_000_000;

	/**
	 * What a module may cost to compile beyond the time that its size explains. A step,
	 * see {@link #steps}, takes about 10 ns.
	 */
	static final int MAX_STEPS = 50_000_000;

	/** What it may cost more for each byte of its code. */
	static final int MAX_STEPS_PER_BYTE = 50;

	private static final int STEPS_PER_FUNCTION = 5_000;

	/** Steps for a value of two types that are compared. */
	private static final int STEPS_PER_COMPARISON = 5;

	/** Steps for a parameter or local of a function: it is described, and set. */
	private static final int STEPS_PER_LOCAL = 200;

	/** Steps for a value that has to be moved, or described one by one. */
	private static final int STEPS_PER_VALUE = 16;

	/**
	 * The verifier of the JVM looks for the target of a jump among all of a function,
	 * from the first on. This many of them take a step.
	 */
	private static final int TARGETS_PER_STEP = 4;

	private static final int BYTECODE_PER_FUNCTION = 450;

	/** For what calls a function by its index. */
	private static final int BYTECODE_PER_CASE = 80;

	/** For a value that is boxed, unboxed, stored or loaded again. */
	private static final int BYTECODE_PER_VALUE = 8;

	private static final int BYTECODE_PER_CALL = 9;

	private static final int BYTECODE_PER_JUMP = 8;

	private static final int BYTECODE_PER_CONSTANT = 12;

	private static final int BYTECODE_PER_HANDLER = 60;

	/**
	 * Metaspace comes in pieces of powers of two, so that up to half of what a method of
	 * this size takes is wasted.
	 */
	private static final int LARGE_METHOD = 8_000;

	/** The sections in the order of a module; custom sections stand anywhere. */
	private static final List<Integer> SECTIONS = List.of(1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11);

	/** What can be imported and exported, in the order of their codes. */
	private static final List<String> EXTERNAL_KINDS = List.of("function", "table", "memory", "global", "tag");

	private static final byte[] NAME = { 'n', 'a', 'm', 'e' };

	private static final int FUNCTION_TYPE = 0x60;

	private static final int NULLABLE_REFERENCE = 0x63;

	private static final int REFERENCE = 0x64;

	/** The type of a block that takes and gives nothing. */
	private static final int EMPTY = 0x40;

	private static final int CODE = 10;

	private static final int BLOCK = 0x02;

	private static final int LOOP = 0x03;

	private static final int IF = 0x04;

	private static final int END = 0x0b;

	private static final int TRY_TABLE = 0x1f;

	private final byte[] bytes;

	private int position = BinaryFormat.HEADER_SIZE;

	/** Where the innermost thing ends that announced its length. */
	private int end;

	private int section;

	private int[] parameters = {};

	private int[] results = {};

	/** For each type a number that equal types have in common. */
	private int[] signatures = {};

	/** For each type its parameters and results, in the form of {@link ImportCheck}. */
	private String[] texts = {};

	/** For each function its type; imported functions come first. */
	private int[] functions = {};

	private int imported;

	/** What was imported or defined so far, and what the exports need of it. */
	private final int[] known = new int[EXTERNAL_KINDS.size()];

	private final long[] exported = new long[EXTERNAL_KINDS.size()];

	/** For each tag its type. */
	private int[] tags = {};

	/**
	 * What the module costs beyond the time for each byte of it. Each function is a
	 * method of the JVM. At a jump, and where it leads, the parser walks over the blocks
	 * around and the compiler and the JVM's verifier go through all values that are
	 * alive, locals and operands; in the reach of a handler of exceptions they do so at
	 * every instruction.
	 */
	private long steps;

	private long maxSteps = MAX_STEPS;

	private int instructions;

	private long bytecode;

	/** What the functions refer to that share a class with the current one. */
	private final Set<Constant> constants = new HashSet<>();

	// Where we are in the body of a function

	private int function;

	private int locals;

	private int branchTargets;

	private int jumps;

	private int movedValues;

	/** The open blocks, outermost first; behind them are some to use again. */
	private final List<Block> blocks = new ArrayList<>();

	private int depth;

	/** The {@code try_table} blocks that are open. */
	private int tries;

	/** Those that were opened so far. */
	private int allTries;

	/** How many instructions there were before this function. */
	private int instructionsBefore;

	/** At least as many operands as there are on the stack. */
	private long operands;

	/** Whether to look into the bodies of functions. */
	private final boolean intoBodies;

	private Preflight(byte[] bytes, boolean intoBodies) {
		this.bytes = bytes;
		this.end = bytes.length;
		this.intoBodies = intoBodies;
	}

	/**
	 * Checks a module that will be parsed and compiled.
	 * @param bytes the module, whose header was checked already
	 * @throws UnusableModule if the module is refused; nothing else is thrown
	 */
	public static void check(byte[] bytes) {
		new Preflight(bytes, true).module();
	}

	/**
	 * Checks a module of which an {@link Outline} will be parsed and nothing compiled.
	 * @param bytes the module, whose header was checked already
	 * @throws UnusableModule if the module is refused; nothing else is thrown
	 */
	static void checkOutline(byte[] bytes) {
		new Preflight(bytes, false).module();
	}

	// Modules: sections, modules

	private void module() {
		int last = -1;
		while (this.position < this.end) {
			this.section = next();
			if (this.section != 0) {
				int order = SECTIONS.indexOf(this.section);
				if (order <= last) {
					throw invalid("section " + this.section + " is unknown or in the wrong place");
				}
				last = order;
			}
			int outer = enter(count());
			switch (this.section) {
				case 0 -> customSection();
				case 1 -> typeSection();
				case 2 -> importSection();
				case 3 -> functionSection();
				case 4 -> tableSection();
				case 5 -> memorySection();
				case 6 -> globalSection();
				case 7 -> exportSection();
				case 9 -> elementSection();
				case CODE -> codeSection();
				case 11 -> dataSection();
				case 13 -> tagSection();
				default -> {
					// The start function and the number of data segments: a number each
				}
			}
			leave(outer);
		}
		requireKnownExports();
		requireFewCases();
	}

	// Modules: custom section; Appendix: name section

	private void customSection() {
		int length = count();
		boolean names = Arrays.equals(this.bytes, this.position, this.position + length, NAME, 0, NAME.length);
		skip(length);
		long total = 0;
		int last = -1;
		while (names && this.position < this.end) {
			int subsection = next();
			if (subsection <= last) {
				throw invalid("subsection " + subsection + " of the names is in the wrong place");
			}
			last = subsection;
			int outer = enter(count());
			switch (subsection) {
				case 0 -> skip(count());
				case 1, 5, 6, 7, 8, 9, 11 -> total += nameMap();
				case 2, 3 -> {
					long index = -1;
					for (int i = count(); i > 0; i--) {
						index = indexFrom(index + 1);
						total += 1 + nameMap();
					}
				}
				default -> {
					// The parser does not read the others
				}
			}
			leave(outer);
			atMost(MAX_NAMES, total, "names");
		}
	}

	private int nameMap() {
		int count = count();
		long index = 0;
		for (int i = 0; i < count; i++) {
			index = indexFrom(index);
			skip(count());
		}
		return count;
	}

	private long indexFrom(long least) {
		long index = unsigned();
		if (index < least) {
			// The parser would move all names behind it, each time
			throw invalid("names are not in the order of their indices");
		}
		return index;
	}

	// Modules: type section; Types

	private void typeSection() {
		int announced = count();
		int count = Math.min(announced, MAX_TYPES);
		this.parameters = new int[count];
		this.results = new int[count];
		this.signatures = new int[count];
		this.texts = new String[count];
		Map<String, Integer> seen = new HashMap<>();
		int total = 0;
		for (int type = 0; type < count; type++) {
			int form = next();
			if (form != FUNCTION_TYPE) {
				throw notAFunction(form, type);
			}
			String parameters = valueTypes(type, "parameters");
			String results = valueTypes(type, "results");
			this.parameters[type] = parameters.length();
			this.results[type] = results.length();
			this.texts[type] = parameters + '>' + results;
			this.signatures[type] = seen.computeIfAbsent(this.texts[type], (added) -> seen.size());
			total = atMost(MAX_SIGNATURES, total + parameters.length() + results.length(),
					"parameters and results of types");
		}
		// Only now, since garbage-collected types are many, and their reason is better
		atMost(MAX_TYPES, announced, "types");
	}

	private static UnusableModule notAFunction(int form, int type) {
		return switch (form) {
			case 0x5d -> UnsupportedFeature.STACK_SWITCHING.refusal();
			case 0x65 -> UnsupportedFeature.SHARED_EVERYTHING.refusal();
			default -> (form >= 0x4c && form <= 0x5f) ? UnsupportedFeature.GARBAGE_COLLECTION.refusal()
					: invalid("type " + type + " is no function");
		};
	}

	private String valueTypes(int type, String things) {
		int count = atMost(MAX_PARAMETERS, count(), things, "Type", type);
		byte[] types = new byte[count];
		for (int i = 0; i < count; i++) {
			types[i] = (byte) valueType();
		}
		return new String(types, StandardCharsets.ISO_8859_1);
	}

	/**
	 * Reads a value type.
	 * @return a byte that equal types have in common
	 */
	private int valueType() {
		int type = next();
		if (type == NULLABLE_REFERENCE || type == REFERENCE) {
			return heapType() | ((type == REFERENCE) ? 0x80 : 0);
		}
		requireValueType(type);
		return type;
	}

	private int heapType() {
		int type = next();
		// What is not defined by the module is a negative number, all of one byte;
		// alone, such a byte means a nullable reference
		if ((type & 0xc0) != 0x40) {
			// Such types are compared wherever they are used, and comparing chains of
			// them takes twice the time for each link
			throw UnsupportedFeature.TYPED_REFERENCES.refusal();
		}
		requireValueType(type);
		return type;
	}

	private void requireValueType(int type) {
		switch (type) {
			// Numbers
			case 0x7f, 0x7e, 0x7d, 0x7c -> {
			}
			case 0x7b -> throw UnsupportedFeature.SIMD.refusal();
			// References: functions, host objects, exceptions
			case 0x70, 0x6f, 0x69, 0x73, 0x72, 0x74 -> {
			}
			case 0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71 -> throw UnsupportedFeature.GARBAGE_COLLECTION.refusal();
			case 0x68, 0x75 -> throw UnsupportedFeature.STACK_SWITCHING.refusal();
			case 0x67, 0x66, 0x62, 0x61 -> throw UnsupportedFeature.STRING_REFERENCES.refusal();
			case 0x65 -> throw UnsupportedFeature.SHARED_EVERYTHING.refusal();
			default -> throw invalid("section " + this.section + " has an unknown type");
		}
	}

	// Modules: import section

	private void importSection() {
		int count = count();
		int[] types = new int[Math.min(count, MAX_IMPORTS)];
		ImportCheck check = new ImportCheck();
		for (int i = 0; i < count; i++) {
			String module = name();
			String name = name();
			int kind = next();
			switch (kind) {
				case 0 -> {
					int type = type();
					if (this.imported < types.length) {
						types[this.imported++] = type;
					}
					check.addFunction(module, name, this.texts[type]);
				}
				case 1 -> {
					skipType();
					skipLimits();
					check.add(ImportCheck.Kind.TABLE, module, name);
				}
				case 2 -> check.add(memoryKind(skipLimits()), module, name);
				case 3 -> {
					skipType();
					next();
					check.add(ImportCheck.Kind.GLOBAL, module, name);
				}
				case 4 -> {
					next();
					unsigned();
					check.add(ImportCheck.Kind.TAG, module, name);
				}
				case 0x7e, 0x7f -> throw UnsupportedFeature.COMPACT_IMPORTS.refusal();
				default -> throw invalid("import " + i + " is of an unknown kind");
			}
			if (kind > 0) {
				this.known[kind]++;
			}
		}
		if (!this.intoBodies) {
			// Before what is too many: only what is offered can be too many in earnest
			check.requireOffered();
		}
		atMost(MAX_IMPORTS, count, "imports");
		this.functions = Arrays.copyOf(types, this.imported);
	}

	private static ImportCheck.Kind memoryKind(int flags) {
		if ((flags & 2) != 0) {
			return ImportCheck.Kind.SHARED_MEMORY;
		}
		return ((flags & 4) != 0) ? ImportCheck.Kind.MEMORY64 : ImportCheck.Kind.MEMORY;
	}

	/** Skips a type without a word on it: it belongs to what is refused anyway. */
	private void skipType() {
		int type = next();
		if (type == NULLABLE_REFERENCE || type == REFERENCE) {
			signed(5);
		}
	}

	/**
	 * Skips limits of whatever feature.
	 * @return their flags
	 */
	private int skipLimits() {
		int flags = next();
		signed(10);
		if ((flags & 1) != 0) {
			signed(10);
		}
		if ((flags & 8) != 0) {
			unsigned();
		}
		return flags;
	}

	private String name() {
		int length = count();
		int start = this.position;
		skip(length);
		return new String(this.bytes, start, length, StandardCharsets.UTF_8);
	}

	/**
	 * Reads the limits of a memory or a table.
	 * @param shared what it means that they are shared
	 * @param wide what it means that they are of 64 bits
	 * @return the least size
	 */
	private long limits(UnsupportedFeature shared, UnsupportedFeature wide) {
		int flags = next();
		if ((flags & 0xf0) != 0) {
			throw invalid("section " + this.section + " has limits of an unknown kind");
		}
		if ((flags & 8) != 0) {
			throw UnsupportedFeature.CUSTOM_PAGE_SIZES.refusal();
		}
		if ((flags & 4) != 0) {
			throw wide.refusal();
		}
		if ((flags & 2) != 0) {
			throw shared.refusal();
		}
		long least = unsigned();
		if ((flags & 1) != 0 && unsigned() < least) {
			throw invalid("section " + this.section + " has limits whose minimum is greater than their maximum");
		}
		return least;
	}

	// Modules: function section

	private void functionSection() {
		int count = atMost(MAX_FUNCTIONS, count(), "functions");
		this.functions = Arrays.copyOf(this.functions, this.imported + count);
		for (int i = 0; i < count; i++) {
			this.functions[this.imported + i] = type();
		}
	}

	/**
	 * The compiler compares each function's type with each type, value by value until
	 * they differ.
	 */
	private void countComparisons() {
		this.steps += atMost(MAX_COMPARISONS, (long) this.functions.length * this.signatures.length,
				"pairs of a function and a type");
		int[] uses = new int[this.signatures.length];
		for (int type : this.functions) {
			uses[type]++;
		}
		Map<String, Integer> beginnings = new HashMap<>();
		for (int type = 0; type < uses.length; type++) {
			for (int length = 1; length <= this.texts[type].length(); length++) {
				beginnings.merge(beginning(type, length), 1, Integer::sum);
			}
		}
		for (int type = 0; type < uses.length; type++) {
			for (int length = 1; uses[type] > 0 && length <= this.texts[type].length(); length++) {
				this.steps += (long) STEPS_PER_COMPARISON * uses[type]
						* beginnings.getOrDefault(beginning(type, length), 0);
			}
		}
	}

	/**
	 * The first values of a type, and how many parameters it has: those of different
	 * numbers are not compared.
	 */
	private String beginning(int type, int length) {
		return (char) this.parameters[type] + this.texts[type].substring(0, length);
	}

	// Modules: memory section

	private void memorySection() {
		int count = atMost(MAX_MEMORIES, count(), "memories");
		this.known[2] += count;
		for (int i = count; i > 0; i--) {
			limits(UnsupportedFeature.SHARED_MEMORY, UnsupportedFeature.MEMORY64);
		}
	}

	private void requireFewCases() {
		countComparisons();
		int[] types = new int[this.signatures.length];
		for (int signature : this.signatures) {
			types[signature]++;
		}
		long cases = 0;
		for (int type : this.functions) {
			int equal = types[this.signatures[type]];
			cases += equal;
			int values = this.parameters[type] + this.results[type];
			this.steps += (long) STEPS_PER_VALUE * equal * values;
			this.bytecode += (long) equal * (BYTECODE_PER_CASE + 2 * values);
		}
		atMost(MAX_CASES, cases, "pairs of a function and a type equal to the function's");
		requireFewSteps();
		requireLittleBytecode();
	}

	// Modules: table section

	private void tableSection() {
		int count = atMost(MAX_TABLES, count(), "tables");
		this.known[1] += count;
		for (int i = count; i > 0; i--) {
			boolean initialized = this.position < this.end && this.bytes[this.position] == EMPTY;
			if (initialized) {
				skip(2);
			}
			int type = valueType();
			if (type >= 0x7b && type <= 0x7f) {
				throw invalid("section " + this.section + " has a table of numbers");
			}
			long elements = limits(UnsupportedFeature.SHARED_EVERYTHING, UnsupportedFeature.TABLE64);
			if (elements > MAX_READ_ELEMENTS) {
				throw new UnusableModule("It declares a table with " + elements + " elements, but only "
						+ SandboxTable.MAX_ELEMENTS + " are allowed.", "Build the module with smaller tables.");
			}
			if (initialized) {
				constantExpression();
			}
		}
	}

	// Modules: global section

	private void globalSection() {
		int count = atMost(MAX_GLOBALS, count(), "globals");
		this.known[3] += count;
		for (int i = count; i > 0; i--) {
			valueType();
			switch (next()) {
				case 0, 1 -> constantExpression();
				case 2, 3 -> throw UnsupportedFeature.SHARED_EVERYTHING.refusal();
				default -> throw invalid("section " + this.section + " has a global of an unknown mutability");
			}
		}
	}

	// Modules: tag section

	private void tagSection() {
		this.tags = new int[atMost(MAX_TAGS, count(), "tags")];
		this.known[4] += this.tags.length;
		for (int i = 0; i < this.tags.length; i++) {
			if (next() != 0) {
				throw invalid("tag " + i + " has an unknown attribute");
			}
			this.tags[i] = type();
		}
	}

	// Modules: export section

	private void exportSection() {
		for (int i = atMost(MAX_EXPORTS, count(), "exports"); i > 0; i--) {
			skip(count());
			int kind = next();
			if (kind >= EXTERNAL_KINDS.size()) {
				throw invalid("it has an export of an unknown kind");
			}
			this.exported[kind] = Math.max(this.exported[kind], unsigned() + 1);
		}
	}

	/**
	 * The parser takes any index here, and what uses the export finds out.
	 */
	private void requireKnownExports() {
		this.known[0] = this.functions.length;
		for (int kind = 0; kind < this.known.length; kind++) {
			if (this.exported[kind] > this.known[kind]) {
				throw invalid("it exports the unknown " + EXTERNAL_KINDS.get(kind) + " " + (this.exported[kind] - 1));
			}
		}
	}

	// Modules: element section

	private void elementSection() {
		int total = 0;
		for (int i = atMost(MAX_ELEMENT_SEGMENTS, count(), "element segments"); i > 0; i--) {
			long flags = unsigned();
			boolean active = (flags & 1) == 0;
			boolean expressions = (flags & 4) != 0;
			if (active) {
				if ((flags & 2) != 0) {
					unsigned();
				}
				constantExpression();
			}
			if ((flags & 3) != 0) {
				if (expressions) {
					valueType();
				}
				else {
					next();
				}
			}
			int count = count();
			total = atMost(MAX_ELEMENTS, (long) total + count, "elements in segments");
			for (int j = 0; j < count; j++) {
				if (expressions) {
					constantExpression();
				}
				else {
					unsigned();
				}
			}
		}
	}

	// Modules: data section

	private void dataSection() {
		for (int i = atMost(MAX_DATA_SEGMENTS, count(), "data segments"); i > 0; i--) {
			long mode = unsigned();
			if (mode == 2) {
				unsigned();
			}
			if (mode != 1) {
				constantExpression();
			}
			skip(count());
		}
	}

	private void constantExpression() {
		for (int opcode = next(); opcode != END; opcode = next()) {
			countInstructions(1);
			plainInstruction(opcode);
		}
	}

	// Modules: code section

	private void codeSection() {
		this.maxSteps += (long) MAX_STEPS_PER_BYTE * (this.end - this.position);
		if (count() != this.functions.length - this.imported) {
			throw invalid("function and code section have inconsistent lengths");
		}
		for (this.function = this.imported; this.function < this.functions.length; this.function++) {
			int outer = enter(atMostInFunction(MAX_BODY, count(), "bytes"));
			if (this.function % FUNCTIONS_PER_CLASS == 0) {
				this.constants.clear();
			}
			if (this.intoBodies) {
				body();
			}
			leave(outer);
		}
	}

	private void body() {
		int type = this.functions[this.function];
		long declared = 0;
		for (int groups = count(); groups > 0; groups--) {
			declared = atMostInFunction(MAX_LOCALS, declared + unsigned(), "locals");
			valueType();
		}
		this.locals = this.parameters[type] + (int) declared;
		this.steps += STEPS_PER_FUNCTION + STEPS_PER_LOCAL * this.locals;
		long others = this.bytecode;
		this.bytecode += BYTECODE_PER_FUNCTION + BYTECODE_PER_VALUE * this.locals;
		this.branchTargets = 0;
		this.jumps = 0;
		this.movedValues = 0;
		this.tries = 0;
		this.allTries = 0;
		this.instructionsBefore = this.instructions;
		this.depth = -1;
		open(BLOCK, 0, 0, this.results[type]);
		while (this.depth >= 0) {
			countInstructions(1);
			instruction();
			// The verifier of the JVM asks every handler whether it is in its reach
			this.steps += this.allTries + this.tries * (STEPS_PER_VALUE + this.locals + this.operands);
			requireFewSteps();
		}
		long own = this.bytecode - others;
		this.bytecode += (own > LARGE_METHOD) ? own / 2 : 0;
		requireLittleBytecode();
		if (this.position != this.end) {
			throw invalid("function " + this.function + " goes on behind its end");
		}
	}

	private void countInstructions(int count) {
		this.instructions = atMost(MAX_INSTRUCTIONS, this.instructions + (long) count, "instructions");
	}

	private void refersToInt(long value) {
		// Smaller ones are part of the bytecode
		if (value != (short) value) {
			refersTo('i', value);
		}
	}

	private void refersTo(char kind, long value) {
		if (this.section == CODE && this.constants.add(new Constant(kind, value))) {
			atMost(MAX_CONSTANTS, this.constants.size(),
					"constants and callees in " + FUNCTIONS_PER_CLASS + " functions");
			this.bytecode += BYTECODE_PER_CONSTANT;
		}
	}

	private void requireFewSteps() {
		if (this.steps > this.maxSteps) {
			throw new UnusableModule(
					"It would take too long to compile: up to function " + this.function
							+ ", its functions, parameters, locals, operands, blocks and jumps are too many.",
					"Build the module optimised and for size (-Oz).");
		}
	}

	private void requireLittleBytecode() {
		if (this.bytecode > MAX_BYTECODE) {
			throw new UnusableModule(
					"Its classes would be too large: up to function " + this.function
							+ ", its functions and instructions are too many.",
					"Build the module optimised and for size (-Oz), or split it.");
		}
	}

	// Instructions: control instructions, and select

	private void instruction() {
		int opcode = next();
		switch (opcode) {
			// unreachable, throw_ref
			case 0x00, 0x0a -> unreachable();
			// return
			case 0x0f -> returns();
			case BLOCK, LOOP, IF, TRY_TABLE -> block(opcode);
			// else
			case 0x05 -> {
				jump();
				moves(block().results + block().parameters);
				this.operands = block().floor + block().parameters;
			}
			// throw
			case 0x08 -> {
				moves(this.parameters[this.tags[known("tag", unsigned(), this.tags.length)]]);
				unreachable();
			}
			case END -> close();
			// br
			case 0x0c -> {
				branch();
				unreachable();
			}
			// br_if
			case 0x0d -> {
				pop(1);
				branch();
			}
			// br_table
			case 0x0e -> {
				pop(1);
				branchTable();
				unreachable();
			}
			// call
			case 0x10 -> call(callee());
			// call_indirect
			case 0x11 -> callIndirect();
			// return_call
			case 0x12 -> {
				call(callee());
				tailCallReturns();
			}
			// return_call_indirect
			case 0x13 -> {
				callIndirect();
				tailCallReturns();
			}
			// call_ref
			case 0x14 -> callReference();
			// return_call_ref
			case 0x15 -> {
				callReference();
				tailCallReturns();
			}
			// select
			case 0x1b -> select();
			// select with a type
			case 0x1c -> {
				for (int i = count(); i > 0; i--) {
					valueType();
				}
				select();
			}
			// br_on_null, br_on_non_null
			case 0xd5, 0xd6 -> branch();
			default -> push(plainInstruction(opcode));
		}
	}

	private void block(int opcode) {
		int start = this.position;
		long type = unsigned();
		int in = 0;
		int out = (type == EMPTY) ? 0 : 1;
		// Alone, such a byte is a negative number, which means no index
		if (type >= EMPTY && type <= 0x7f && this.position == start + 1) {
			if (type == NULLABLE_REFERENCE || type == REFERENCE) {
				heapType();
			}
			else if (type != EMPTY) {
				requireValueType((int) type);
			}
		}
		else {
			int defined = known("type", type, this.signatures.length);
			in = this.parameters[defined];
			out = this.results[defined];
			requireReadAsMeant(defined);
		}
		if (opcode == IF) {
			pop(1);
			find();
		}
		moves(in);
		jump();
		if (opcode == TRY_TABLE) {
			for (int i = count(); i > 0; i--) {
				// The first two kinds of a catch clause name a tag
				if (next() < 2) {
					unsigned();
				}
				branch();
			}
			this.allTries++;
			this.steps += this.instructions - this.instructionsBefore;
			this.bytecode += BYTECODE_PER_HANDLER;
			// The compiler keeps the operands below it in locals of their own
			this.locals += (int) Math.max(0, this.operands - in);
		}
		block().children++;
		open(opcode, Math.max(block().floor, this.operands - in), in, out);
	}

	/**
	 * The parser knows indices of 64 to 127 and the codes of simple types by their value
	 * alone, so that it takes one for the other.
	 */
	private void requireReadAsMeant(int type) {
		if (type >= EMPTY && type <= 0x7f && !this.texts[type].equals((type == EMPTY) ? ">" : ">" + (char) type)) {
			throw new UnusableModule(
					"Function " + this.function + " has a block of type " + type
							+ ", which the engine takes for a simple type.",
					"Build the module so that blocks take nothing and give one value at most: clang with"
							+ " -mno-multivalue, or run 'wasm-opt --flatten -Oz' on it.");
		}
	}

	private void open(int opcode, long floor, int in, int out) {
		this.depth = atMostInFunction(MAX_NESTING, this.depth + 1L, "nested blocks");
		if (opcode == TRY_TABLE) {
			this.tries = atMostInFunction(MAX_NESTED_TRIES, this.tries + 1L, "nested try_table blocks");
		}
		if (this.depth == this.blocks.size()) {
			this.blocks.add(new Block());
		}
		Block block = block();
		block.opcode = opcode;
		block.floor = floor;
		block.parameters = in;
		block.results = out;
		block.children = 0;
		this.operands = floor + in;
	}

	private void close() {
		jump();
		Block closed = block();
		moves(closed.results);
		this.operands = closed.floor + closed.results;
		this.depth--;
		if (closed.opcode == TRY_TABLE) {
			this.tries--;
		}
		else if (closed.opcode == LOOP) {
			// The parser goes through all blocks beside a loop
			this.steps += block().children;
		}
	}

	private Block block() {
		return this.blocks.get(this.depth);
	}

	private void branchTable() {
		int count = count();
		this.branchTargets = atMostInFunction(MAX_BRANCH_TARGETS, this.branchTargets + (long) count,
				"targets of br_table");
		countInstructions(count);
		for (int i = 0; i <= count; i++) {
			branch();
		}
	}

	private void branch() {
		int label = known("label", unsigned(), this.depth + 1);
		Block target = this.blocks.get(this.depth - label);
		// Where code is unreachable, what the target takes appears from nowhere
		int taken = (target.opcode == LOOP) ? target.parameters : target.results;
		this.operands = Math.max(this.operands, block().floor + taken);
		moves(taken);
		this.bytecode += 4 * taken;
		this.steps += label;
		find();
		jump();
	}

	private void jump() {
		long alive = this.locals + this.operands;
		// With two operands or more, the JVM wants a list of all that is alive
		if (this.operands > 1) {
			this.steps += STEPS_PER_VALUE * alive;
			this.bytecode += BYTECODE_PER_JUMP + 2 * alive;
		}
		else {
			this.steps += alive;
		}
	}

	/** Counts a jump of the bytecode, whose target has to be found. */
	private void find() {
		this.bytecode += BYTECODE_PER_JUMP;
		this.steps += this.jumps++ / TARGETS_PER_STEP;
	}

	private void select() {
		// The compiler makes a jump of it
		pop(1);
		find();
		jump();
		pop(1);
	}

	private int callee() {
		int callee = known("function", unsigned(), this.functions.length);
		refersTo('c', callee);
		return this.functions[callee];
	}

	private void callIndirect() {
		pop(1);
		int type = type();
		refersTo('t', type);
		unsigned();
		call(type);
	}

	private void callReference() {
		pop(1);
		call(type());
	}

	private void call(int type) {
		moves(this.parameters[type] + this.results[type]);
		this.bytecode += BYTECODE_PER_CALL + BYTECODE_PER_VALUE * this.results[type];
		pop(this.parameters[type]);
		push(this.results[type]);
	}

	/**
	 * The compiler makes a call and a return of a tail call, so that the handlers around
	 * it would catch what the callee throws.
	 */
	private void tailCallReturns() {
		if (this.tries > 0) {
			throw new UnusableModule(
					"Function " + this.function
							+ " makes a tail call within a try_table, whose handlers the engine would leave in force.",
					"Build the module without tail calls: clang with -mno-tail-call, Rust with"
							+ " -C target-feature=-tail-call.");
		}
		returns();
	}

	private void returns() {
		moves(this.results[this.functions[this.function]]);
		unreachable();
	}

	/** Counts values that are taken from the stack, or put there, several at once. */
	private void moves(int values) {
		this.movedValues = atMostInFunction(MAX_MOVED_VALUES, this.movedValues + (long) values,
				"values that its blocks, calls and jumps move");
		this.steps += STEPS_PER_VALUE * values;
	}

	private void pop(int count) {
		this.operands = Math.max(block().floor, this.operands - count);
	}

	private void push(int count) {
		pop(-count);
	}

	private void unreachable() {
		this.operands = block().floor;
	}

	// Instructions: all others

	/**
	 * Skips the rest of an instruction that has no part in the flow of control.
	 * @return by how much it changes the number of operands
	 */
	private int plainInstruction(int opcode) {
		int instruction = switch (opcode) {
			case 0xfb -> throw ((unsigned() < 0x80) ? UnsupportedFeature.GARBAGE_COLLECTION
					: UnsupportedFeature.STRING_REFERENCES)
				.refusal();
			case 0xfc -> Instructions.MISCELLANEOUS + (int) Math.min(unsigned(), 0xff);
			case 0xfd -> throw UnsupportedFeature.SIMD.refusal();
			case 0xfe -> Instructions.ATOMIC + (int) Math.min(unsigned(), 0xff);
			default -> opcode;
		};
		String immediates = Instructions.immediates(instruction);
		if (immediates == null) {
			throw unknownInstruction(opcode, instruction);
		}
		for (int i = 0; i < immediates.length(); i++) {
			switch (immediates.charAt(i)) {
				case 'u' -> refersToInt(unsigned());
				case 'i' -> refersToInt(signed(5));
				case 'l' -> refersTo('l', signed(10));
				case 'm' -> {
					// Memory instructions: the alignment says whether an index of a
					// memory follows
					if (unsigned() >= 0x40) {
						unsigned();
					}
					refersToInt(unsigned());
				}
				case '4' -> refersTo('f', bits(4));
				case '8' -> refersTo('d', bits(8));
				default -> skip(immediates.charAt(i) - '0');
			}
		}
		this.bytecode += Instructions.bytecode(instruction);
		return Instructions.effect(instruction);
	}

	private UnusableModule unknownInstruction(int opcode, int instruction) {
		return switch (instruction) {
			// try, catch, rethrow, delegate, catch_all
			case 0x06, 0x07, 0x09, 0x18, 0x19 -> UnsupportedFeature.LEGACY_EXCEPTIONS.refusal();
			case 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6 -> UnsupportedFeature.STACK_SWITCHING.refusal();
			case Instructions.MISCELLANEOUS + 0x13, Instructions.MISCELLANEOUS + 0x14,
					Instructions.MISCELLANEOUS + 0x15, Instructions.MISCELLANEOUS + 0x16 ->
				UnsupportedFeature.WIDE_ARITHMETIC.refusal();
			case Instructions.MISCELLANEOUS + 0x30, Instructions.MISCELLANEOUS + 0x31 ->
				UnsupportedFeature.HALF_PRECISION.refusal();
			default -> {
				boolean shared = instruction > Instructions.ATOMIC + 0x4e;
				yield shared ? UnsupportedFeature.SHARED_EVERYTHING.refusal() : invalid(
						"section " + this.section + " has the unexpected instruction 0x" + Integer.toHexString(opcode));
			}
		};
	}

	// Values: bytes, integers, vectors

	private int next() {
		if (this.position >= this.end) {
			throw invalid("section " + this.section + " ends too early");
		}
		return this.bytes[this.position++] & 0xff;
	}

	/**
	 * Reads an unsigned number of 32 bits, which takes at most five bytes of seven bits.
	 */
	private long unsigned() {
		long value = 0;
		for (int shift = 0; shift < 35; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				if (value > 0xffff_ffffL) {
					break;
				}
				return value;
			}
		}
		throw invalid("section " + this.section + " has a number that is too long");
	}

	private long signed(int maxBytes) {
		long value = 0;
		for (int shift = 0; shift < 7 * maxBytes; shift += 7) {
			int part = next();
			value |= (part & 0x7fL) << shift;
			if (part < 0x80) {
				// The seventh bit is the sign; the tenth byte has no room for more
				return ((part & 0x40) != 0 && shift < 57) ? value | (-1L << (shift + 7)) : value;
			}
		}
		throw invalid("section " + this.section + " has a number that is too long");
	}

	private long bits(int bytes) {
		long bits = 0;
		for (int i = 0; i < bytes; i++) {
			bits = bits << 8 | next();
		}
		return bits;
	}

	/**
	 * Reads how many bytes or entries follow. An entry takes a byte at least.
	 */
	private int count() {
		long count = unsigned();
		int left = this.end - this.position;
		if (count > left) {
			throw invalid("section " + this.section + " announces " + count + " bytes or entries, with " + left
					+ " bytes left");
		}
		return (int) count;
	}

	private int type() {
		return known("type", unsigned(), this.signatures.length);
	}

	private static int known(String thing, long index, int count) {
		if (index >= count) {
			throw invalid("unknown " + thing + " " + index);
		}
		return (int) index;
	}

	private void skip(int count) {
		if (count > this.end - this.position) {
			throw invalid("section " + this.section + " ends too early");
		}
		this.position += count;
	}

	/**
	 * Enters something of a known length.
	 * @return what {@link #leave} wants
	 */
	private int enter(int length) {
		int outer = this.end;
		this.end = this.position + length;
		return outer;
	}

	private void leave(int outer) {
		this.position = this.end;
		this.end = outer;
	}

	private static int atMost(int limit, long count, String things) {
		if (count > limit) {
			throw tooMany("It has " + count + " " + things, limit);
		}
		return (int) count;
	}

	private static int atMost(int limit, long count, String things, String owner, int index) {
		if (count > limit) {
			throw tooMany(owner + " " + index + " has " + count + " " + things, limit);
		}
		return (int) count;
	}

	private int atMostInFunction(int limit, long count, String things) {
		return atMost(limit, count, things, "Function", this.function);
	}

	private static UnusableModule tooMany(String what, int limit) {
		return new UnusableModule(what + ", but only " + limit + " are allowed.",
				"Build the module optimised and for size (-Oz), or split it.");
	}

	private static UnusableModule invalid(String defect) {
		return UnusableModule.invalid(defect);
	}

	private record Constant(char kind, long value) {
	}

	/**
	 * A block that is open. Lives for one check; used again for later blocks at its
	 * depth.
	 */
	private static final class Block {

		private int opcode;

		/** How many operands lie below it. */
		private long floor;

		private int parameters;

		private int results;

		private int children;

	}

}
