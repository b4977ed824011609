package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.binary.BinaryReader;

/**
 * Checks the section with the names of a module's functions and other things, the one
 * custom section that the parser reads. Lives for one section and is confined to its
 * thread.
 *
 * @see <a href="https://webassembly.github.io/spec/core/appendix/custom.html">Name
 * section</a>
 */
final class NameCheck {

	private static final byte[] NAME = { 'n', 'a', 'm', 'e' };

	private final BinaryReader reader;

	private NameCheck(BinaryReader reader) {
		this.reader = reader;
	}

	/**
	 * Checks a custom section.
	 * @param reader stands where the section's name is
	 */
	static void check(BinaryReader reader) {
		int outer = reader.enter(reader.count());
		boolean names = reader.left() == NAME.length;
		for (int i = 0; names && i < NAME.length; i++) {
			names = reader.next() == NAME[i];
		}
		reader.leave(outer);
		if (names) {
			new NameCheck(reader).subsections();
		}
	}

	private void subsections() {
		long total = 0;
		int last = -1;
		while (this.reader.hasMore()) {
			int subsection = this.reader.next();
			if (subsection <= last) {
				throw UnusableModuleException
					.invalid("subsection " + subsection + " of the names is in the wrong place");
			}
			last = subsection;
			int outer = this.reader.enter(this.reader.count());
			switch (subsection) {
				case 0 -> this.reader.skip(this.reader.count());
				case 1, 5, 6, 7, 8, 9, 11 -> total += nameMap();
				case 2, 3 -> {
					long index = -1;
					for (int i = this.reader.count(); i > 0; i--) {
						index = indexFrom(index + 1);
						total += 1 + nameMap();
					}
				}
				default -> {
					// The parser does not read the others
				}
			}
			this.reader.leave(outer);
			StructureLimit.NAMES.check(total);
		}
	}

	private int nameMap() {
		int count = this.reader.count();
		long index = 0;
		for (int i = 0; i < count; i++) {
			index = indexFrom(index);
			this.reader.skip(this.reader.count());
		}
		return count;
	}

	private long indexFrom(long least) {
		long index = this.reader.unsigned();
		if (index < least) {
			// The parser would move all names behind it, each time
			throw UnusableModuleException.invalid("names are not in the order of their indices");
		}
		return index;
	}

}
