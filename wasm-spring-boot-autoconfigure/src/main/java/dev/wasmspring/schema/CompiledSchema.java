package dev.wasmspring.schema;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;
import tools.jackson.databind.node.ValueNode;

/**
 * A schema as the validator holds inputs to it. Immutable; lives as long as its function
 * and is shared by all threads.
 * <p>
 * Inputs come from anywhere, so each check is bounded: in time, in steps, in depth, and
 * in how much it finds.
 */
final class CompiledSchema implements InputCheck {

	/** Of larger inputs only the first thing that is wrong is told. */
	private static final int MAX_BYTES_OF_MANY = 16 * 1024;

	private static final int MAX_VIOLATIONS = 20;

	private static final int MAX_DETAIL = 300;

	private static final int MAX_DEPTH = 1_000;

	private static final long MAX_STEPS = 20_000_000;

	/**
	 * Nobody means larger or smaller numbers, and calculating with them takes for ever.
	 */
	private static final int MAX_SCALE = 1_000;

	private static final Set<String> OF_PROPERTIES = Set.of("required", "additionalProperties", "unevaluatedProperties",
			"dependentRequired");

	private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
		// Of two values of a name the guest might take the other one
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.nodeFactory(new BoundedNumbers())
		.build();

	private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
		.pathType(PathType.JSON_POINTER)
		.locale(Locale.ENGLISH)
		.formatAssertionsEnabled(true)
		.regularExpressionFactory((expression) -> BoundedExpression.compile(expression)::isFoundIn)
		.build();

	private final Schema schema;

	private CompiledSchema(Schema schema) {
		this.schema = schema;
	}

	/**
	 * The dialects themselves are in the validator's jar.
	 */
	private static SchemaRegistry registry() {
		return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
				(builder) -> builder.schemaRegistryConfig(CONFIG)
					.schemaLoader((loader) -> loader.fetchRemoteResources(false)
						.allow((location) -> location.toString().matches("(classpath:|https?://json-schema.org/).*"))));
	}

	/**
	 * Checks that a schema is one, as the draft has it that it is written in.
	 * @throws InvalidSchemaException if it is not
	 */
	static void requireValid(JsonSchema schema) {
		Schema dialect = registry().getSchema(SchemaLocation.of(schema.dialect()));
		List<Error> errors = dialect.validate(node(schema));
		if (!errors.isEmpty()) {
			InputViolation first = violation(errors.get(0));
			throw new InvalidSchemaException("'#" + first.pointer() + "': " + first.detail() + ".");
		}
		compile(schema);
	}

	/**
	 * Compiles a schema.
	 * @throws InvalidSchemaException if that cannot be done
	 */
	static CompiledSchema compile(JsonSchema schema) {
		try {
			Schema compiled = registry().getSchema(node(schema));
			compiled.initializeValidators();
			return new CompiledSchema(compiled);
		}
		catch (SchemaException | IllegalArgumentException ex) {
			throw new InvalidSchemaException(
					"It cannot be compiled: " + shortened(String.valueOf(ex.getMessage())) + ".");
		}
	}

	private static JsonNode node(JsonSchema schema) {
		return MAPPER.readTree(schema.toString());
	}

	@Override
	public List<InputViolation> check(byte[] input, boolean isText, long deadline) {
		JsonNode node;
		try {
			node = read(input, isText);
		}
		catch (UnreadableException ex) {
			return List.of(new InputViolation("", String.valueOf(ex.getMessage())));
		}
		List<InputViolation> violations = new ArrayList<>();
		BoundedExpression.until(deadline, () -> check(node, input.length, violations));
		return violations;
	}

	private void check(JsonNode node, int length, List<InputViolation> violations) {
		try {
			// At first without finding more than one: what is found takes memory
			List<Error> errors = this.schema.validate(node, (context) -> bound(context, true));
			if (!errors.isEmpty() && length <= MAX_BYTES_OF_MANY) {
				errors = this.schema.validate(node, (context) -> bound(context, false));
			}
			errors.stream().limit(MAX_VIOLATIONS).map(CompiledSchema::violation).distinct().forEach(violations::add);
		}
		catch (BoundedExpression.DeadlineException ex) {
			throw new TooLateException();
		}
		catch (ValidationLimitExceededException | StackOverflowError ex) {
			violations.add(new InputViolation("", "is nested too deeply, or takes too long to check"));
		}
	}

	private static void bound(ExecutionContext context, boolean failFast) {
		context.executionConfig((config) -> config.failFast(failFast)
			.locale(Locale.ENGLISH)
			.maxEvaluationDepth(MAX_DEPTH)
			.maxEvaluationSteps(MAX_STEPS));
	}

	private static JsonNode read(byte[] input, boolean isText) {
		String text;
		try {
			// Jackson would guess UTF-16 as well, which no guest does
			text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new UnreadableException("is no text in UTF-8");
		}
		if (isText) {
			return StringNode.valueOf(text);
		}
		if (text.isBlank()) {
			throw new UnreadableException("is empty, but must be JSON");
		}
		try {
			return MAPPER.readTree(text);
		}
		catch (JacksonException ex) {
			if (ex.getCause() instanceof UnreadableException unreadable) {
				throw unreadable;
			}
			throw new UnreadableException("is no JSON: " + shortened(ex.getOriginalMessage()));
		}
	}

	private static InputViolation violation(Error error) {
		String pointer = error.getInstanceLocation().toString();
		String property = error.getProperty();
		if (property != null && OF_PROPERTIES.contains(error.getKeyword())) {
			pointer += "/" + property.replace("~", "~0").replace("/", "~1");
		}
		return new InputViolation(shortened(pointer), shortened(String.valueOf(error.getMessage())));
	}

	private static String shortened(String text) {
		return (text.length() > MAX_DETAIL) ? text.substring(0, MAX_DETAIL) + "…" : text;
	}

	/**
	 * Thrown when an input cannot be read; the message says why.
	 */
	private static final class UnreadableException extends RuntimeException {

		UnreadableException(String message) {
			super(message, null, false, false);
		}

	}

	/**
	 * Numbers with which one can calculate.
	 */
	private static final class BoundedNumbers extends JsonNodeFactory {

		private static final long serialVersionUID = 1;

		@Override
		public ValueNode numberNode(BigDecimal value) {
			if (Math.abs((long) value.scale()) > MAX_SCALE) {
				throw new UnreadableException("has a number with an exponent that is out of range");
			}
			return super.numberNode(value);
		}

	}

}
