package dev.wasmspring.sandbox.module.preflight;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the sections that were read so far declare, and what their code and their exports
 * may refer to. Lives for one check and is confined to its thread.
 */
final class Declarations {

	static final int FUNCTION = 0;

	static final int TABLE = 1;

	static final int MEMORY = 2;

	static final int GLOBAL = 3;

	static final int TAG = 4;

	/** What can be imported and exported, in the order of their codes. */
	private static final List<String> EXTERNAL_KINDS = List.of("function", "table", "memory", "global", "tag");

	/** The number of parameters of each type. */
	private int[] parameters = {};

	private int[] results = {};

	/** For each type a number that equal types have in common. */
	private int[] signatures = {};

	/** For each type its parameters and results, in the form of {@link ImportCheck}. */
	private String[] texts = {};

	private final Map<String, Integer> seen = new HashMap<>();

	/** For each function its type; imported functions come first. */
	private int[] functions = {};

	private int importedFunctions;

	/** For each tag its type. */
	private int[] tags = {};

	/** What was imported or defined so far, and what the exports need of it. */
	private final int[] known = new int[EXTERNAL_KINDS.size()];

	private final long[] exported = new long[EXTERNAL_KINDS.size()];

	// Types

	void declareTypes(int count) {
		this.parameters = new int[count];
		this.results = new int[count];
		this.signatures = new int[count];
		this.texts = new String[count];
		this.seen.clear();
	}

	void defineType(int type, byte[] parameters, byte[] results) {
		this.parameters[type] = parameters.length;
		this.results[type] = results.length;
		this.texts[type] = new String(parameters, StandardCharsets.ISO_8859_1) + '>'
				+ new String(results, StandardCharsets.ISO_8859_1);
		this.signatures[type] = this.seen.computeIfAbsent(this.texts[type], (added) -> this.seen.size());
	}

	int typeCount() {
		return this.signatures.length;
	}

	int requireType(long index) {
		return require("type", index, this.signatures.length);
	}

	int parametersOf(int type) {
		return this.parameters[type];
	}

	int resultsOf(int type) {
		return this.results[type];
	}

	int signatureOf(int type) {
		return this.signatures[type];
	}

	/**
	 * The parameters and results of a type.
	 * @return a text in the form of {@link ImportCheck}
	 */
	String textOf(int type) {
		return this.texts[type];
	}

	// Functions

	/**
	 * Adds what was imported, which comes before what is defined.
	 * @param types the types of the functions
	 * @param count how many of them there are
	 */
	void importFunctions(int[] types, int count) {
		this.functions = Arrays.copyOf(types, count);
		this.importedFunctions = count;
	}

	void declareFunctions(int count) {
		this.functions = Arrays.copyOf(this.functions, this.importedFunctions + count);
	}

	void defineFunction(int defined, int type) {
		this.functions[this.importedFunctions + defined] = type;
	}

	int functionCount() {
		return this.functions.length;
	}

	int importedFunctions() {
		return this.importedFunctions;
	}

	int requireFunction(long index) {
		return require("function", index, this.functions.length);
	}

	int typeOfFunction(int function) {
		return this.functions[function];
	}

	// Tags

	void declareTags(int count) {
		this.tags = new int[count];
		add(TAG, count);
	}

	void defineTag(int tag, int type) {
		this.tags[tag] = type;
	}

	int typeOfTag(long index) {
		return this.tags[require("tag", index, this.tags.length)];
	}

	// What can be exported

	static boolean isExternalKind(int kind) {
		return kind < EXTERNAL_KINDS.size();
	}

	void add(int kind, int count) {
		this.known[kind] += count;
	}

	void export(int kind, long index) {
		this.exported[kind] = Math.max(this.exported[kind], index + 1);
	}

	/**
	 * Refuses exports of what there is not. The parser takes any index here, and what
	 * uses the export finds out.
	 */
	void requireKnownExports() {
		this.known[FUNCTION] = this.functions.length;
		for (int kind = 0; kind < this.known.length; kind++) {
			if (this.exported[kind] > this.known[kind]) {
				throw UnusableModuleException
					.invalid("it exports the unknown " + EXTERNAL_KINDS.get(kind) + " " + (this.exported[kind] - 1));
			}
		}
	}

	/**
	 * Refuses an index of what there is not.
	 * @return the index
	 */
	static int require(String thing, long index, int count) {
		if (index >= count) {
			throw UnusableModuleException.invalid("unknown " + thing + " " + index);
		}
		return (int) index;
	}

}
