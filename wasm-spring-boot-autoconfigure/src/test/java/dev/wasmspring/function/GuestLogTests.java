package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;

import ch.qos.logback.classic.Level;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.GuestText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class GuestLogTests {

	private final LogCapture capture = new LogCapture("wasm.functions.greet", Level.DEBUG);

	private final GuestLog log = new GuestLog("greet");

	@AfterEach
	void endCapture() {
		this.capture.close();
	}

	@Test
	void everyLineIsALineOfTheLog() {
		standardError("first\nsecond\r\n\tthird\rfourth\n");
		assertThat(this.capture.lines()).containsExactly("INFO first", "INFO second", "INFO \tthird", "INFO fourth");
	}

	@Test
	void oneCallWritesAThousandLinesAtMost() {
		standardError("\n".repeat(64 * 1024));
		assertThat(this.capture.lines()).hasSize(1_000);
	}

	@Test
	void nothingIsLoggedForNothing() {
		standardError("");
		assertThat(this.capture.lines()).isEmpty();
	}

	@Test
	void textOfAllLanguagesIsKept() {
		standardError("grüße 你好 שלום 🙂");
		assertThat(this.capture.lines()).containsExactly("INFO grüße 你好 שלום 🙂");
	}

	@Test
	void bytesThatAreNoTextAreReplaced() {
		this.log.standardError(new byte[] { 'a', (byte) 0xff, (byte) 0xfe, 'b' });
		assertThat(this.capture.lines()).containsExactly("INFO a\uFFFD\uFFFDb");
	}

	@Test
	void controlCharactersAreReplaced() {
		// Escape (terminals), backspace, null, delete, next line, another escape
		standardError("\u001b[2Ja\bb\0c\u007fd\u0085e\u009bf");
		assertThat(this.capture.lines()).containsExactly("INFO \uFFFD[2Ja\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf");
	}

	@Test
	void charactersThatReorderOrBreakLinesAreReplaced() {
		// Override and isolate of the direction, zero width space, the separators of
		// lines and paragraphs, vertical tab, form feed, a tag beyond 16 bits
		standardError("a\u202eb\u2066c\u200bd\u2028e\u2029f\u000bg\fh\uDB40\uDC41i");
		assertThat(this.capture.lines())
			.containsExactly("INFO a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh\uFFFDi");
	}

	@Test
	void halvesOfCharactersAreReplaced() {
		assertThat(GuestText.neutral("a\uD83Db\uDE42c")).isEqualTo("a\uFFFDb\uFFFDc");
	}

	@Test
	void whatLooksLikeAFormatIsText() {
		standardError("%s %d {} ${jndi:ldap://x}");
		assertThat(this.capture.lines()).containsExactly("INFO %s %d {} ${jndi:ldap://x}");
	}

	@Test
	void everyFunctionHasALogOfItsOwn() {
		new GuestLog("another").standardError("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(this.capture.lines()).isEmpty();
	}

	@Test
	void aLogThatIsSwitchedOffIsNotWritten() {
		try (LogCapture off = new LogCapture("wasm.functions.greet", Level.WARN)) {
			standardError("hello");
			assertThat(off.lines()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "TRAP", "EXIT", "BAD_OUTPUT", "TIMEOUT" })
	void aFailureOfTheGuestIsAWarning(Outcome outcome) {
		this.log.failure(new WasmFunctionException("greet", outcome, "Something."));
		assertThat(this.capture.lines())
			.containsExactly("WARN Function 'greet' ended with " + outcome + ": Something.");
	}

	@ParameterizedTest
	@EnumSource(names = { "UNKNOWN_FUNCTION", "INVALID_INPUT", "INPUT_LIMIT", "REJECTED" })
	void whatCallersBringAboutIsNoWarning(Outcome outcome) {
		this.log.failure(new WasmFunctionException("greet", outcome, "Something."));
		assertThat(this.capture.lines())
			.containsExactly("DEBUG Function 'greet' ended with " + outcome + ": Something.");
	}

	private void standardError(String text) {
		this.log.standardError(text.getBytes(StandardCharsets.UTF_8));
	}

}
