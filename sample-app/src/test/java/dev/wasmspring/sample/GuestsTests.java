package dev.wasmspring.sample;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

class GuestsTests {

	private static final int NO_TOOLCHAIN = 3;

	/**
	 * Takes a minute, and needs Debian's compilers; without them there is nothing to
	 * compare with, and the script says which packages are missing.
	 */
	@Test
	void theCommittedModulesAreWhatTheirSourcesGive() throws Exception {
		Process build = new ProcessBuilder("bash", "guests/build.sh", "--check").redirectErrorStream(true).start();
		build.getOutputStream().close();
		String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int exitCode = build.waitFor();
		assumeThat(exitCode).as(output).isNotEqualTo(NO_TOOLCHAIN);
		assertThat(exitCode).as(output).isZero();
	}

}
