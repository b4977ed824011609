package dev.wasmspring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the document promises is held by tests, and those are there.
 */
class SecurityDocumentTests {

	private static final Pattern NAMED = Pattern.compile("`(\\w+Tests)(?:\\.(\\w+))?`");

	private static final Path TESTS = Path.of("src/test/java");

	@Test
	void everyTestThatIsNamedIsThere() throws Exception {
		Set<String> missing = new TreeSet<>();
		int named = 0;
		Matcher matcher = NAMED.matcher(document());
		while (matcher.find()) {
			named++;
			Class<?> type = test(matcher.group(1));
			if (type == null || matcher.group(2) != null && !isTest(type, matcher.group(2))) {
				missing.add(matcher.group());
			}
		}
		assertThat(missing).isEmpty();
		assertThat(named).isGreaterThan(40);
	}

	@Test
	void everyPromiseAndEveryThreatNamesATest() throws Exception {
		List<String> rows = document().lines()
			.filter((line) -> line.startsWith("| "))
			.filter((line) -> !line.startsWith("| Promise |") && !line.startsWith("| Threat |"))
			.toList();
		assertThat(rows).hasSizeGreaterThan(35).allMatch((row) -> NAMED.matcher(row).find());
	}

	private static String document() throws IOException {
		return Files.readString(Path.of("../docs/security.md"));
	}

	private static Class<?> test(String name) throws Exception {
		try (Stream<Path> sources = Files.walk(TESTS)) {
			Path source = sources.filter((path) -> path.getFileName().toString().equals(name + ".java"))
				.findFirst()
				.orElse(null);
			if (source == null) {
				return null;
			}
			String packaged = TESTS.relativize(source).toString().replace(source.getFileSystem().getSeparator(), ".");
			return Class.forName(packaged.substring(0, packaged.length() - ".java".length()));
		}
	}

	private static boolean isTest(Class<?> type, String method) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(method))
			.anyMatch((candidate) -> Arrays.stream(candidate.getAnnotations())
				.map((annotation) -> annotation.annotationType().getSimpleName())
				.collect(Collectors.toSet())
				.stream()
				.anyMatch(Set.of("Test", "ParameterizedTest", "RepeatedTest")::contains));
	}

}
