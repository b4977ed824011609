package dev.wasmspring.ai;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The members of an object in JSON, each as the text that it is. Nothing is made of them,
 * since a value that a model sends may be a thousand times as large once it is in memory.
 * Stateless.
 */
final class JsonMembers {

	private JsonMembers() {
	}

	/**
	 * Takes an object apart.
	 * @param object the text, {@code null} or nothing for an object without members
	 * @return texts of values by their names, the last one of each
	 * @throws IllegalArgumentException if it is no object, with the reason
	 */
	static Map<String, String> of(@Nullable String object) {
		Map<String, String> members = new LinkedHashMap<>();
		if (object == null || object.isBlank()) {
			return members;
		}
		try (JsonParser parser = ToolOutput.JSON.createParser(ObjectReadContext.empty(), object)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException("they are no object");
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				int start = (int) parser.currentTokenLocation().getCharOffset();
				parser.skipChildren();
				parser.finishToken();
				members.put(name, object.substring(start, (int) parser.currentLocation().getCharOffset()));
			}
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("something follows the object");
			}
			return members;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * The text that a value is.
	 * @param json a string in JSON
	 * @throws IllegalArgumentException if it is none
	 */
	static String text(@Nullable String json) {
		if (json == null) {
			throw new IllegalArgumentException("it is missing");
		}
		try (JsonParser parser = ToolOutput.JSON.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() != JsonToken.VALUE_STRING) {
				throw new IllegalArgumentException("it is no string");
			}
			String text = parser.getString();
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("something follows the string");
			}
			return text;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(ex.getOriginalMessage(), ex);
		}
	}

}
