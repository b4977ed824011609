package dev.wasmspring.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page on tests to the tests that run.
 */
class TestDocumentTests {

	private static final Path PAGE = Path.of("../docs/how-to/test.md");

	private static final Path TESTS = Path.of("src/test/java/dev/wasmspring/test");

	private static final Pattern BLOCK = Pattern.compile("```java\n(.*?class (\\w+).*?)```", Pattern.DOTALL);

	@Test
	void everyTestOfThePageRuns() throws IOException {
		List<MatchResult> blocks = BLOCK.matcher(Files.readString(PAGE)).results().toList();
		assertThat(blocks).hasSize(3);
		for (MatchResult block : blocks) {
			assertThat(TESTS.resolve(block.group(2) + ".java")).content().endsWith("\n\n" + block.group(1));
		}
	}

}
