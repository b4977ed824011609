package dev.wasmspring.sandbox.symbols;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.sandbox.module.BinaryFormat;
import org.jspecify.annotations.Nullable;

/**
 * Lives for one look through the debug information of a module and is confined to its
 * thread: finds the source line where each function begins, in the line number programs
 * that compilers write with {@code -g}.
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

	private static final int CODE = 10;

	private static final int DWARF_64 = 0xffffffff;

	private final Map<String, ByteBuffer> sections = new HashMap<>();

	/** Where each body begins, its length included, and one where the last one ends. */
	private int[] bodies = { 0 };

	private long[] addresses = {};

	private @Nullable String[] lines = {};

	private long strings;

	private SourceLines(byte[] module) {
		ByteBuffer bytes = buffer(
				ByteBuffer.wrap(module, BinaryFormat.HEADER_SIZE, module.length - BinaryFormat.HEADER_SIZE));
		while (bytes.hasRemaining()) {
			int section = bytes.get();
			ByteBuffer content = take(bytes, (int) unsigned(bytes));
			if (section == 0) {
				String name = new String(bytes(content, (int) unsigned(content)), StandardCharsets.UTF_8);
				this.sections.put(name, buffer(content));
			}
			else if (section == CODE) {
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
			ByteBuffer programs = lines.sections.get(".debug_line");
			if (programs == null || programs.remaining() > MAX_SIZE) {
				return new String[0];
			}
			while (programs.remaining() > Integer.BYTES && lines.program(programs)) {
				// One for each file that was compiled
			}
			return lines.lines;
		}
		catch (RuntimeException ex) {
			// Nobody has checked debug information before, and nothing depends on it
			return new String[0];
		}
	}

	private void readBodies(ByteBuffer content) {
		int start = content.position();
		int count = (int) unsigned(content);
		this.bodies = new int[count + 1];
		for (int i = 0; i < count; i++) {
			this.bodies[i] = content.position() - start;
			take(content, (int) unsigned(content));
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
	private boolean program(ByteBuffer programs) {
		int length = programs.getInt();
		if (length == DWARF_64) {
			return false;
		}
		ByteBuffer program = buffer(take(programs, length));
		int version = program.getShort();
		if (version < 2 || version > 5) {
			return true;
		}
		if (version == 5) {
			program.getShort();
		}
		int headerLength = program.getInt();
		int start = program.position() + headerLength;
		int instructionLength = program.get();
		if (version >= 4) {
			program.get();
		}
		program.get();
		int lineBase = program.get();
		int lineRange = program.get() & 0xff;
		int[] operands = new int[program.get() & 0xff];
		for (int i = 1; i < operands.length; i++) {
			operands[i] = program.get();
		}
		List<String> files = (version == 5) ? filesOf5(program) : filesBefore5(program);
		program.position(start);
		run(program, instructionLength, lineBase, lineRange, operands, files);
		return true;
	}

	private void run(ByteBuffer program, int instructionLength, int lineBase, int lineRange, int[] operands,
			List<String> files) {
		long address = 0;
		int file = 1;
		int line = 1;
		while (program.hasRemaining()) {
			int opcode = program.get() & 0xff;
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
					ByteBuffer extended = buffer(take(program, (int) unsigned(program)));
					switch (extended.get()) {
						// DW_LNE_end_sequence
						case 1 -> {
							address = 0;
							file = 1;
							line = 1;
						}
						// DW_LNE_set_address
						case 2 -> address = Integer.toUnsignedLong(extended.getInt());
						default -> {
						}
					}
				}
				// DW_LNS_copy
				case 1 -> row(address, files, file, line);
				// DW_LNS_advance_pc
				case 2 -> address += unsigned(program) * instructionLength;
				// DW_LNS_advance_line
				case 3 -> line += (int) signed(program);
				// DW_LNS_set_file
				case 4 -> file = (int) unsigned(program);
				// DW_LNS_const_add_pc
				case 8 -> address += (long) ((255 - operands.length) / lineRange) * instructionLength;
				// DW_LNS_fixed_advance_pc
				case 9 -> address += program.getShort() & 0xffff;
				default -> {
					for (int i = 0; i < operands[opcode]; i++) {
						unsigned(program);
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

	private List<String> filesBefore5(ByteBuffer program) {
		while (!string(program).isEmpty()) {
			// Directories
		}
		List<String> files = new ArrayList<>();
		// They count from 1
		files.add("?");
		for (String name = string(program); !name.isEmpty(); name = string(program)) {
			files.add(withoutDirectories(name));
			unsigned(program);
			unsigned(program);
			unsigned(program);
		}
		return files;
	}

	private List<String> filesOf5(ByteBuffer program) {
		names(program);
		return names(program).stream().map(SourceLines::withoutDirectories).toList();
	}

	/**
	 * Reads a table of directories or files, which begins with a description of its
	 * entries.
	 */
	private List<String> names(ByteBuffer program) {
		int[][] format = new int[program.get() & 0xff][];
		for (int i = 0; i < format.length; i++) {
			format[i] = new int[] { (int) unsigned(program), (int) unsigned(program) };
		}
		List<String> names = new ArrayList<>();
		if (format.length == 0) {
			// Entries that take no bytes: their number can be any
			return names;
		}
		for (long left = unsigned(program); left > 0; left--) {
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

	private String value(ByteBuffer program, int form) {
		switch (form) {
			// DW_FORM_string
			case 0x08 -> {
				return string(program);
			}
			// DW_FORM_strp, DW_FORM_line_strp
			case 0x0e, 0x1f -> {
				ByteBuffer strings = this.sections.get((form == 0x0e) ? ".debug_str" : ".debug_line_str");
				int offset = program.getInt();
				return (strings != null) ? string(strings.duplicate().position(strings.position() + offset)) : "?";
			}
			// DW_FORM_udata
			case 0x0f -> unsigned(program);
			// DW_FORM_data1, data2, data4, data8, data16
			case 0x0b -> program.get();
			case 0x05 -> program.getShort();
			case 0x06 -> program.getInt();
			case 0x07 -> program.getLong();
			case 0x1e -> take(program, 16);
			// DW_FORM_block
			case 0x09 -> take(program, (int) unsigned(program));
			default -> throw new IllegalArgumentException("Unknown form " + form);
		}
		return "";
	}

	private static String withoutDirectories(String path) {
		String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
		return (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) + "..." : name;
	}

	private String string(ByteBuffer bytes) {
		int start = bytes.position();
		int length = 0;
		while (bytes.get() != 0) {
			length++;
		}
		this.strings += STRING_COST + length;
		if (this.strings > MAX_STRINGS) {
			throw new IllegalArgumentException("Too many strings, or too long ones");
		}
		return new String(bytes.array(), bytes.arrayOffset() + start, length, StandardCharsets.UTF_8);
	}

	private static long unsigned(ByteBuffer bytes) {
		long value = 0;
		for (int shift = 0;; shift += 7) {
			int part = bytes.get();
			value |= (part & 0x7fL) << shift;
			if (part >= 0) {
				return value;
			}
		}
	}

	private static long signed(ByteBuffer bytes) {
		long value = 0;
		for (int shift = 0;;) {
			int part = bytes.get();
			value |= (part & 0x7fL) << shift;
			shift += 7;
			if (part >= 0) {
				return ((part & 0x40) != 0 && shift < Long.SIZE) ? value | (-1L << shift) : value;
			}
		}
	}

	private static ByteBuffer take(ByteBuffer bytes, int length) {
		ByteBuffer taken = bytes.duplicate().limit(bytes.position() + length);
		bytes.position(bytes.position() + length);
		return taken;
	}

	private static byte[] bytes(ByteBuffer bytes, int length) {
		byte[] read = new byte[length];
		bytes.get(read);
		return read;
	}

	private static ByteBuffer buffer(ByteBuffer bytes) {
		return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
	}

}
