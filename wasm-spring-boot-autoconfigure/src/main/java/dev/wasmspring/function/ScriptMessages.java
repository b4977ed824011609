package dev.wasmspring.function;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import dev.wasmspring.sandbox.ContentKind;
import dev.wasmspring.sandbox.ScriptInput;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.messaging.MessageHeaders;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * Between messages and what the handlers of scripts take and give. Stateless.
 */
final class ScriptMessages {

	private static final JsonFactory JSON = new JsonFactory();

	private static final byte[] NOTHING = {};

	private ScriptMessages() {
	}

	/**
	 * What a script is called with.
	 * @param payload the bytes that came
	 * @param encoded whether these are a text in UTF-8, whatever charset is declared
	 * @param headers the headers of their message, {@code null} if there is none
	 * @param consumes the content type of what comes without one, if it is known
	 */
	static ScriptInput input(byte[] payload, boolean encoded, @Nullable Map<String, Object> headers,
			@Nullable String consumes) {
		Object declared = (headers != null) ? headers.get(MessageHeaders.CONTENT_TYPE) : null;
		MimeType type = type((declared != null) ? declared : consumes);
		byte[] metadata = (headers != null) ? metadata(headers) : NOTHING;
		ContentKind kind = kind(type);
		if (kind == ContentKind.JSON && isBlank(payload)) {
			return new ScriptInput(ContentKind.NOTHING, metadata, NOTHING);
		}
		Charset charset = encoded ? null : charset(type);
		boolean recoded = kind != ContentKind.BYTES && charset != null && !charset.equals(StandardCharsets.UTF_8);
		return new ScriptInput(kind, metadata,
				recoded ? new String(payload, charset).getBytes(StandardCharsets.UTF_8) : payload);
	}

	/**
	 * What a script is called with that shapes its answer over HTTP.
	 * @param envelope the envelope, in JSON
	 * @param headers the headers of the message
	 */
	static ScriptInput envelope(byte[] envelope, @Nullable Map<String, Object> headers) {
		return new ScriptInput(ContentKind.JSON, (headers != null) ? metadata(headers) : NOTHING, envelope);
	}

	/**
	 * Headers of a message with others in place of those of the same names.
	 */
	static @Nullable Map<String, Object> with(@Nullable Map<String, Object> headers, Map<String, Object> others) {
		if (others.isEmpty()) {
			return headers;
		}
		Map<String, Object> all = new LinkedHashMap<>();
		if (headers != null) {
			headers.forEach((name, value) -> {
				if (!others.containsKey(name.toLowerCase(Locale.ROOT))) {
					all.put(name, value);
				}
			});
		}
		all.putAll(others);
		return all;
	}

	private static @Nullable MimeType type(@Nullable Object declared) {
		if (declared instanceof MimeType type) {
			return type;
		}
		try {
			return (declared != null) ? MimeType.valueOf(declared.toString()) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return new MimeType("application", "octet-stream");
		}
	}

	/**
	 * What a content type says of its content: nothing said is JSON.
	 */
	static ContentKind kind(@Nullable String contentType) {
		return kind(type(contentType));
	}

	private static ContentKind kind(@Nullable MimeType type) {
		if (type == null || type.isWildcardType() || type.getSubtype().equalsIgnoreCase("json")
				|| type.getSubtype().toLowerCase(Locale.ROOT).endsWith("+json")) {
			return ContentKind.JSON;
		}
		return type.getType().equalsIgnoreCase("text") ? ContentKind.TEXT : ContentKind.BYTES;
	}

	private static @Nullable Charset charset(@Nullable MimeType type) {
		try {
			return (type != null) ? type.getCharset() : null;
		}
		catch (IllegalArgumentException ex) {
			// A charset that this JVM does not know: what is not UTF-8 will be noticed
			return null;
		}
	}

	private static boolean isBlank(byte[] payload) {
		for (byte b : payload) {
			if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
				return false;
			}
		}
		return true;
	}

	/**
	 * The content type of what a handler returned.
	 * @return {@code null} if it returned nothing
	 */
	static @Nullable String contentType(ContentKind kind) {
		return switch (kind) {
			case NOTHING -> null;
			case JSON -> "application/json";
			case TEXT -> "text/plain;charset=UTF-8";
			case BYTES -> "application/octet-stream";
		};
	}

	/**
	 * Those headers that JSON can express, by their names in lower case.
	 */
	private static byte[] metadata(Map<String, Object> headers) {
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
			generator.writeStartObject();
			headers.forEach((name, value) -> {
				if (isExpressible(value)) {
					generator.writeName(
							name.equals(MessageHeaders.CONTENT_TYPE) ? "content-type" : name.toLowerCase(Locale.ROOT));
					write(generator, value);
				}
			});
			generator.writeEndObject();
		}
		return json.toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * A header in one line.
	 * @return {@code null} if it is nothing that has one
	 */
	static @Nullable String line(@Nullable Object value) {
		if (value instanceof byte[] bytes) {
			return text(bytes);
		}
		return (isExpressible(value) && !(value instanceof Collection<?>)) ? String.valueOf(value) : null;
	}

	private static boolean isExpressible(@Nullable Object value) {
		if (value instanceof Collection<?> all) {
			return all.stream().allMatch((element) -> !(element instanceof Collection<?>) && isExpressible(element));
		}
		return value instanceof CharSequence || value instanceof Number || value instanceof Boolean
				|| value instanceof UUID || value instanceof MimeType || value instanceof Enum<?>
				|| value instanceof TemporalAccessor || value instanceof Date
				|| (value instanceof byte[] bytes && text(bytes) != null);
	}

	private static void write(JsonGenerator generator, @Nullable Object value) {
		if (value instanceof Collection<?> all) {
			generator.writeStartArray();
			all.forEach((element) -> write(generator, element));
			generator.writeEndArray();
		}
		else if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
			generator.writeNumber(((Number) value).longValue());
		}
		else if (value instanceof Double number && Double.isFinite(number)) {
			generator.writeNumber(number);
		}
		else if (value instanceof Boolean truth) {
			generator.writeBoolean(truth);
		}
		else if (value instanceof Date date) {
			generator.writeString(date.toInstant().toString());
		}
		else if (value instanceof byte[] bytes) {
			// As Kafka and others have them
			generator.writeString(text(bytes));
		}
		else {
			generator.writeString(String.valueOf(value));
		}
	}

	private static @Nullable String text(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
