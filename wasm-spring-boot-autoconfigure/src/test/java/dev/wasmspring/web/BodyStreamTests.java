package dev.wasmspring.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BodyStreamTests {

	@ParameterizedTest
	@CsvSource({ "0, 0", "200, 200", "200, -1", "200, 100", "200, 0", "200, 300", "16384, 16384", "16385, 16385",
			"16385, 16384", "100000, 3" })
	void aStreamIsReadToItsEndWhateverWasDeclared(int length, long declared) throws IOException {
		byte[] body = body(length);
		assertThat(BodyStream.read(new ByteArrayInputStream(body), declared, 200_000)).isEqualTo(body);
	}

	@ParameterizedTest
	@CsvSource({ "100, 100", "100, -1", "100, 50", "100, 10", "100, 9", "100, 11", "100, 500" })
	void noMoreIsReadThanIsAskedFor(int length, long declared) throws IOException {
		ByteArrayInputStream stream = new ByteArrayInputStream(body(length));
		assertThat(BodyStream.read(stream, declared, 10)).isEqualTo(Arrays.copyOf(body(length), 10));
		assertThat(stream.available()).isEqualTo(90);
	}

	private static byte[] body(int length) {
		byte[] body = new byte[length];
		new Random(1).nextBytes(body);
		return body;
	}

}
