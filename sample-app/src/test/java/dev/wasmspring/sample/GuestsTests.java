package dev.wasmspring.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

class GuestsTests {

	private static final int NO_TOOLCHAIN = 3;

	/**
	 * Takes a minute, and needs Debian's compilers; without them there is nothing to
	 * compare with, and the script says which packages are missing.
	 */
	/**
	 * Of the languages that have a folder of their own; {@code guests/build.sh --help}
	 * says how their compilers are named.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "c", "cpp", "rust", "go", "swift", "zig", "assemblyscript", "java", "kotlin" })
	void theCommittedModulesOfLanguagesAreWhatTheirSourcesGive(String language) throws Exception {
		check("../guests/build.sh", language);
	}

	@Test
	void theCommittedModulesAreWhatTheirSourcesGive() throws Exception {
		check("guests/build.sh");
	}

	private static void check(String script, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of("bash", script, "--check"));
		command.addAll(List.of(arguments));
		Process build = new ProcessBuilder(command).redirectErrorStream(true).start();
		build.getOutputStream().close();
		String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int exitCode = build.waitFor();
		assumeThat(exitCode).as(output).isNotEqualTo(NO_TOOLCHAIN);
		assertThat(exitCode).as(output).isZero();
	}

}
