package dev.wasmspring.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The schemas of a function, as far as it has some. Immutable; lives as long as the
 * function.
 *
 * @param input what it takes
 * @param output what it answers with, which is described and not checked
 * @param check checks inputs; there is one where there is a schema of the input
 */
@ApiStatus.Internal
public record FunctionSchemas(@Nullable JsonSchema input, @Nullable JsonSchema output, @Nullable InputCheck check) {

	/**
	 * Those of a function that brings none.
	 */
	public static final FunctionSchemas NONE = new FunctionSchemas(null, null, null);

	private static final Set<String> MEMBERS = Set.of("input", "output", "$defs", "definitions", "$schema", "$comment",
			"title", "description");

	private static final boolean VALIDATOR = ClassUtils.isPresent("com.networknt.schema.SchemaRegistry",
			FunctionSchemas.class.getClassLoader());

	/**
	 * Reads the schemas of a function from one text: an object with an {@code input}, an
	 * {@code output} or both, and the definitions that these share.
	 * @param json the text
	 * @return the schemas
	 * @throws InvalidSchemaException if one of them cannot be used
	 */
	public static FunctionSchemas parse(String json) {
		if (!(read(json) instanceof Map<?, ?> file) || (!file.containsKey("input") && !file.containsKey("output"))) {
			throw new InvalidSchemaException("It has neither an 'input' nor an 'output'.",
					"Put the schema of the input into \"input\", and that of the output into \"output\".");
		}
		Set<String> others = new TreeSet<>();
		file.keySet().forEach((name) -> others.add(String.valueOf(name)));
		others.removeAll(MEMBERS);
		if (!others.isEmpty()) {
			throw new InvalidSchemaException("It has " + others + " beside 'input', 'output' and '$defs'.",
					"Put the schema of the input into \"input\", and that of the output into \"output\".");
		}
		return of(file.containsKey("input") ? part("input", file) : null,
				file.containsKey("output") ? part("output", file) : null);
	}

	/**
	 * Reads the schemas of a function from two texts.
	 * @param input the schema of the input, {@code null} if there is none
	 * @param output the schema of the output, {@code null} if there is none
	 * @return the schemas
	 * @throws InvalidSchemaException if one of them cannot be used
	 */
	public static FunctionSchemas parse(@Nullable String input, @Nullable String output) {
		return of((input != null) ? named("input", read(input)) : null,
				(output != null) ? named("output", read(output)) : null);
	}

	private static @Nullable Object read(String json) {
		try {
			return JsonText.read(json);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSchemaException("It is no JSON: " + ex.getMessage() + ".", "Correct the file.");
		}
	}

	/**
	 * One of the schemas with the definitions and the draft of its file.
	 */
	private static JsonSchema part(String name, Map<?, ?> file) {
		Object schema = file.get(name);
		if (!(schema instanceof Map<?, ?> map)) {
			return named(name, schema);
		}
		Map<String, @Nullable Object> whole = new LinkedHashMap<>();
		if (file.containsKey("$schema")) {
			whole.put("$schema", file.get("$schema"));
		}
		map.forEach((key, value) -> whole.put(String.valueOf(key), value));
		for (String keyword : List.of("$defs", "definitions")) {
			if (file.get(keyword) instanceof Map<?, ?> common) {
				Map<String, @Nullable Object> all = new LinkedHashMap<>();
				common.forEach((key, value) -> all.put(String.valueOf(key), value));
				if (map.get(keyword) instanceof Map<?, ?> own) {
					own.forEach((key, value) -> all.put(String.valueOf(key), value));
				}
				whole.put(keyword, all);
			}
		}
		return named(name, whole);
	}

	private static JsonSchema named(String name, @Nullable Object content) {
		try {
			JsonSchema schema = JsonSchema.of(content);
			if (VALIDATOR) {
				CompiledSchema.requireValid(schema);
			}
			return schema;
		}
		catch (InvalidSchemaException ex) {
			throw new InvalidSchemaException("Its schema of the " + name + " cannot be used: " + ex.getMessage(),
					ex.remedy());
		}
	}

	private static FunctionSchemas of(@Nullable JsonSchema input, @Nullable JsonSchema output) {
		if (input == null) {
			return new FunctionSchemas(null, output, null);
		}
		if (!VALIDATOR) {
			throw new InvalidSchemaException(
					"It has a schema of its input, and there is no validator on the class path to hold inputs to it.",
					"Add the dependency 'com.networknt:json-schema-validator', which the starter brings, "
							+ "or remove the schema.");
		}
		return new FunctionSchemas(input, output, CompiledSchema.compile(input));
	}

	/**
	 * Whether there are any.
	 * @return whether there is a schema of the input or the output
	 */
	public boolean isEmpty() {
		return this.input == null && this.output == null;
	}

	/**
	 * These, and what others say that these do not.
	 * @param others what stands behind these
	 * @return all of them
	 */
	public FunctionSchemas or(FunctionSchemas others) {
		return new FunctionSchemas((this.input != null) ? this.input : others.input,
				(this.output != null) ? this.output : others.output, (this.input != null) ? this.check : others.check);
	}

	/**
	 * Whether others say the same.
	 * @param others the others
	 * @return whether both schemas are the same
	 */
	public boolean isSameAs(FunctionSchemas others) {
		return java.util.Objects.equals(this.input, others.input)
				&& java.util.Objects.equals(this.output, others.output);
	}

	/**
	 * The examples of inputs that the schema of the input gives.
	 * @return values as {@link JsonText} has them, mostly none
	 */
	public List<@Nullable Object> examples() {
		List<@Nullable Object> examples = new ArrayList<>();
		if (this.input != null && this.input.content() instanceof Map<?, ?> map) {
			if (map.get("examples") instanceof List<?> all) {
				examples.addAll(all);
			}
			for (String keyword : List.of("example", "default")) {
				if (map.containsKey(keyword)) {
					examples.add(map.get(keyword));
				}
			}
		}
		return examples;
	}

}
