package dev.wasmspring.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.stream.MessageFailurePolicy.Fate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageFailurePolicy}, and of what the guide says of it.
 */
class MessageFailurePolicyTests {

	@ParameterizedTest
	@EnumSource
	void everyOutcomeHasItsFateAndItsRowInTheGuide(Outcome outcome) throws IOException {
		WasmFunctionException failure = WasmFunctionException.of("f", outcome, "detail", new IllegalStateException());
		Fate fate = MessageFailurePolicy.byOutcome().fate(failure);
		String words = (outcome == Outcome.SUCCESS) ? "its result is sent" : switch (fate) {
			case DEAD_LETTER -> "goes to the dead letters at once";
			case RETRY -> "is tried again after a pause";
			case WAIT -> "waits until the function takes it";
		};
		try (Stream<String> lines = Files.lines(Path.of("../docs/how-to/streams.md"))) {
			assertThat(lines.filter((line) -> line.startsWith("| ") && line.contains("`" + outcome + "`"))
				.filter((line) -> line.split("\\|")[1].contains("`" + outcome + "`"))).singleElement()
				.asString()
				.contains(words);
		}
	}

}
