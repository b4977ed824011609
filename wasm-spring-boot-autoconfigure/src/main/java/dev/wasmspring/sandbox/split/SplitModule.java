package dev.wasmspring.sandbox.split;

import java.util.List;

/**
 * A module whose large functions were split, and what was done to it. Immutable.
 *
 * @param binary the module; the very bytes that went in if no function was split
 * @param parents for each part, in the order of their indices, the function that it was
 * cut out of
 * @param firstPart the index of the first part, which is how many functions the module
 * had, imported ones included
 * @param split the functions that were split, by their index
 * @param whole the functions that are too large and were not split, by their index
 */
public record SplitModule(byte[] binary, List<Integer> parents, int firstPart, List<Split> split, List<Whole> whole) {

	public SplitModule {
		parents = List.copyOf(parents);
		split = List.copyOf(split);
		whole = List.copyOf(whole);
	}

	/**
	 * A module that is left as it is.
	 * @param module the module
	 * @return the same
	 */
	public static SplitModule unchanged(byte[] module) {
		return unchanged(module, List.of());
	}

	static SplitModule unchanged(byte[] module, List<Whole> whole) {
		return new SplitModule(module, List.of(), Integer.MAX_VALUE, List.of(), whole);
	}

	/**
	 * The module that went in, where what came out is of no use.
	 * @param module the module that went in
	 * @param reason why
	 * @return the module, with its functions left whole
	 */
	public SplitModule undone(byte[] module, String reason) {
		return unchanged(module, List.of(new Whole(-1, 0, "what was made of it cannot be compiled: " + reason)));
	}

	/**
	 * The function of the original module that a function belongs to.
	 * @param function an index in the module that came out
	 * @return an index in the module that went in
	 */
	public int original(int function) {
		int part = function - this.firstPart;
		return (part >= 0 && part < this.parents.size()) ? this.parents.get(part) : function;
	}

	/**
	 * A function that was split.
	 *
	 * @param function its index
	 * @param size the bytes of bytecode that it would have become, at an estimate
	 * @param parts how many functions were cut out of it
	 * @param largest the estimated size of the largest of them, and of what is left
	 */
	public record Split(int function, int size, int parts, int largest) {

	}

	/**
	 * A function that is too large and was not split.
	 *
	 * @param function its index, or -1 if it is the whole module that was left alone
	 * @param size the bytes of bytecode that it becomes, at an estimate, or the bytes of
	 * its code if it was not understood
	 * @param reason why, as a clause
	 */
	public record Whole(int function, int size, String reason) {

	}

}
