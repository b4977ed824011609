package dev.wasmspring.ai;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.NumberType;
import dev.wasmspring.schema.JsonSchema;
import dev.wasmspring.schema.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * What a function takes, as a model is told, and what a model sends, as the function
 * takes it. Arguments of tools are objects; a function that takes something else gets it
 * in a property of one. Immutable; lives as long as a version of the function.
 */
final class ToolInput {

	private static final String PROPERTY = "input";

	private static final String JSON = "application/json";

	private static final String TEXT = "text/plain;charset=UTF-8";

	private final boolean wrapped;

	private final boolean text;

	private final boolean nothing;

	private final String schema;

	private final String argument;

	private ToolInput(boolean wrapped, boolean text, boolean nothing, Map<String, ?> schema, Object argument) {
		this.wrapped = wrapped;
		this.text = text;
		this.nothing = nothing;
		this.schema = JsonText.write(schema);
		this.argument = JsonText.write(argument);
	}

	static ToolInput of(FunctionDefinition function) {
		JsonSchema schema = function.schemas().input();
		if (schema != null) {
			return (schema.content() instanceof Map<?, ?> map && isObject(map)) ? direct(map) : wrapped(schema);
		}
		if (function.export().kind() == Kind.NUMERIC) {
			return numbers(function.export().parameters());
		}
		String consumes = function.settings().consumes();
		boolean json = (consumes != null) ? consumes.contains("json") : function.isScript();
		return json ? wrapped(Map.of("description", "The input, any JSON value"), false)
				: wrapped(Map.of("type", "string", "description", "The input, as text"), true);
	}

	private static boolean isObject(Map<?, ?> schema) {
		return "object".equals(schema.get("type")) || (schema.get("type") == null && schema.containsKey("properties"));
	}

	private static ToolInput direct(Map<?, ?> schema) {
		Map<String, @Nullable Object> same = new LinkedHashMap<>();
		schema.forEach((key, value) -> same.put(String.valueOf(key), value));
		same.put("type", "object");
		return new ToolInput(false, false, false, same, same);
	}

	private static ToolInput wrapped(JsonSchema schema) {
		Map<String, Object> definitions = schema.components(PROPERTY, (name) -> "#/$defs/" + name);
		Map<String, @Nullable Object> object = object(Map.of("$ref", "#/$defs/" + PROPERTY));
		object.put("$defs", definitions);
		return new ToolInput(true, false, false, object, schema.content());
	}

	private static ToolInput wrapped(Map<String, ?> schema, boolean text) {
		return new ToolInput(true, text, false, object(schema), schema);
	}

	private static ToolInput numbers(List<NumberType> types) {
		if (types.isEmpty()) {
			return new ToolInput(true, false, true, Map.of("type", "object", "properties", Map.of()),
					Map.of("description", "nothing"));
		}
		if (types.size() == 1) {
			return wrapped(number(types.get(0)), false);
		}
		Map<String, @Nullable Object> array = new LinkedHashMap<>();
		array.put("type", "array");
		array.put("minItems", types.size());
		array.put("maxItems", types.size());
		array.put("items", (Set.copyOf(types).size() == 1) ? number(types.get(0)) : Map.of("type", "number"));
		return wrapped(array, false);
	}

	private static Map<String, Object> number(NumberType type) {
		return Map.of("type", (type == NumberType.I32 || type == NumberType.I64) ? "integer" : "number");
	}

	private static Map<String, @Nullable Object> object(Object property) {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		object.put("type", "object");
		object.put("properties", Map.of(PROPERTY, property));
		object.put("required", List.of(PROPERTY));
		return object;
	}

	/**
	 * The JSON Schema of the arguments, always that of an object.
	 */
	String schema() {
		return this.schema;
	}

	/**
	 * The JSON Schema of what code passes, which need be no object.
	 */
	String argument() {
		return this.argument;
	}

	/**
	 * What the function gets of the arguments of a model.
	 * @param arguments an object, in JSON
	 * @throws IllegalArgumentException if it is none, with the reason
	 */
	Content content(String arguments) {
		if (this.nothing) {
			return new Content(new byte[0], JSON);
		}
		return value(this.wrapped ? JsonMembers.of(arguments).get(PROPERTY) : arguments);
	}

	/**
	 * What the function gets of a value, as code passes it.
	 * @param json the value in JSON, {@code null} for nothing
	 * @throws IllegalArgumentException if it should be a text and is no JSON
	 */
	Content value(@Nullable String json) {
		if (json == null) {
			return new Content(new byte[0], JSON);
		}
		return (this.text && json.startsWith("\"")) ? new Content(bytes(JsonMembers.text(json)), TEXT)
				: new Content(bytes(json), JSON);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Bytes and their content type. Lives for a call.
	 *
	 * @param bytes what a function gets
	 * @param contentType of what type it is
	 */
	record Content(byte[] bytes, String contentType) {

	}

}
