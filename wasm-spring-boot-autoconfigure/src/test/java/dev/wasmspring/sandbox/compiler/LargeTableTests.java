package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HexFormat;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LargeTableTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 1 << 20, 1 << 16, 1 << 16);

	/** Of an operand that each jump takes along, or of none. */
	private static final String[] KINDS = { "40", "7f" };

	@ParameterizedTest
	@CsvSource({ "400, 0", "501, 0", "501, 1", "3000, 0", "3000, 1", "24615, 0", "24615, 1" })
	void aTableOfAnySizeLeadsWhereItShould(int targets, int operands) {
		Module module = Module.parse("table", "memory", module(targets, operands));
		try (Engine engine = new Engine()) {
			Template template = engine.load(module, LIMITS, Capabilities.NONE);
			assertThat(template.hugeFunctions()).isEmpty();
			int step = Math.max(1, targets / 997);
			for (int i = 0; i < targets; i += step) {
				assertThat(answer(template, i)).as("target %d", i).isEqualTo(expected(i % 3, operands));
			}
			for (int i : new int[] { targets - 2, targets - 1, 499, 500, 501, 502 }) {
				assertThat(answer(template, i)).as("target %d", i)
					.isEqualTo(expected((i < targets) ? i % 3 : 3, operands));
			}
			for (int i : new int[] { targets, targets + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1 }) {
				assertThat(answer(template, i)).as("target %d", i).isEqualTo(expected(3, operands));
			}
		}
	}

	private static long expected(int label, int operands) {
		return 100 * (label + 1) + ((operands > 0) ? 7 : 0);
	}

	private static long answer(Template template, int index) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			return sandbox.call(new long[] { index })[0];
		}
	}

	/** Four blocks around a table that leads to the first three in turn. */
	private static byte[] module(int targets, int operands) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		String open = "02" + KINDS[operands];
		body.writeBytes(hex("00" + open.repeat(4) + ((operands > 0) ? "4107" : "") + "2000 0e"));
		body.writeBytes(unsigned(targets));
		for (int i = 0; i < targets; i++) {
			body.write(i % 3);
		}
		body.write(3);
		for (int label = 0; label < 4; label++) {
			body.write(0x0b);
			body.write(0x41);
			int answer = 100 * (label + 1);
			body.writeBytes(hex("%02x%02x".formatted(answer & 0x7f | 0x80, answer >> 7)));
			body.writeBytes(hex(((operands > 0) ? "6a" : "") + "0f"));
		}
		body.write(0x0b);
		ByteArrayOutputStream code = new ByteArrayOutputStream();
		code.write(1);
		code.writeBytes(unsigned(body.size()));
		code.writeBytes(body.toByteArray());
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(
				hex("00 61 73 6d 01 00 00 00  01 06 01 60 01 7f 01 7f  03 02 01 00  07 07 01 03 72 75 6e 00 00  0a"));
		module.writeBytes(unsigned(code.size()));
		module.writeBytes(code.toByteArray());
		return module.toByteArray();
	}

	private static byte[] unsigned(int value) {
		return new byte[] { (byte) (value | 0x80), (byte) (value >> 7 | 0x80), (byte) (value >> 14 & 0x7f) };
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits.replace(" ", ""));
	}

}
