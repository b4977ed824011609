package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import com.dylibso.chicory.wasm.types.NameCustomSection;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.split.SplitReport;
import dev.wasmspring.sandbox.symbols.Symbols;

/**
 * Finds the functions that became methods too large for HotSpot's compilers. Stateless.
 * <p>
 * Only the class file tells: how much bytecode a function becomes depends on every one of
 * its instructions.
 */
final class HugeFunctions {

	private HugeFunctions() {
	}

	/**
	 * Looks through compiled classes.
	 * @param jar the classes as the compiler hands them to its cache
	 * @param module the module, for its names
	 * @param splits what was made of its functions before they were compiled
	 * @return the functions larger than {@link HugeFunction#LIMIT}, by their index, and
	 * the engine's own methods behind them
	 */
	static List<HugeFunction> find(byte[] jar, byte[] module, SplitReport splits) throws IOException {
		Map<Integer, Integer> sizes = new TreeMap<>();
		Map<String, Integer> others = new TreeMap<>();
		try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				if (entry.getName().endsWith(".class")) {
					addFrom(ByteBuffer.wrap(entries.readAllBytes()), sizes, others);
				}
			}
		}
		List<HugeFunction> found = new ArrayList<>();
		if (!sizes.isEmpty()) {
			Map<Integer, Integer> originals = new TreeMap<>();
			sizes.forEach((index, size) -> originals.merge(splits.original(index), size, Math::max));
			// Once for all of them: there may be hundreds, and half a million names
			NameCustomSection names = Symbols.names(module);
			originals.forEach((index, size) -> found.add(new HugeFunction(index, Symbols.nameOf(index, names), size)));
		}
		others.forEach((name, size) -> found.add(new HugeFunction(HugeFunction.OF_THE_ENGINE, name, size)));
		return List.copyOf(found);
	}

	/**
	 * Reads a class file (Java Virtual Machine Specification, chapter 4) as far as the
	 * lengths of its methods.
	 */
	private static void addFrom(ByteBuffer file, Map<Integer, Integer> sizes, Map<String, Integer> others) {
		skip(file, 8);
		int[] strings = strings(file);
		skip(file, 6);
		skip(file, 2 * unsignedShort(file));
		for (int fields = unsignedShort(file); fields > 0; fields--) {
			skip(file, 6);
			for (int attributes = unsignedShort(file); attributes > 0; attributes--) {
				skip(file, 2);
				skip(file, file.getInt());
			}
		}
		for (int methods = unsignedShort(file); methods > 0; methods--) {
			skip(file, 2);
			int name = strings[unsignedShort(file)];
			skip(file, 2);
			for (int attributes = unsignedShort(file); attributes > 0; attributes--) {
				int attribute = strings[unsignedShort(file)];
				int length = file.getInt();
				int next = file.position() + length;
				if (length > HugeFunction.LIMIT && string(file, attribute).equals("Code")) {
					// Behind max_stack and max_locals
					int size = file.getInt(file.position() + 4);
					String method = string(file, name);
					OptionalInt function = EngineInternals.functionOf(method);
					if (size > HugeFunction.LIMIT) {
						function.ifPresentOrElse((index) -> sizes.put(index, size),
								() -> others.merge(method, size, Math::max));
					}
				}
				file.position(next);
			}
		}
	}

	/**
	 * Skips the constant pool.
	 * @return the offset of each string in it, by its index
	 */
	private static int[] strings(ByteBuffer file) {
		int[] offsets = new int[unsignedShort(file)];
		for (int i = 1; i < offsets.length; i++) {
			int tag = file.get();
			switch (tag) {
				case 1 -> {
					offsets[i] = file.position();
					skip(file, unsignedShort(file));
				}
				case 7, 8, 16, 19, 20 -> skip(file, 2);
				case 15 -> skip(file, 3);
				case 3, 4, 9, 10, 11, 12, 17, 18 -> skip(file, 4);
				case 5, 6 -> {
					skip(file, 8);
					// A long or a double takes two places
					i++;
				}
				default -> throw new IllegalArgumentException("Unknown constant in a class file: " + tag);
			}
		}
		return offsets;
	}

	private static String string(ByteBuffer file, int offset) {
		int length = Short.toUnsignedInt(file.getShort(offset));
		return new String(file.array(), offset + 2, length, StandardCharsets.UTF_8);
	}

	private static int unsignedShort(ByteBuffer file) {
		return Short.toUnsignedInt(file.getShort());
	}

	private static void skip(ByteBuffer file, int bytes) {
		file.position(file.position() + bytes);
	}

}
