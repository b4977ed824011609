package dev.wasmspring.ai;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * What a function or code answered, as a model can read it. Immutable; lives for a call.
 */
final class ToolOutput {

	static final JsonFactory JSON = new JsonFactory();

	private final @Nullable String text;

	private final boolean json;

	private ToolOutput(@Nullable String text, boolean json) {
		this.text = text;
		this.json = json;
	}

	static ToolOutput of(Message<?> answer) {
		byte[] bytes = (byte[]) answer.getPayload();
		Object type = answer.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		String contentType = (type != null) ? type.toString() : "";
		if (bytes.length == 0 && type == null) {
			return new ToolOutput(null, true);
		}
		String text;
		try {
			text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return new ToolOutput("data:" + (contentType.isEmpty() ? "application/octet-stream" : contentType)
					+ ";base64," + Base64.getEncoder().encodeToString(bytes), false);
		}
		return new ToolOutput(text, contentType.contains("json") && isJson(text));
	}

	/**
	 * What comes out of a sandbox is what it says it is if it can be read as such.
	 */
	private static boolean isJson(String text) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			if (parser.nextToken() == null) {
				return false;
			}
			parser.skipChildren();
			return parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	/**
	 * The whole output, or as much of it as a model gets, with a mark.
	 */
	String text(int most) {
		return (this.text != null) ? cut(this.text, most) : "null";
	}

	/**
	 * Writes the output as a value, JSON as it is; what is cut is a text.
	 */
	void write(JsonGenerator generator, int most) {
		if (this.text == null) {
			generator.writeNull();
		}
		else if (this.json && this.text.length() <= most) {
			generator.writeRawValue(this.text);
		}
		else {
			generator.writeString(cut(this.text, most));
		}
	}

	/**
	 * The output as code that called the function gets it.
	 */
	byte[] result() {
		StringWriter written = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), written)) {
			generator.writeStartObject();
			generator.writeName("result");
			write(generator, Integer.MAX_VALUE);
			generator.writeEndObject();
		}
		return written.toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * As much of a text as there is room for, and a mark that tells how much is missing.
	 */
	static String cut(String text, int most) {
		if (text.length() <= most) {
			return text;
		}
		int end = (most > 0 && Character.isHighSurrogate(text.charAt(most - 1))) ? most - 1 : most;
		return text.substring(0, end) + "\n[cut here: these are " + end + " of " + text.length() + " characters]";
	}

}
