package dev.wasmspring.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the list of what applications may rely on to the code.
 */
class ApiTests {

	private static final Pattern PUBLIC = Pattern.compile("^public .*?(?:class|interface|enum|record) (\\w+)",
			Pattern.MULTILINE);

	@Test
	void whatIsPublicIsInTheReferenceAndNothingElse() throws IOException {
		String reference = Files.readString(Path.of("../docs/reference/api.md"));
		String section = reference.substring(reference.indexOf("## Streams"),
				reference.indexOf("##", reference.indexOf("## Streams") + 2));
		List<String> listed = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE)
			.matcher(section)
			.results()
			.map((MatchResult row) -> row.group(1))
			.toList();
		assertThat(listed).isNotEmpty().containsExactlyInAnyOrderElementsOf(publicTypes());
	}

	private static List<String> publicTypes() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/wasmspring/stream"))) {
			return files.flatMap((file) -> PUBLIC.matcher(read(file)).results())
				.map((MatchResult type) -> type.group(1))
				.toList();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
