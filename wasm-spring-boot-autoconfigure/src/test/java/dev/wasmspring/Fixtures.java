package dev.wasmspring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.wasmspring.sandbox.module.Module;

/**
 * The test modules of {@code src/test/resources/fixtures}, by their names.
 */
public final class Fixtures {

	private Fixtures() {
	}

	/** The binary of a test module. */
	public static byte[] bytes(String name) {
		try (InputStream stream = Fixtures.class.getResourceAsStream("/fixtures/" + name + ".wasm")) {
			if (stream == null) {
				throw new IllegalArgumentException("There is no fixture '" + name + "'");
			}
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A command that prints six characters.
	 */
	public static byte[] printing(String sixCharacters) {
		return replace(bytes("hello"), ascii("Hello\n"), ascii(sixCharacters));
	}

	/**
	 * A command that waits and then prints five characters.
	 * @param millis at most 60,000
	 */
	public static byte[] sleeping(long millis, String fiveCharacters) {
		byte[] waiting = replace(bytes("sleep"), number(60_000_000_000L), number(millis * 1_000_000));
		return replace(waiting, ascii("slept"), ascii(fiveCharacters));
	}

	/** A number as the operand of i64.const, as long as the longest wait. */
	private static byte[] number(long value) {
		byte[] bytes = new byte[6];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) (value >>> 7 * i & 0x7f | ((i < bytes.length - 1) ? 0x80 : 0));
		}
		return bytes;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static byte[] replace(byte[] module, byte[] old, byte[] replacement) {
		for (int i = 0; i <= module.length - old.length; i++) {
			if (Arrays.equals(module, i, i + old.length, old, 0, old.length)) {
				System.arraycopy(replacement, 0, module, i, old.length);
				return module;
			}
		}
		throw new IllegalArgumentException("The fixture has no such bytes");
	}

	/** A test module, parsed anew each time. */
	public static Module module(String name) {
		return Module.parse(name, origin(name), bytes(name));
	}

	/** Where a test module says it came from. */
	public static String origin(String name) {
		return "fixture [" + name + ".wasm]";
	}

}
