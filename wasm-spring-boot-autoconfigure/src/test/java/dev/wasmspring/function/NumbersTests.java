package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.NumberType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class NumbersTests {

	// Reading

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0             | 0
			-0            | 0
			-1            | -1
			2147483647    | 2147483647
			-2147483648   | -2147483648
			1.0           | 1
			1.000         | 1
			1e3           | 1000
			1E+3          | 1000
			2.5e1         | 25
			1000e-3       | 1
			0e999999999   | 0
			'  7 '        | 7
			""")
	void i32IsTakenInWholeAndWithoutLoss(String json, long expected) {
		assertThat(read(json, NumberType.I32)).containsExactly(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2147483648", "-2147483649", "1e10", "4294967295", "1e400", "1e999999999",
			"-1e99999999999999" })
	void whatIsNoI32IsRefused(String json) {
		assertThat(refused(json, NumberType.I32)).isEqualTo("Number 1 is not in the range of i32.");
	}

	@ParameterizedTest
	@CsvSource({ "9223372036854775807,9223372036854775807", "-9223372036854775808,-9223372036854775808",
			"9007199254740993,9007199254740993", "9223372036854775807.0,9223372036854775807",
			"1e18,1000000000000000000" })
	void i64IsTakenInWholeAndWithoutLoss(String json, long expected) {
		assertThat(read(json, NumberType.I64)).containsExactly(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "9223372036854775808", "-9223372036854775809", "1e19", "18446744073709551615" })
	void whatIsNoI64IsRefused(String json) {
		assertThat(refused(json, NumberType.I64)).isEqualTo("Number 1 is not in the range of i64.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.5", "0.1", "-0.5", "1e-1", "1E-999999999", "1e-99999999999999", "2147483648.5" })
	void whatIsNoIntegerIsRefusedAsSuch(String json) {
		assertThat(refused(json, NumberType.I32)).isEqualTo("Number 1 is no integer, but must be an i32.");
		assertThat(refused(json, NumberType.I64)).isEqualTo("Number 1 is no integer, but must be an i64.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e-999999999", "1e-99999999999999", "0e99999999999999" })
	void hugeExponentsOfNumbersThatAreNextToNothing(String json) {
		assertThat(read(json, NumberType.F64)).containsExactly(Double.doubleToRawLongBits(0));
		assertThat(read(json, NumberType.F32)).containsExactly(Float.floatToRawIntBits(0));
	}

	@ParameterizedTest
	@CsvSource({ "0.1,0.1", "3.4028234663852886e38,3.4028235e38", "1e-45,1.4e-45", "-2,-2", "1e-100,0" })
	void f32IsTheNearestFloat(String json, float expected) {
		assertThat(read(json, NumberType.F32)).containsExactly(Float.floatToRawIntBits(expected));
	}

	@ParameterizedTest
	@CsvSource({ "0.1,0.1", "1.7976931348623157e308,1.7976931348623157e308", "4.9e-324,4.9e-324", "-2,-2",
			"123456789012345678901234567890,1.2345678901234568e29", "1e-400,0" })
	void f64IsTheNearestDouble(String json, double expected) {
		assertThat(read(json, NumberType.F64)).containsExactly(Double.doubleToRawLongBits(expected));
	}

	@Test
	void whatIsTooLargeForAFloatIsRefused() {
		assertThat(refused("3.5e38", NumberType.F32)).isEqualTo("Number 1 is not in the range of f32.");
		assertThat(refused("-1e39", NumberType.F32)).isEqualTo("Number 1 is not in the range of f32.");
		assertThat(refused("1.8e308", NumberType.F64)).isEqualTo("Number 1 is not in the range of f64.");
		assertThat(refused("-1e400", NumberType.F64)).isEqualTo("Number 1 is not in the range of f64.");
	}

	@Test
	void severalNumbersKeepTheirOrderAndTheirTypes() {
		assertThat(read("[1, 2, 0.5, 0.25]", NumberType.I32, NumberType.I64, NumberType.F32, NumberType.F64))
			.containsExactly(1, 2, Float.floatToRawIntBits(0.5f), Double.doubleToRawLongBits(0.25));
	}

	@Test
	void aNumberOutOfRangeIsNamedByItsPosition() {
		assertThat(refused("[1, 2147483648]", NumberType.I32, NumberType.I32))
			.isEqualTo("Number 2 is not in the range of i32.");
	}

	@Test
	void oneNumberMayStandInAnArray() {
		assertThat(read("[5]", NumberType.I32)).containsExactly(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\t ", "[]", " [ ] " })
	void nothingIsNoNumbers(String json) {
		assertThat(read(json)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''        | The function takes 2 numbers (i32, i64), but got 0 numbers.
			[]        | The function takes 2 numbers (i32, i64), but got 0 numbers.
			5         | The function takes 2 numbers (i32, i64), but got 1 number.
			[5]       | The function takes 2 numbers (i32, i64), but got 1 number.
			[1,2,3]   | The function takes 2 numbers (i32, i64), but got 3 numbers.
			""")
	void anotherCountIsRefusedWithBothCounts(String json, String message) {
		assertThat(refused(json, NumberType.I32, NumberType.I64)).isEqualTo(message);
	}

	@Test
	void aFunctionWithoutParametersTakesNoNumbers() {
		assertThat(refused("1")).isEqualTo("The function takes no numbers, but got 1 number.");
		assertThat(refused("[1]")).isEqualTo("The function takes no numbers, but got 1 number.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1 2", "1,2", "[1", "[1,", "[1,]", "[,1]", "1]", "[1]]", "[1][2]", "[1] 2", "[1]x", "1x",
			"[[1]]", "[1,[2]]", "[[[[", "{}", "{\"a\":1}", "[{}]", "\"1\"", "[\"1\"]", "null", "[null]", "true",
			"[true]", "NaN", "Infinity", "-Infinity", "+1", "01", "0x10", ".5", "5.", "1e", "-", "1_000", "1f", "'1'",
			"// one\n1", "1e", "[1e+]", "\u0000", "\u00011", "[1,2,3,4,5]" })
	void whatIsNotNumbersInJsonIsRefusedInWordsOfOurOwn(String json) {
		assertThat(refused(json, NumberType.I32))
			.isEqualTo("The function takes 1 number (i32), as a JSON number or an array of JSON numbers.");
	}

	@Test
	void bytesThatAreNoTextAreRefused() {
		Export export = export(List.of(NumberType.I32), List.of());
		for (byte[] bytes : new byte[][] { { (byte) 0xff, (byte) 0xfe }, { '1', (byte) 0xc3 }, { (byte) 0x80 },
				{ '[', '1', ',', (byte) 0xf0, (byte) 0x9f } }) {
			assertThatExceptionOfType(Numbers.InvalidNumbersException.class)
				.isThrownBy(() -> Numbers.read(bytes, export));
		}
	}

	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	@ParameterizedTest
	@ValueSource(strings = { "1e1000000000", "1e-1000000000", "-1e2147483647", "1e-2147483647", "1.5e1000000000" })
	void hugeExponentsAreRefusedAtOnce(String json) {
		// Writing the number out would take gigabytes; the bound is for that alone
		refused(json, NumberType.I32);
		refused(json, NumberType.I64);
		if (!json.contains("e-")) {
			refused(json, NumberType.F32);
			refused(json, NumberType.F64);
		}
		else {
			assertThat(read(json, NumberType.F64)).containsExactly(0);
		}
	}

	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	@Test
	void endlessInputIsRefusedAtOnce() {
		refused("9".repeat(1_000_000), NumberType.I64);
		refused("0." + "1".repeat(1_000_000), NumberType.F64);
		refused("[" + "1,".repeat(500_000) + "1]", NumberType.I32);
		refused("[".repeat(1_000_000), NumberType.I32);
	}

	// Writing

	@Test
	void oneResultIsAJsonNumber() {
		assertThat(write(new long[] { -5 }, NumberType.I32)).isEqualTo("-5");
		// What the engine keeps above the 32 bits is not part of the number
		assertThat(write(new long[] { 0xffff_ffffL }, NumberType.I32)).isEqualTo("-1");
		assertThat(write(new long[] { Long.MIN_VALUE }, NumberType.I64)).isEqualTo("-9223372036854775808");
		assertThat(write(new long[] { Float.floatToRawIntBits(0.1f) }, NumberType.F32)).isEqualTo("0.1");
		assertThat(write(new long[] { Float.floatToRawIntBits(-1f) | 0xabcd_0000_0000L }, NumberType.F32))
			.isEqualTo("-1.0");
		assertThat(write(new long[] { Double.doubleToRawLongBits(0.1) }, NumberType.F64)).isEqualTo("0.1");
		assertThat(write(new long[] { Double.doubleToRawLongBits(1e300) }, NumberType.F64)).isEqualTo("1.0E300");
	}

	@Test
	void noResultAndSeveralAreArrays() {
		assertThat(write(new long[0])).isEqualTo("[]");
		assertThat(write(new long[] { 1, 2 }, NumberType.I32, NumberType.I64)).isEqualTo("[1,2]");
	}

	@Test
	void aResultThatJsonHasNoNumberForIsUnwritableNumberException() {
		for (double number : new double[] { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY }) {
			assertThatExceptionOfType(Numbers.UnwritableNumberException.class)
				.isThrownBy(() -> write(new long[] { Double.doubleToRawLongBits(number) }, NumberType.F64))
				.withMessage("The result is not a number that JSON can express.");
			assertThatExceptionOfType(Numbers.UnwritableNumberException.class)
				.isThrownBy(() -> write(new long[] { 1, Float.floatToRawIntBits((float) number) }, NumberType.I32,
						NumberType.F32));
		}
	}

	@Test
	void whatIsWrittenIsReadAgainAsTheSameNumber() {
		double[] numbers = { 0, 1, -1.5, Math.PI, Double.MIN_VALUE, Double.MAX_VALUE, 1e21, 123456789.125 };
		for (double number : numbers) {
			long raw = Double.doubleToRawLongBits(number);
			assertThat(read(write(new long[] { raw }, NumberType.F64), NumberType.F64)).containsExactly(raw);
			long single = Float.floatToRawIntBits((float) Math.min(number, Float.MAX_VALUE));
			assertThat(read(write(new long[] { single }, NumberType.F32), NumberType.F32)).containsExactly(single);
		}
	}

	private static long[] read(String json, NumberType... types) {
		return Numbers.read(json.getBytes(StandardCharsets.UTF_8), export(List.of(types), List.of()));
	}

	private static String refused(String json, NumberType... types) {
		Numbers.InvalidNumbersException exception = catchThrowableOfType(Numbers.InvalidNumbersException.class,
				() -> read(json, types));
		assertThat(exception).as("'%s' is refused", (json.length() > 50) ? json.substring(0, 50) : json).isNotNull();
		return exception.getMessage();
	}

	private static String write(long[] results, NumberType... types) {
		return new String(Numbers.write(results, export(List.of(), List.of(types))), StandardCharsets.UTF_8);
	}

	private static Export export(List<NumberType> parameters, List<NumberType> results) {
		return new Export("f", Kind.NUMERIC, parameters, results);
	}

}
