package dev.wasmspring.sandbox.symbols;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.sandbox.binary.BinaryFormat;
import dev.wasmspring.sandbox.binary.BinaryReader;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the source line where each function of a module begins, in the line number
 * programs that compilers write with {@code -g}. Lives for one look through the debug
 * information and is confined to its thread.
 * <p>
 * Compiled code does not tell where in a function it is, so the function's first line is
 * as much as can be known. The programs are those of DWARF 2 to 5; addresses in them
 * count from the beginning of the code section's content.
 *
 * @see <a href="https://dwarfstd.org/doc/DWARF5.pdf">DWARF 5, section 6.2</a>
 * @see <a href="https://yurydelendik.github.io/webassembly-dwarf/">DWARF for
 * WebAssembly</a>
 */
final class SourceLines {

	private static final Log logger = LogFactory.getLog(SourceLines.class);

	/** More is not cheap to read any more: 32 MiB. */
	private static final int MAX_SIZE = 32 << 20;

	/**
	 * What all strings may cost that are read, in bytes: 32 MiB. Four bytes can mean any
	 * of them, and any number of entries the same.
	 */
	private static final int MAX_STRINGS = 32 << 20;

	/** What a string costs besides its characters. */
	private static final int STRING_COST = 64;

	/** Characters of a file's name. */
	private static final int MAX_NAME = 200;

	private static final long DWARF_64 = 0xffff_ffffL;

	private final byte[] module;

	private final Map<String, BinaryReader> sections = new HashMap<>();

	/** Where each body begins, its length included, and one where the last one ends. */
	private int[] bodies = { 0 };

	private long[] addresses = {};

	private @Nullable String[] lines = {};

	private long strings;

	private SourceLines(byte[] module) {
		this.module = module;
		BinaryReader reader = BinaryReader.ofSections(module);
		while (reader.hasMore()) {
			int section = reader.next();
			BinaryReader content = reader.slice(reader.count());
			if (section == BinaryFormat.CUSTOM_SECTION) {
				this.sections.put(content.text(content.count()), content);
			}
			else if (section == BinaryFormat.CODE_SECTION) {
				readBodies(content);
			}
		}
	}

	/**
	 * Finds the lines.
	 * @param module the module, which was parsed before
	 * @return for each function that the module defines the file and line where it
	 * begins, as {@code file:line}, or {@code null} if that is not known; empty without
	 * debug information
	 */
	static @Nullable String[] read(byte[] module) {
		try {
			SourceLines lines = new SourceLines(module);
			BinaryReader programs = lines.sections.get(".debug_line");
			if (programs == null || programs.left() > MAX_SIZE) {
				return new String[0];
			}
			while (programs.left() > Integer.BYTES && lines.program(programs)) {
				// One for each file that was compiled
			}
			return lines.lines;
		}
		catch (RuntimeException ex) {
			// Nobody has checked debug information before, and nothing depends on it
			logger.info("The debug information of a module cannot be read, so that stacks tell no lines of it: " + ex);
			return new String[0];
		}
	}

	private void readBodies(BinaryReader content) {
		int start = content.position();
		int count = content.count();
		this.bodies = new int[count + 1];
		for (int i = 0; i < count; i++) {
			this.bodies[i] = content.position() - start;
			content.skip(content.count());
		}
		this.bodies[count] = content.position() - start;
		this.addresses = new long[count];
		Arrays.fill(this.addresses, Long.MAX_VALUE);
		this.lines = new String[count];
	}

	/**
	 * Runs a line number program.
	 * @return whether another one may follow
	 */
	private boolean program(BinaryReader programs) {
		long length = programs.fixed(Integer.BYTES);
		if (length == DWARF_64) {
			return false;
		}
		BinaryReader program = programs.slice((int) length);
		long version = program.fixed(Short.BYTES);
		if (version < 2 || version > 5) {
			return true;
		}
		if (version == 5) {
			program.skip(2);
		}
		BinaryReader header = program.slice((int) program.fixed(Integer.BYTES));
		int instructionLength = header.next();
		if (version >= 4) {
			header.skip(1);
		}
		header.skip(1);
		int lineBase = (byte) header.next();
		int lineRange = header.next();
		int[] operands = new int[header.next()];
		for (int i = 1; i < operands.length; i++) {
			operands[i] = header.next();
		}
		List<String> files = (version == 5) ? filesOf5(header) : filesBefore5(header);
		run(program, instructionLength, lineBase, lineRange, operands, files);
		return true;
	}

	private void run(BinaryReader program, int instructionLength, int lineBase, int lineRange, int[] operands,
			List<String> files) {
		long address = 0;
		int file = 1;
		int line = 1;
		while (program.hasMore()) {
			int opcode = program.next();
			if (opcode >= operands.length) {
				int advance = opcode - operands.length;
				address += (long) (advance / lineRange) * instructionLength;
				line += lineBase + advance % lineRange;
				row(address, files, file, line);
				continue;
			}
			switch (opcode) {
				// An extended opcode: its length, then what it is
				case 0 -> {
					BinaryReader extended = program.slice(program.count());
					switch (extended.next()) {
						// DW_LNE_end_sequence
						case 1 -> {
							address = 0;
							file = 1;
							line = 1;
						}
						// DW_LNE_set_address
						case 2 -> address = extended.fixed(Integer.BYTES);
						default -> {
						}
					}
				}
				// DW_LNS_copy
				case 1 -> row(address, files, file, line);
				// DW_LNS_advance_pc
				case 2 -> address += program.unsigned64() * instructionLength;
				// DW_LNS_advance_line
				case 3 -> line += (int) program.signed64();
				// DW_LNS_set_file
				case 4 -> file = (int) program.unsigned64();
				// DW_LNS_const_add_pc
				case 8 -> address += (long) ((255 - operands.length) / lineRange) * instructionLength;
				// DW_LNS_fixed_advance_pc
				case 9 -> address += program.fixed(Short.BYTES);
				default -> {
					for (int i = 0; i < operands[opcode]; i++) {
						program.unsigned64();
					}
				}
			}
		}
	}

	private void row(long address, List<String> files, int file, int line) {
		int found = Arrays.binarySearch(this.bodies, (int) address);
		int function = (found >= 0) ? found : -found - 2;
		// Address 0 is where linkers put what they have removed
		if (address > 0 && line > 0 && function >= 0 && function < this.lines.length
				&& address < this.addresses[function] && file >= 0 && file < files.size()) {
			this.addresses[function] = address;
			this.lines[function] = files.get(file) + ":" + line;
		}
	}

	private List<String> filesBefore5(BinaryReader program) {
		while (!string(program).isEmpty()) {
			// Directories
		}
		List<String> files = new ArrayList<>();
		// They count from 1
		files.add("?");
		for (String name = string(program); !name.isEmpty(); name = string(program)) {
			files.add(withoutDirectories(name));
			program.unsigned64();
			program.unsigned64();
			program.unsigned64();
		}
		return files;
	}

	private List<String> filesOf5(BinaryReader program) {
		names(program);
		return names(program).stream().map(SourceLines::withoutDirectories).toList();
	}

	/**
	 * Reads a table of directories or files, which begins with a description of its
	 * entries.
	 */
	private List<String> names(BinaryReader program) {
		int[][] format = new int[program.next()][];
		for (int i = 0; i < format.length; i++) {
			format[i] = new int[] { (int) program.unsigned64(), (int) program.unsigned64() };
		}
		List<String> names = new ArrayList<>();
		if (format.length == 0) {
			// Entries that take no bytes: their number can be any
			return names;
		}
		for (long left = program.unsigned64(); left > 0; left--) {
			String name = "?";
			for (int[] field : format) {
				String value = value(program, field[1]);
				// DW_LNCT_path
				if (field[0] == 1) {
					name = value;
				}
			}
			names.add(name);
		}
		return names;
	}

	private String value(BinaryReader program, int form) {
		switch (form) {
			// DW_FORM_string
			case 0x08 -> {
				return string(program);
			}
			// DW_FORM_strp, DW_FORM_line_strp
			case 0x0e, 0x1f -> {
				BinaryReader strings = this.sections.get((form == 0x0e) ? ".debug_str" : ".debug_line_str");
				int offset = (int) program.fixed(Integer.BYTES);
				return (strings != null) ? string(strings.rest(), offset) : "?";
			}
			// DW_FORM_udata
			case 0x0f -> program.unsigned64();
			// DW_FORM_data1, data2, data4, data8, data16
			case 0x0b -> program.skip(1);
			case 0x05 -> program.skip(2);
			case 0x06 -> program.skip(4);
			case 0x07 -> program.skip(8);
			case 0x1e -> program.skip(16);
			// DW_FORM_block
			case 0x09 -> program.skip(program.count());
			default -> throw new IllegalArgumentException("Unknown form " + form);
		}
		return "";
	}

	private static String withoutDirectories(String path) {
		String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) + "..." : name;
	}

	private String string(BinaryReader strings, int offset) {
		strings.skip(offset);
		return string(strings);
	}

	private String string(BinaryReader bytes) {
		int start = bytes.position();
		int length = 0;
		while (bytes.next() != 0) {
			length++;
		}
		this.strings += STRING_COST + length;
		if (this.strings > MAX_STRINGS) {
			throw new IllegalArgumentException("Too many strings, or too long ones");
		}
		return new String(this.module, start, length, StandardCharsets.UTF_8);
	}

}
