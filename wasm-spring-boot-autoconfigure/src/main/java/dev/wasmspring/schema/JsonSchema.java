package dev.wasmspring.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema that stands for itself: it refers to nothing outside of it, so that
 * nothing is ever fetched for it. Immutable; lives as long as its function and is shared
 * by all threads.
 */
@ApiStatus.Internal
public final class JsonSchema {

	/** What schemas are that do not say which draft they are written in. */
	static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

	private static final Set<String> DIALECTS = Set.of(DIALECT, "https://json-schema.org/draft/2019-09/schema",
			"http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-06/schema");

	private static final Set<String> WITH_SCHEMA = Set.of("additionalItems", "additionalProperties", "contains",
			"contentSchema", "else", "if", "items", "not", "propertyNames", "then", "unevaluatedItems",
			"unevaluatedProperties");

	private static final Set<String> WITH_LIST = Set.of("allOf", "anyOf", "items", "oneOf", "prefixItems");

	private static final Set<String> WITH_MAP = Set.of("$defs", "definitions", "dependencies", "dependentSchemas",
			"patternProperties", "properties");

	private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

	/** Deeper schemas are a mistake, or meant to do harm. */
	private static final int MAX_DEPTH = 200;

	private final Object content;

	/** Pointers by the anchors that stand for them. */
	private final Map<String, String> anchors = new LinkedHashMap<>();

	private JsonSchema(Object content) {
		this.content = content;
	}

	/**
	 * Looks through a schema.
	 * @param content a map or a boolean
	 * @return the schema
	 * @throws InvalidSchemaException if it is none, or refers to something outside of it
	 */
	static JsonSchema of(@Nullable Object content) {
		if (!(content instanceof Map<?, ?>) && !(content instanceof Boolean)) {
			throw new InvalidSchemaException("A schema is an object, or true or false.");
		}
		JsonSchema schema = new JsonSchema(content);
		schema.visit(content, "", 0, schema::requireSupported);
		schema.visit(content, "", 0, schema::requireResolvable);
		return schema;
	}

	/**
	 * The schema as it was given.
	 * @return a map, or a boolean
	 */
	public Object content() {
		return this.content;
	}

	/**
	 * The draft of JSON Schema in which it is written.
	 */
	String dialect() {
		String named = named();
		return (named != null) ? named : DIALECT;
	}

	private @Nullable String named() {
		Object named = (this.content instanceof Map<?, ?> map) ? map.get("$schema") : null;
		return (named != null) ? without(named.toString(), "#") : null;
	}

	private static String without(String text, String end) {
		return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
	}

	private interface Visitor {

		void visit(Map<?, ?> schema, String pointer);

	}

	/**
	 * Visits all schemas in a schema, and nothing that only looks like one: data.
	 */
	private void visit(@Nullable Object schema, String pointer, int depth, Visitor visitor) {
		if (depth > MAX_DEPTH) {
			throw new InvalidSchemaException("It is nested more than " + MAX_DEPTH + " deep.");
		}
		if (!(schema instanceof Map<?, ?> map)) {
			return;
		}
		visitor.visit(map, pointer);
		map.forEach((name, value) -> {
			String keyword = String.valueOf(name);
			String below = pointer + "/" + escape(keyword);
			if (WITH_MAP.contains(keyword) && value instanceof Map<?, ?> schemas) {
				schemas.forEach(
						(key, member) -> visit(member, below + "/" + escape(String.valueOf(key)), depth + 1, visitor));
			}
			else if (WITH_LIST.contains(keyword) && value instanceof List<?> schemas) {
				for (int i = 0; i < schemas.size(); i++) {
					visit(schemas.get(i), below + "/" + i, depth + 1, visitor);
				}
			}
			else if (WITH_SCHEMA.contains(keyword)) {
				visit(value, below, depth + 1, visitor);
			}
		});
	}

	private void requireSupported(Map<?, ?> schema, String pointer) {
		if (schema.containsKey("$schema")) {
			if (!pointer.isEmpty()) {
				throw new InvalidSchemaException("'#" + pointer + "' has a '$schema' of its own, which only the schema"
						+ " as a whole can have.");
			}
			String dialect = String.valueOf(named());
			if (!DIALECTS.contains(dialect)) {
				throw new InvalidSchemaException(
						"Its '$schema' is '" + shortened(dialect)
								+ "', which is not known: there are 2020-12, 2019-09, draft-07 and draft-06.",
						"Take '" + DIALECT + "', or leave '$schema' out.");
			}
		}
		if (schema.containsKey("$id") && !pointer.isEmpty()) {
			throw new InvalidSchemaException(
					"'#" + pointer + "' has an '$id' of its own, which only the schema as a whole can have.",
					"Remove the '$id'.");
		}
		for (String anchor : List.of("$anchor", "$dynamicAnchor")) {
			if (schema.get(anchor) instanceof String name) {
				this.anchors.put(name, pointer);
			}
		}
		if (schema.get("pattern") instanceof String pattern) {
			requireExpression(pattern, pointer);
		}
		if (schema.get("patternProperties") instanceof Map<?, ?> patterns) {
			patterns.keySet().forEach((pattern) -> requireExpression(String.valueOf(pattern), pointer));
		}
	}

	private static void requireExpression(String expression, String pointer) {
		try {
			BoundedExpression.compile(expression);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSchemaException("'" + shortened(expression) + "' in '#" + pointer
					+ "' is no regular expression: " + shortened(String.valueOf(ex.getMessage())) + ".");
		}
	}

	private void requireResolvable(Map<?, ?> schema, String pointer) {
		for (String keyword : REFERENCES) {
			Object reference = schema.get(keyword);
			if (reference == null) {
				continue;
			}
			String target = String.valueOf(reference);
			if (!target.startsWith("#")) {
				throw new InvalidSchemaException(
						"'#" + pointer + "' refers to '" + shortened(target)
								+ "', which is outside of the schema, and nothing is fetched.",
						"Copy what it refers to into its '$defs', and refer to it with '#/$defs/…'.");
			}
			if (!isThere(target)) {
				throw new InvalidSchemaException(
						"'#" + pointer + "' refers to '" + shortened(target) + "', which is not in the schema.",
						"Correct the reference. The schemas of input and output have the '$defs' of their file, "
								+ "and know nothing else of each other.");
			}
		}
	}

	private boolean isThere(String reference) {
		String pointer = pointer(reference);
		if (pointer == null) {
			return false;
		}
		Object current = this.content;
		for (String segment : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
			String name = segment.replace("~1", "/").replace("~0", "~");
			if (current instanceof Map<?, ?> map) {
				current = map.get(name);
			}
			else if (current instanceof List<?> list && name.matches("\\d{1,6}")
					&& Integer.parseInt(name) < list.size()) {
				current = list.get(Integer.parseInt(name));
			}
			else {
				return false;
			}
		}
		return current instanceof Map<?, ?> || current instanceof Boolean;
	}

	/**
	 * The pointer of a reference that begins with {@code #}.
	 * @return {@code null} if it names an anchor that is not there
	 */
	private @Nullable String pointer(String reference) {
		String fragment = java.net.URLDecoder.decode(reference.substring(1).replace("+", "%2B"),
				StandardCharsets.UTF_8);
		return (fragment.isEmpty() || fragment.startsWith("/")) ? fragment : this.anchors.get(fragment);
	}

	/**
	 * The schema as a part of another document, in the draft of 2020-12: a component, and
	 * one more for each of its definitions.
	 * @param name the name of the component
	 * @param location gives the reference to a component of a name
	 * @return components by their names, the schema itself first
	 */
	public Map<String, Object> components(String name, UnaryOperator<String> location) {
		Map<String, Object> components = new LinkedHashMap<>();
		if (!(this.content instanceof Map<?, ?> map)) {
			components.put(name, this.content);
			return components;
		}
		Map<String, String> moved = new LinkedHashMap<>();
		for (String keyword : List.of("$defs", "definitions")) {
			if (map.get(keyword) instanceof Map<?, ?> definitions) {
				for (Object key : definitions.keySet()) {
					String component = name + "-" + String.valueOf(key).replaceAll("[^A-Za-z0-9._-]", "_");
					while (moved.containsValue(component)) {
						component += "_";
					}
					moved.put("/" + escape(keyword) + "/" + escape(String.valueOf(key)), component);
				}
			}
		}
		UnaryOperator<String> references = (reference) -> reference(reference, name, moved, location);
		Map<String, Object> root = new LinkedHashMap<>();
		map.forEach((key, value) -> root.put(String.valueOf(key), value));
		root.keySet().removeAll(Set.of("$defs", "definitions", "$schema", "$id"));
		components.put(name, moved(root, references));
		for (String keyword : List.of("$defs", "definitions")) {
			if (map.get(keyword) instanceof Map<?, ?> definitions) {
				definitions.forEach((key, value) -> components.put(
						String.valueOf(moved.get("/" + escape(keyword) + "/" + escape(String.valueOf(key)))),
						moved(value, references)));
			}
		}
		return components;
	}

	private String reference(String reference, String name, Map<String, String> moved, UnaryOperator<String> location) {
		String pointer = String.valueOf(pointer(reference));
		for (Map.Entry<String, String> definition : moved.entrySet()) {
			if (pointer.equals(definition.getKey()) || pointer.startsWith(definition.getKey() + "/")) {
				return location.apply(definition.getValue()) + pointer.substring(definition.getKey().length());
			}
		}
		return location.apply(name) + pointer;
	}

	private static Object moved(Object schema, UnaryOperator<String> references) {
		if (!(schema instanceof Map<?, ?> map)) {
			return schema;
		}
		Map<String, @Nullable Object> moved = new LinkedHashMap<>();
		// Before 2020-12 the items of tuples had other keywords
		boolean tuple = map.get("items") instanceof List<?>;
		map.forEach((key, value) -> {
			String keyword = String.valueOf(key);
			if (REFERENCES.contains(keyword)) {
				moved.put("$ref", references.apply(String.valueOf(value)));
			}
			else if (tuple && keyword.equals("items")) {
				moved.put("prefixItems", movedAll((List<?>) value, references));
			}
			else if (keyword.equals("additionalItems")) {
				if (tuple) {
					moved.put("items", moved(value, references));
				}
			}
			else if (keyword.equals("dependencies") && value instanceof Map<?, ?> dependencies) {
				moveDependencies(dependencies, moved, references);
			}
			else if (WITH_MAP.contains(keyword) && value instanceof Map<?, ?> schemas) {
				Map<String, Object> all = new LinkedHashMap<>();
				schemas.forEach((name, member) -> all.put(String.valueOf(name), moved(member, references)));
				moved.put(keyword, all);
			}
			else if (WITH_LIST.contains(keyword) && value instanceof List<?> schemas) {
				moved.put(keyword, movedAll(schemas, references));
			}
			else if (WITH_SCHEMA.contains(keyword)) {
				moved.put(keyword, moved(value, references));
			}
			else if (!Set.of("$anchor", "$dynamicAnchor", "$recursiveAnchor").contains(keyword)) {
				moved.put(keyword, value);
			}
		});
		return moved;
	}

	private static void moveDependencies(Map<?, ?> dependencies, Map<String, @Nullable Object> moved,
			UnaryOperator<String> references) {
		Map<String, Object> schemas = new LinkedHashMap<>();
		Map<String, Object> required = new LinkedHashMap<>();
		dependencies.forEach((name, value) -> {
			if (value instanceof List<?>) {
				required.put(String.valueOf(name), value);
			}
			else {
				schemas.put(String.valueOf(name), moved(value, references));
			}
		});
		if (!schemas.isEmpty()) {
			moved.put("dependentSchemas", schemas);
		}
		if (!required.isEmpty()) {
			moved.put("dependentRequired", required);
		}
	}

	private static List<Object> movedAll(List<?> schemas, UnaryOperator<String> references) {
		List<Object> all = new ArrayList<>();
		schemas.forEach((schema) -> all.add(moved(schema, references)));
		return all;
	}

	private static String escape(String segment) {
		return segment.replace("~", "~0").replace("/", "~1");
	}

	private static String shortened(String text) {
		return (text.length() > 200) ? text.substring(0, 200) + "…" : text;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof JsonSchema schema && schema.content.equals(this.content);
	}

	@Override
	public int hashCode() {
		return this.content.hashCode();
	}

	@Override
	public String toString() {
		return JsonText.write(this.content);
	}

}
