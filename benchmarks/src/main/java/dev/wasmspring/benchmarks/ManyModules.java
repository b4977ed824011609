package dev.wasmspring.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Modules of real shape, as many as are wanted, each of which differs from all others in
 * the code of every one of its functions and in its data, and does the same. Immutable.
 * <p>
 * They come of one module: it loses its custom sections, every function begins with a
 * constant of its own that is dropped, and the constant is different in each module. Two
 * of them have nothing in common that could be shared but the types and the exports.
 */
final class ManyModules {

	private static final int HEADER = 8;

	private static final int CUSTOM = 0;

	private static final int CODE = 10;

	private static final int DATA = 11;

	private static final int I32_CONST = 0x41;

	private static final int DROP = 0x1a;

	private static final int END = 0x0b;

	private final byte[] module;

	/**
	 * Prepares the making.
	 * @param module what all are made of
	 */
	ManyModules(byte[] module) {
		this.module = module;
	}

	/**
	 * Writes modules, {@code name-0.wasm} and so on.
	 * @param args the folder, the name, how many, and the module that they are made of
	 */
	public static void main(String[] args) throws IOException {
		new ManyModules(Files.readAllBytes(Path.of(args[3]))).write(Path.of(args[0]), args[1],
				Integer.parseInt(args[2]));
	}

	/**
	 * Writes modules, {@code name-0.wasm} and so on.
	 */
	void write(Path folder, String name, int count) throws IOException {
		for (int i = 0; i < count; i++) {
			Files.write(folder.resolve(name + "-" + i + ".wasm"), variant(i));
		}
	}

	/**
	 * One of the modules.
	 * @param number which one
	 */
	byte[] variant(int number) {
		ByteArrayOutputStream variant = new ByteArrayOutputStream(this.module.length + 4096);
		variant.write(this.module, 0, HEADER);
		Reader reader = new Reader(HEADER);
		while (reader.position < this.module.length) {
			int section = reader.next();
			int size = reader.number();
			int start = reader.position;
			reader.position += size;
			if (section == CUSTOM) {
				continue;
			}
			byte[] content = switch (section) {
				case CODE -> code(new Reader(start), number);
				case DATA -> data(new Reader(start), start + size, number);
				default -> Arrays.copyOfRange(this.module, start, start + size);
			};
			variant.write(section);
			number(content.length, variant);
			variant.writeBytes(content);
		}
		return variant.toByteArray();
	}

	private byte[] code(Reader reader, int number) {
		ByteArrayOutputStream code = new ByteArrayOutputStream();
		int count = reader.number();
		number(count, code);
		for (int function = 0; function < count; function++) {
			int size = reader.number();
			int start = reader.position;
			for (int locals = reader.number(); locals > 0; locals--) {
				reader.number();
				reader.next();
			}
			int instructions = reader.position;
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			body.write(this.module, start, instructions - start);
			body.write(I32_CONST);
			signed(constant(number, function), body);
			body.write(DROP);
			body.write(this.module, instructions, start + size - instructions);
			number(body.size(), code);
			code.writeBytes(body.toByteArray());
			reader.position = start + size;
		}
		return code.toByteArray();
	}

	/**
	 * The segments, and one more that writes the number where nobody reads it: at the
	 * very beginning of the memory, below the stack.
	 */
	private byte[] data(Reader reader, int end, int number) {
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		int count = reader.number();
		number(count + 1, data);
		data.write(this.module, reader.position, end - reader.position);
		data.write(0);
		data.write(I32_CONST);
		signed(4, data);
		data.write(END);
		number(Integer.BYTES, data);
		for (int i = 0; i < Integer.BYTES; i++) {
			data.write(number >>> (8 * i));
		}
		return data.toByteArray();
	}

	private static int constant(int number, int function) {
		int mixed = (number * 0x9e3779b1) ^ (function * 0x85ebca6b);
		return mixed ^ (mixed >>> 15);
	}

	private static void number(int value, ByteArrayOutputStream to) {
		int rest = value;
		while (rest >>> 7 != 0) {
			to.write(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		to.write(rest);
	}

	private static void signed(int value, ByteArrayOutputStream to) {
		int rest = value;
		while (rest < -64 || rest > 63) {
			to.write(rest & 0x7f | 0x80);
			rest >>= 7;
		}
		to.write(rest & 0x7f);
	}

	/**
	 * Reads the module. Lives for one section.
	 */
	private final class Reader {

		private int position;

		Reader(int position) {
			this.position = position;
		}

		int next() {
			return ManyModules.this.module[this.position++] & 0xff;
		}

		int number() {
			int value = 0;
			for (int shift = 0;; shift += 7) {
				int next = next();
				value |= (next & 0x7f) << shift;
				if ((next & 0x80) == 0) {
					return value;
				}
			}
		}

	}

}
