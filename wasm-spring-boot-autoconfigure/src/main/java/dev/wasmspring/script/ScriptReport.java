package dev.wasmspring.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.wasmspring.sandbox.module.GuestText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a runtime says of a script that failed. It comes out of a sandbox, so nothing in
 * it is taken for granted. Immutable; lives as long as the failure.
 *
 * @param kind what kind of failure it is
 * @param type the type of the exception, or the empty text
 * @param message what went wrong, without a full stop
 * @param file where it happened, and so on, or the empty text
 * @param line from 1, or 0
 * @param column from 1, or 0
 * @param source the line itself, or the empty text
 * @param stack the functions of the script that were running, innermost first
 */
record ScriptReport(Kind kind, String type, String message, String file, int line, int column, String source,
		List<ScriptReport.Frame> stack) {

	private static final JsonFactory JSON = new JsonFactory();

	/**
	 * What can fail.
	 */
	enum Kind {

		SYNTAX, FORMAT, EXCEPTION, HANDLER, INVALID_INPUT, MEMORY, HOST;

		private static Kind of(String word) {
			for (Kind kind : values()) {
				if (kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
					return kind;
				}
			}
			return EXCEPTION;
		}

	}

	/**
	 * A function of a script that was running.
	 *
	 * @param function its name, or the empty text
	 * @param file the file that it is in
	 * @param line from 1, or 0
	 * @param column from 1, or 0
	 */
	record Frame(String function, String file, int line, int column) {

		StackTraceElement toElement() {
			return new StackTraceElement("", this.function.isEmpty() ? "<anonymous>" : this.function, this.file,
					this.line);
		}

	}

	/**
	 * Reads a report, as far as it is one.
	 * @param json the report
	 */
	static ScriptReport parse(byte[] json) {
		Map<String, Object> fields = new HashMap<>();
		List<Frame> stack = new ArrayList<>();
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				readObject(parser, fields, stack);
			}
		}
		catch (JacksonException ex) {
			// What was read before it is all there is
		}
		return new ScriptReport(Kind.of(text(fields, "kind")), text(fields, "type"),
				withoutStop(text(fields, "message")), text(fields, "file"), number(fields, "line"),
				number(fields, "column"), text(fields, "source"), List.copyOf(stack));
	}

	private static void readObject(JsonParser parser, Map<String, Object> fields, List<Frame> stack) {
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			if (value == JsonToken.START_ARRAY) {
				while (parser.nextToken() == JsonToken.START_OBJECT) {
					Map<String, Object> frame = new HashMap<>();
					readObject(parser, frame, new ArrayList<>());
					stack.add(new Frame(text(frame, "function"), text(frame, "file"), number(frame, "line"),
							number(frame, "column")));
				}
			}
			else if (value == JsonToken.VALUE_STRING) {
				fields.put(name, GuestText.neutral(parser.getString()));
			}
			else if (value == JsonToken.VALUE_NUMBER_INT) {
				fields.put(name, parser.getIntValue());
			}
			else {
				parser.skipChildren();
			}
		}
	}

	private static String text(Map<String, Object> fields, String name) {
		return (fields.get(name) instanceof String text) ? text : "";
	}

	private static int number(Map<String, Object> fields, String name) {
		return (fields.get(name) instanceof Integer number) ? number : 0;
	}

	private static String withoutStop(String message) {
		return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
	}

	/**
	 * Type and message.
	 */
	String summary() {
		if (this.type.isEmpty() || this.message.isEmpty()) {
			return this.type + this.message;
		}
		return this.type + ": " + this.message;
	}

	/**
	 * Where it happened.
	 * @return for example {@code pricing.js:3:14}, or the empty text
	 */
	String place() {
		if (this.file.isEmpty()) {
			return "";
		}
		return this.file + ((this.line > 0) ? ":" + this.line + ((this.column > 0) ? ":" + this.column : "") : "");
	}

}
