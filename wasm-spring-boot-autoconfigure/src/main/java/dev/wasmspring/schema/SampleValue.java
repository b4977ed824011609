package dev.wasmspring.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * A value as a schema describes it, to begin with. Stateless. It is a help for people and
 * need not be valid: a schema can ask for what nobody can guess.
 */
@ApiStatus.Internal
public final class SampleValue {

	private static final int MAX_DEPTH = 6;

	private SampleValue() {
	}

	/**
	 * Makes up a value.
	 * @param schema says what it should look like
	 * @return the value, as {@link JsonText} has it
	 */
	public static @Nullable Object of(JsonSchema schema) {
		return of(schema.content(), schema.content(), 0);
	}

	private static @Nullable Object of(@Nullable Object schema, Object root, int depth) {
		if (!(schema instanceof Map<?, ?> map) || depth > MAX_DEPTH) {
			return null;
		}
		if (map.get("examples") instanceof List<?> examples && !examples.isEmpty()) {
			return examples.get(0);
		}
		for (String keyword : List.of("example", "default", "const")) {
			if (map.containsKey(keyword)) {
				return map.get(keyword);
			}
		}
		if (map.get("enum") instanceof List<?> values && !values.isEmpty()) {
			return values.get(0);
		}
		if (map.get("$ref") instanceof String reference) {
			return of(target(reference, root), root, depth + 1);
		}
		for (String keyword : List.of("allOf", "oneOf", "anyOf")) {
			if (map.get(keyword) instanceof List<?> choices && !choices.isEmpty() && !map.containsKey("properties")) {
				return of(choices.get(0), root, depth + 1);
			}
		}
		return ofType(type(map), map, root, depth);
	}

	private static String type(Map<?, ?> schema) {
		Object type = schema.get("type");
		if (type instanceof List<?> types && !types.isEmpty()) {
			type = types.get(0);
		}
		if (type == null) {
			type = schema.containsKey("items") ? "array" : "object";
		}
		return type.toString();
	}

	private static @Nullable Object ofType(String type, Map<?, ?> schema, Object root, int depth) {
		return switch (type) {
			case "object" -> {
				Map<String, @Nullable Object> object = new LinkedHashMap<>();
				if (schema.get("properties") instanceof Map<?, ?> properties) {
					properties
						.forEach((name, property) -> object.put(String.valueOf(name), of(property, root, depth + 1)));
				}
				yield object;
			}
			case "array" -> {
				Object items = schema.get("items");
				List<@Nullable Object> array = new ArrayList<>();
				if (items instanceof Map<?, ?>) {
					array.add(of(items, root, depth + 1));
				}
				yield array;
			}
			case "string" -> string(schema);
			case "integer", "number" -> {
				Object least = schema.containsKey("minimum") ? schema.get("minimum") : null;
				Object below = schema.get("exclusiveMinimum");
				Object above = (below instanceof Number number) ? new BigDecimal(number.toString()).add(BigDecimal.ONE)
						: (Object) 1;
				yield (least != null) ? least : above;
			}
			case "boolean" -> true;
			default -> null;
		};
	}

	private static String string(Map<?, ?> schema) {
		return switch (String.valueOf(schema.get("format"))) {
			case "date" -> "2026-01-31";
			case "date-time" -> "2026-01-31T12:00:00Z";
			case "email" -> "somebody@example.org";
			case "uuid" -> "123e4567-e89b-12d3-a456-426614174000";
			case "uri" -> "https://example.org/";
			default ->
				(schema.get("minLength") instanceof Number length) ? "a".repeat(Math.min(100, length.intValue())) : "";
		};
	}

	private static @Nullable Object target(String reference, Object root) {
		Object current = root;
		for (String segment : reference.startsWith("#/") ? reference.substring(2).split("/") : new String[0]) {
			current = (current instanceof Map<?, ?> map) ? map.get(segment.replace("~1", "/").replace("~0", "~"))
					: null;
		}
		return current;
	}

}
