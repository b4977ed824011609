package dev.wasmspring.howto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A page of the documentation and its samples.
 */
record Guide(String text) {

	private static final Path PAGES = Path.of("../docs/how-to");

	private static final Path SOURCES = Path.of("src/test/java/dev/wasmspring/howto");

	static Guide of(String page) {
		return new Guide(read(PAGES.resolve(page)));
	}

	/** The samples in a language. */
	List<String> samples(String language) {
		return Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(this.text)
			.results()
			.map((MatchResult match) -> match.group(1))
			.toList();
	}

	/** The properties of one sample. */
	String[] properties(int index) {
		return samples("properties").get(index).lines().toArray(String[]::new);
	}

	/** The samples in Java that a test does not have as they are, but for white space. */
	List<String> notIn(Class<?> test) {
		String source = squeezed(read(SOURCES.resolve(test.getSimpleName() + ".java")));
		return samples("java").stream().filter((sample) -> !source.contains(squeezed(sample))).toList();
	}

	private static String squeezed(String code) {
		return code.replaceAll("\\bstatic (?=class|interface|record)", "").replaceAll("\\s+", "");
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
