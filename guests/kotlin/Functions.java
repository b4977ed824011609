import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Makes a module of exported functions out of a command that TeaVM made: `_start`, which starts the runtime and calls
 * main, becomes `_initialize`, and what TeaVM exports for hosts of its own is exported no more.
 *
 *   java Functions.java command.wasm functions.wasm
 */
class Functions {

	private static final int EXPORTS = 7;

	private final byte[] bytes;

	private int at = 8;

	Functions(byte[] bytes) {
		this.bytes = bytes;
	}

	public static void main(String[] args) throws Exception {
		Files.write(Path.of(args[1]), new Functions(Files.readAllBytes(Path.of(args[0]))).module());
	}

	byte[] module() {
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.write(this.bytes, 0, this.at);
		while (this.at < this.bytes.length) {
			int id = this.bytes[this.at++];
			int size = number();
			byte[] section = (id == EXPORTS) ? exports() : Arrays.copyOfRange(this.bytes, this.at, this.at += size);
			module.write(id);
			write(module, section.length);
			module.writeBytes(section);
		}
		return module.toByteArray();
	}

	private byte[] exports() {
		ByteArrayOutputStream kept = new ByteArrayOutputStream();
		int count = 0;
		for (int left = number(); left > 0; left--) {
			int length = number();
			String name = new String(this.bytes, this.at, length, StandardCharsets.UTF_8);
			this.at += length;
			int kind = this.bytes[this.at++];
			int index = number();
			if (!name.startsWith("teavm_") && !name.equals("start")) {
				byte[] renamed = (name.equals("_start") ? "_initialize" : name).getBytes(StandardCharsets.UTF_8);
				write(kept, renamed.length);
				kept.writeBytes(renamed);
				kept.write(kind);
				write(kept, index);
				count++;
			}
		}
		ByteArrayOutputStream section = new ByteArrayOutputStream();
		write(section, count);
		section.writeBytes(kept.toByteArray());
		return section.toByteArray();
	}

	private int number() {
		int number = 0;
		for (int shift = 0;; shift += 7) {
			byte next = this.bytes[this.at++];
			number |= (next & 0x7f) << shift;
			if (next >= 0) {
				return number;
			}
		}
	}

	private static void write(ByteArrayOutputStream out, int number) {
		for (; number > 0x7f; number >>>= 7) {
			out.write(number & 0x7f | 0x80);
		}
		out.write(number);
	}

}
