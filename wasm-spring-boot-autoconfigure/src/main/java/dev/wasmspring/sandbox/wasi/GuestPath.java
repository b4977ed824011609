package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import com.dylibso.chicory.runtime.Memory;

/**
 * Reads the paths that a guest names. Stateless.
 */
final class GuestPath {

	private static final int MAX_PATH = 4096;

	private GuestPath() {
	}

	/**
	 * Reads a path from the guest's memory.
	 */
	static String read(Memory memory, int address, int length) {
		if (Integer.toUnsignedLong(length) > MAX_PATH) {
			throw Errno.NAMETOOLONG.failure();
		}
		try {
			String path = StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(memory.readBytes(address, length)))
				.toString();
			if (path.indexOf('\0') != -1) {
				throw Errno.INVAL.failure();
			}
			return path;
		}
		catch (CharacterCodingException ex) {
			throw Errno.ILSEQ.failure();
		}
	}

}
