package dev.wasmspring.ai;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Code that a model wrote. Immutable; lives for a call.
 *
 * @param language its language
 * @param source the code
 * @param digest its SHA-256
 */
record Code(String language, String source, String digest) {

	Code(String language, String source) {
		this(language, source, digest(source));
	}

	private static String digest(String source) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

}
