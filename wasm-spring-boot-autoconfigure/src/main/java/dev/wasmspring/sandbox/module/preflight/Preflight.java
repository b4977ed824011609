package dev.wasmspring.sandbox.module.preflight;

import java.util.List;

import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.binary.MalformedException;

/**
 * A look at the bytes of a module before the parser sees them, which refuses bytes that
 * lie about their lengths, and modules that would take too long to parse and compile.
 * Lives for one look and is confined to its thread.
 * <p>
 * The parser allocates whatever a module announces, and parser and compiler take a time
 * that grows with products of things that a module may have many of; neither can be
 * interrupted. So the module is read first, once and from front to back, by the grammar
 * of the specification's chapter 5, <i>Binary Format</i>. That allocates little, and
 * checks no types: whether a module is valid is for the parser to say.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/">Binary Format</a>
 */
public final class Preflight {

	/**
	 * How many functions share a class of the JVM. The compiler's own choice is 12,288,
	 * which makes modules of thousands of functions take two to three times as long to
	 * compile; where a function is makes no difference to how fast it is called.
	 */
	public static final int FUNCTIONS_PER_CLASS = StructureLimit.FUNCTIONS_PER_CLASS;

	/** The sections in the order of a module; custom sections stand anywhere. */
	private static final List<Integer> ORDER = List.of(1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11);

	private final BinaryReader reader;

	private final SectionCheck sections;

	/** The section that is read. */
	private int section;

	private Preflight(byte[] module, boolean intoBodies) {
		this.reader = BinaryReader.ofSections(module);
		this.sections = new SectionCheck(this.reader, intoBodies);
	}

	/**
	 * Checks a module that will be parsed and compiled.
	 * @param module the module, whose header was checked already
	 * @throws UnusableModuleException if the module is refused; nothing else is thrown
	 */
	public static void check(byte[] module) {
		new Preflight(module, true).check();
	}

	/**
	 * Checks a module of which an outline will be parsed and nothing compiled.
	 * @param module the module, whose header was checked already
	 * @throws UnusableModuleException if the module is refused; nothing else is thrown
	 */
	public static void checkOutline(byte[] module) {
		new Preflight(module, false).check();
	}

	private void check() {
		try {
			checkSections();
		}
		catch (MalformedException ex) {
			throw UnusableModuleException.invalid("section " + this.section + " " + ex.defect());
		}
		this.sections.checkModule();
	}

	private void checkSections() {
		int last = -1;
		while (this.reader.hasMore()) {
			this.section = this.reader.next();
			if (this.section != 0) {
				int order = ORDER.indexOf(this.section);
				if (order <= last) {
					throw UnusableModuleException
						.invalid("section " + this.section + " is unknown or in the wrong place");
				}
				last = order;
			}
			int outer = this.reader.enter(this.reader.count());
			this.sections.check(this.section);
			this.reader.leave(outer);
		}
	}

}
