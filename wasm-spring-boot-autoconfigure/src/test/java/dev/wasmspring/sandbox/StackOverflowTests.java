package dev.wasmspring.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A class whose initialiser runs out of stack is broken for as long as the JVM lives.
 */
class StackOverflowTests {

	@TempDir
	private Path directory;

	/** Memory and table out of bounds, null in a table, clock, files, polling. */
	@ParameterizedTest
	@ValueSource(ints = { 6, 16, 27, 35, 57, 67 })
	void aStackThatEndsInTheHostBreaksNothing(int kind) throws Exception {
		Path cache = this.directory.resolve("cache");
		List<String> expected = StackOverflowProcess.endings(cache);
		// Interpreted, so that a call takes as much stack each time
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xint", "-cp", System.getProperty("java.class.path"), StackOverflowProcess.class.getName(),
				String.valueOf(kind), cache.toString())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		List<String> endings = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.toList();
		assertThat(process.waitFor()).isZero();
		assertThat(endings).isEqualTo(expected);
	}

}
