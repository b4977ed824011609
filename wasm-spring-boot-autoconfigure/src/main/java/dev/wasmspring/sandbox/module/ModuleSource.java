package dev.wasmspring.sandbox.module;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Where the bytes of a module are read from, and what they must be each time. Immutable;
 * lives as long as its {@link Module} and is shared by all threads.
 */
final class ModuleSource {

	private final String module;

	private final String origin;

	private final Supplier<byte[]> bytes;

	private final String digest;

	/**
	 * Creates a source.
	 * @param module the name of the module, for messages
	 * @param origin where the bytes come from, for messages
	 * @param bytes reads them
	 * @param found what was read before
	 */
	ModuleSource(String module, String origin, Supplier<byte[]> bytes, byte[] found) {
		this.module = module;
		this.origin = origin;
		this.bytes = bytes;
		this.digest = digestOf(found);
	}

	/**
	 * Reads the module once more.
	 * @throws ModuleException if it cannot be read, or if it is another one by now
	 */
	byte[] read() {
		byte[] bytes = this.bytes.get();
		if (!this.digest.equals(digestOf(bytes))) {
			throw ModuleException.temporary(this.module, this.origin, "It was changed after it had been found.",
					"Restart the application, or put the file back.", null);
		}
		return bytes;
	}

	String digest() {
		return this.digest;
	}

	/**
	 * The digest that a module of these bytes has, whether or not they are a module.
	 * @param bytes the binary
	 * @return 64 lower-case hexadecimal digits
	 */
	static String digestOf(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
