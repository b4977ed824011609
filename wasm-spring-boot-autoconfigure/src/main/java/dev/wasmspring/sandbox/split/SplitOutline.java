package dev.wasmspring.sandbox.split;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What splitting changed in a module but for the code: the declarations of types,
 * functions and globals. It is kept with the classes of the module, which then need not
 * be split again. Immutable.
 */
public final class SplitOutline {

	private static final Set<Integer> SECTIONS = Set.of(1, 3, 6);

	private static final int GLOBALS = 6;

	private static final int CODE = 10;

	private final TreeMap<Integer, byte[]> sections = new TreeMap<>();

	private final int functions;

	private final SplitReport report;

	private SplitOutline(int functions, SplitReport report) {
		this.functions = functions;
		this.report = report;
	}

	/**
	 * Takes from a module what is needed of it later.
	 */
	public static SplitOutline of(SplitModule split) {
		if (!split.isChanged()) {
			return new SplitOutline(0, split.report());
		}
		Declarations declarations = new Declarations(split.binary());
		SplitOutline outline = new SplitOutline(declarations.bodies.length, split.report());
		for (Declarations.Section section : declarations.sections) {
			if (SECTIONS.contains(section.id())) {
				outline.sections.put(section.id(),
						Arrays.copyOfRange(split.binary(), section.content(), section.end()));
			}
		}
		return outline;
	}

	public SplitReport report() {
		return this.report;
	}

	/**
	 * Makes of a module what its classes were compiled from, but without code.
	 * @param module the module that was split
	 * @return a module whose functions have bodies of no bytes
	 */
	public byte[] applyTo(byte[] module) {
		if (this.sections.isEmpty()) {
			return module;
		}
		Bytes bytes = new Bytes().add(module, 0, ModuleWriter.HEADER);
		boolean globals = !this.sections.containsKey(GLOBALS);
		for (Declarations.Section section : new Declarations(module).sections) {
			int id = section.id();
			if (!globals && ModuleWriter.comesAfterGlobals(id)) {
				add(bytes, GLOBALS);
				globals = true;
			}
			if (id == CODE) {
				byte[] bodies = new byte[this.functions];
				bytes.add(CODE).addSized(new Bytes().unsigned(this.functions).add(bodies, 0, bodies.length));
			}
			else if (this.sections.containsKey(id)) {
				add(bytes, id);
				globals |= id == GLOBALS;
			}
			else {
				bytes.add(module, section.start(), section.end());
			}
		}
		return bytes.toArray();
	}

	private void add(Bytes bytes, int section) {
		byte[] content = Objects.requireNonNull(this.sections.get(section));
		bytes.add(section).unsigned(content.length).add(content, 0, content.length);
	}

	/**
	 * Writes it so that {@link #read} finds the same.
	 */
	public void write(DataOutput to) throws IOException {
		this.report.write(to);
		to.writeInt(this.functions);
		to.writeInt(this.sections.size());
		for (var section : this.sections.entrySet()) {
			to.writeByte(section.getKey());
			to.writeInt(section.getValue().length);
			to.write(section.getValue());
		}
	}

	/**
	 * Reads what was written.
	 * @throws IOException if it is not that
	 */
	public static SplitOutline read(DataInput from) throws IOException {
		SplitReport report = SplitReport.read(from);
		SplitOutline outline = new SplitOutline(from.readInt(), report);
		for (int count = from.readInt(); count > 0; count--) {
			int section = from.readByte();
			byte[] content = new byte[from.readInt()];
			from.readFully(content);
			outline.sections.put(section, content);
		}
		return outline;
	}

}
