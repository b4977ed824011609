package dev.wasmspring.script;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jetbrains.annotations.ApiStatus;

/**
 * A script, or one of its own modules. Immutable, nobody changes the array; lives while a
 * script is read.
 *
 * @param name its path from the folder of the script: {@code pricing.js},
 * {@code pricing/tax.js}
 * @param content what is in it
 */
@ApiStatus.Internal
public record ScriptFile(String name, byte[] content) {

	/**
	 * Puts a script and its modules into the form in which runtimes take them.
	 * @param files the script first
	 * @return for each file the length of its name, the name, the length of its content,
	 * the content
	 */
	public static byte[] block(List<ScriptFile> files) {
		List<byte[]> names = files.stream().map((file) -> file.name().getBytes(StandardCharsets.UTF_8)).toList();
		int length = 0;
		for (int i = 0; i < files.size(); i++) {
			length = Math.addExact(length, 2 * Integer.BYTES + names.get(i).length + files.get(i).content().length);
		}
		ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < files.size(); i++) {
			block.putInt(names.get(i).length).put(names.get(i));
			block.putInt(files.get(i).content().length).put(files.get(i).content());
		}
		return block.array();
	}

}
