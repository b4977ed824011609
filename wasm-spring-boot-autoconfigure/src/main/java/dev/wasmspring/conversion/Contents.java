package dev.wasmspring.conversion;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * What content types say of contents. Stateless.
 */
final class Contents {

	static final MimeType JSON = new MimeType("application", "json");

	private Contents() {
	}

	/**
	 * A content type that was declared, in whatever class.
	 * @return {@code null} if there is none that can be read
	 */
	static @Nullable MimeType type(@Nullable Object declared) {
		if (declared instanceof MimeType type) {
			return type;
		}
		try {
			return (declared != null) ? MimeType.valueOf(declared.toString()) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

	/**
	 * Whether contents of a type may be JSON.
	 */
	static boolean mayBeJson(@Nullable MimeType type) {
		return type == null || type.isWildcardType() || type.isWildcardSubtype() || isJson(type);
	}

	static boolean isJson(MimeType type) {
		String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
		return subtype.equals("json") || subtype.endsWith("+json");
	}

	static boolean isText(@Nullable MimeType type) {
		return type != null && type.getType().equalsIgnoreCase("text") && !isJson(type);
	}

	static boolean isBlank(byte[] contents) {
		for (byte b : contents) {
			if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
				return false;
			}
		}
		return true;
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
