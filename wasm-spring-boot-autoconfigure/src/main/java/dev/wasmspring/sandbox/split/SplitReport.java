package dev.wasmspring.sandbox.split;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was done to a module's large functions. Immutable; lives as long as the module is
 * compiled, and is kept with its classes.
 *
 * @param parents for each part, in the order of their indices, the function that it was
 * cut out of
 * @param firstPart the index of the first part, which is how many functions the module
 * had, imported ones included
 * @param split the functions that were split, by their index
 * @param whole the functions that are too large and were not split, by their index
 */
public record SplitReport(List<Integer> parents, int firstPart, List<Split> split, List<Whole> whole) {

	/**
	 * Nothing was to be split.
	 */
	public static final SplitReport NOTHING = new SplitReport(List.of(), Integer.MAX_VALUE, List.of(), List.of());

	/** The index that stands for all functions of a module. */
	private static final int ALL = -1;

	public SplitReport {
		parents = List.copyOf(parents);
		split = List.copyOf(split);
		whole = List.copyOf(whole);
	}

	static SplitReport nothing(List<Whole> whole) {
		return new SplitReport(List.of(), Integer.MAX_VALUE, List.of(), whole);
	}

	/**
	 * All functions were left whole.
	 * @param reason why, a clause
	 */
	public static SplitReport nothing(String reason) {
		return nothing(List.of(new Whole(ALL, 0, reason)));
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
	 * Whether no function was split, nor had to be left whole.
	 */
	public boolean isEmpty() {
		return this.split.isEmpty() && this.whole.isEmpty();
	}

	/**
	 * Writes it so that {@link #read} finds the same.
	 */
	public void write(DataOutput to) throws IOException {
		to.writeInt(this.firstPart);
		to.writeInt(this.parents.size());
		for (int parent : this.parents) {
			to.writeInt(parent);
		}
		to.writeInt(this.split.size());
		for (Split function : this.split) {
			to.writeInt(function.function());
			to.writeInt(function.size());
			to.writeInt(function.parts());
			to.writeInt(function.largest());
		}
		to.writeInt(this.whole.size());
		for (Whole function : this.whole) {
			to.writeInt(function.function());
			to.writeInt(function.size());
			to.writeUTF(function.reason());
		}
	}

	/**
	 * Reads what was written.
	 * @throws IOException if it is not that
	 */
	public static SplitReport read(DataInput from) throws IOException {
		int firstPart = from.readInt();
		List<Integer> parents = new ArrayList<>();
		for (int count = from.readInt(); count > 0; count--) {
			parents.add(from.readInt());
		}
		List<Split> split = new ArrayList<>();
		for (int count = from.readInt(); count > 0; count--) {
			split.add(new Split(from.readInt(), from.readInt(), from.readInt(), from.readInt()));
		}
		List<Whole> whole = new ArrayList<>();
		for (int count = from.readInt(); count > 0; count--) {
			whole.add(new Whole(from.readInt(), from.readInt(), from.readUTF()));
		}
		return new SplitReport(parents, firstPart, split, whole);
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
