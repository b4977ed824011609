package dev.wasmspring;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

class FixturesTests {

	private static final int NO_TOOLCHAIN = 3;

	@ParameterizedTest
	@ValueSource(
			strings = { "src/test/wasm/build.sh", "src/test/wasm/memory/build.sh", "src/test/wasm/hostile/build.sh" })
	void theCommittedModulesAreWhatTheirSourcesGive(String script) throws Exception {
		Process build = new ProcessBuilder("sh", script, "--check").redirectErrorStream(true).start();
		build.getOutputStream().close();
		String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int exitCode = build.waitFor();
		assumeThat(exitCode).as(output).isNotEqualTo(NO_TOOLCHAIN);
		assertThat(exitCode).as(output).isZero();
	}

}
