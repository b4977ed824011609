package dev.wasmspring.function;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.NumberType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The translation between JSON and the numbers of a numeric export. Stateless.
 */
final class Numbers {

	private static final JsonFactory JSON = new JsonFactory();

	/**
	 * Significand and exponent of a number in JSON.
	 */
	private static final Pattern SCIENTIFIC = Pattern.compile("(-?[0-9.]+)[eE]([+-]?[0-9]+)");

	private Numbers() {
	}

	/**
	 * Reads the arguments of a call: a JSON number, an array of JSON numbers, or nothing.
	 * @return one value for each parameter, as the sandbox takes it
	 * @throws InvalidNumbersException if the input is anything else
	 */
	static long[] read(byte[] json, Export export) {
		List<BigDecimal> numbers = parse(json, export);
		List<NumberType> types = export.parameters();
		if (numbers.size() != types.size()) {
			throw new InvalidNumbersException(
					"The function takes " + expected(types) + ", but got " + count(numbers.size()) + ".");
		}
		long[] arguments = new long[types.size()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = toRaw(numbers.get(i), types.get(i), i + 1);
		}
		return arguments;
	}

	private static List<BigDecimal> parse(byte[] json, Export export) {
		List<BigDecimal> numbers = new ArrayList<>();
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			JsonToken token = parser.nextToken();
			if (token == null) {
				return numbers;
			}
			boolean array = (token == JsonToken.START_ARRAY);
			if (array) {
				token = parser.nextToken();
			}
			while (token != null && token.isNumeric() && numbers.size() <= export.parameters().size()) {
				numbers.add(number(parser));
				token = parser.nextToken();
			}
			if (array ? (token == JsonToken.END_ARRAY && parser.nextToken() == null)
					: (token == null && numbers.size() == 1)) {
				return numbers;
			}
		}
		catch (JacksonException | NumberFormatException ex) {
			// Answered below: what the parser says quotes the input. An exponent that no
			// number has is none of its own exceptions
		}
		throw new InvalidNumbersException("The function takes " + expected(export.parameters())
				+ ", as a JSON number or an array of JSON numbers.");
	}

	private static BigDecimal number(JsonParser parser) {
		try {
			return parser.getDecimalValue();
		}
		catch (JacksonException | NumberFormatException ex) {
			return ofHugeExponent(parser.getString(), ex);
		}
	}

	/**
	 * A number as large or as small as any that can be told apart: its exponent is out of
	 * the range of integers.
	 */
	private static BigDecimal ofHugeExponent(String text, RuntimeException failure) {
		Matcher matcher = SCIENTIFIC.matcher(text);
		if (!matcher.matches()) {
			throw failure;
		}
		BigDecimal significand = new BigDecimal(matcher.group(1));
		if (significand.signum() == 0) {
			return BigDecimal.ZERO;
		}
		BigDecimal one = BigDecimal.valueOf(significand.signum());
		return one.scaleByPowerOfTen(matcher.group(2).startsWith("-") ? -Integer.MAX_VALUE : Integer.MAX_VALUE);
	}

	private static long toRaw(BigDecimal number, NumberType type, int position) {
		try {
			return switch (type) {
				case I32 -> number.intValueExact();
				case I64 -> number.longValueExact();
				case F32 -> Float.floatToRawIntBits(requireFinite(number.floatValue(), type));
				case F64 -> Double.doubleToRawLongBits(requireFinite(number.doubleValue(), type));
			};
		}
		catch (ArithmeticException ex) {
			boolean integer = type == NumberType.F32 || type == NumberType.F64
					|| number.stripTrailingZeros().scale() <= 0;
			throw new InvalidNumbersException(
					"Number " + position + (integer ? " is not in the range of " + name(type) + "."
							: " is no integer, but must be an " + name(type) + "."));
		}
	}

	private static float requireFinite(float value, NumberType type) {
		requireFinite((double) value, type);
		return value;
	}

	private static double requireFinite(double value, NumberType type) {
		if (!Double.isFinite(value)) {
			throw new ArithmeticException(type.name());
		}
		return value;
	}

	/**
	 * Writes the results of a call: one as a JSON number, none or several as an array.
	 * @throws UnwritableNumberException if a result is not a number that JSON can express
	 */
	static byte[] write(long[] results, Export export) {
		List<NumberType> types = export.results();
		StringWriter json = new StringWriter();
		if (types.size() != 1) {
			json.append('[');
		}
		for (int i = 0; i < types.size(); i++) {
			json.append((i > 0) ? "," : "").append(toJson(results[i], types.get(i)));
		}
		if (types.size() != 1) {
			json.append(']');
		}
		return json.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static String toJson(long raw, NumberType type) {
		return switch (type) {
			case I32 -> Integer.toString((int) raw);
			case I64 -> Long.toString(raw);
			case F32 -> toJson(Float.intBitsToFloat((int) raw));
			case F64 -> toJson(Double.longBitsToDouble(raw));
		};
	}

	private static String toJson(Number number) {
		if (!Double.isFinite(number.doubleValue())) {
			throw new UnwritableNumberException();
		}
		return number.toString();
	}

	private static String expected(List<NumberType> types) {
		if (types.isEmpty()) {
			return "no numbers";
		}
		return count(types.size()) + types.stream().map(Numbers::name).collect(Collectors.joining(", ", " (", ")"));
	}

	private static String count(int numbers) {
		return (numbers == 1) ? "1 number" : numbers + " numbers";
	}

	private static String name(NumberType type) {
		return switch (type) {
			case I32 -> "i32";
			case I64 -> "i64";
			case F32 -> "f32";
			case F64 -> "f64";
		};
	}

	/**
	 * Thrown when the input is not the numbers asked for; the message says which are.
	 */
	static final class InvalidNumbersException extends RuntimeException {

		InvalidNumbersException(String message) {
			super(message, null, false, false);
		}

	}

	/**
	 * Thrown when a result is infinite or not a number, which JSON cannot say.
	 */
	static final class UnwritableNumberException extends RuntimeException {

		UnwritableNumberException() {
			super("The result is not a number that JSON can express.", null, false, false);
		}

	}

}
