package dev.wasmspring.schema;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists, strings, numbers, booleans and {@code null}, read and written.
 * Stateless.
 */
@ApiStatus.Internal
public final class JsonText {

	private static final JsonFactory JSON = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private JsonText() {
	}

	/**
	 * Reads a text.
	 * @param text the whole of it is one value
	 * @return the value; collections cannot be changed
	 * @throws IllegalArgumentException if it is no JSON, with the reason
	 */
	public static @Nullable Object read(String text) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			if (parser.nextToken() == null) {
				throw new IllegalArgumentException("it is empty");
			}
			Object value = value(parser);
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("something follows the value");
			}
			return value;
		}
		catch (JacksonException ex) {
			int line = (ex.getLocation() != null) ? ex.getLocation().getLineNr() : 0;
			throw new IllegalArgumentException(ex.getOriginalMessage() + ((line > 0) ? ", in line " + line : ""), ex);
		}
	}

	private static @Nullable Object value(JsonParser parser) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> {
				Map<String, @Nullable Object> map = new LinkedHashMap<>();
				while (parser.nextToken() != JsonToken.END_OBJECT) {
					String name = parser.currentName();
					parser.nextToken();
					map.put(name, value(parser));
				}
				yield Collections.unmodifiableMap(map);
			}
			case START_ARRAY -> {
				List<@Nullable Object> list = new ArrayList<>();
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					list.add(value(parser));
				}
				yield Collections.unmodifiableList(list);
			}
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
			case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			default -> null;
		};
	}

	/**
	 * Writes a value.
	 * @param value as {@link #read} returns it, and numbers of any kind
	 * @return the text
	 */
	public static String write(@Nullable Object value) {
		StringWriter text = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
			write(generator, value);
		}
		return text.toString();
	}

	private static void write(JsonGenerator generator, @Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			generator.writeStartObject();
			map.forEach((name, member) -> {
				generator.writeName(String.valueOf(name));
				write(generator, member);
			});
			generator.writeEndObject();
		}
		else if (value instanceof Iterable<?> list) {
			generator.writeStartArray();
			list.forEach((element) -> write(generator, element));
			generator.writeEndArray();
		}
		else if (value instanceof BigDecimal number) {
			generator.writeNumber(number);
		}
		else if (value instanceof BigInteger number) {
			generator.writeNumber(number);
		}
		else if (value instanceof Double number) {
			generator.writeNumber(number);
		}
		else if (value instanceof Number number) {
			generator.writeNumber(number.longValue());
		}
		else if (value instanceof Boolean truth) {
			generator.writeBoolean(truth);
		}
		else if (value == null) {
			generator.writeNull();
		}
		else {
			generator.writeString(value.toString());
		}
	}

}
