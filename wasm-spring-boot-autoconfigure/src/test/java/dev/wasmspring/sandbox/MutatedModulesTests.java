package dev.wasmspring.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a module's bytes are, it is refused or its calls end with an outcome. With
 * {@code -Dfuzz.seed} and {@code -Dfuzz.modules} other and more modules are tried, with
 * {@code -Dfuzz.first} one that was found before is tried again.
 */
class MutatedModulesTests {

	private static final long SEED = Long.getLong("fuzz.seed", 1);

	private static final int FIRST = Integer.getInteger("fuzz.first", 0);

	private static final int MODULES = Integer.getInteger("fuzz.modules", 20_000);

	@Test
	@Timeout(value = 6, unit = TimeUnit.HOURS)
	void everyMutatedModuleIsRefusedOrItsCallsEndWithAnOutcome(@TempDir Path folder) throws Exception {
		Path log = folder.resolve("fuzzing.log");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
				MutatedModulesProcess.class.getName(), Long.toString(SEED), Integer.toString(FIRST),
				Integer.toString(FIRST + MODULES - 1))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		int shown = 0;
		try {
			while (!process.waitFor(1, TimeUnit.SECONDS)) {
				String output = Files.readString(log);
				System.out.print(output.substring(shown));
				shown = output.length();
			}
		}
		finally {
			process.destroyForcibly();
		}
		String output = Files.readString(log);
		System.out.print(output.substring(shown));
		assertThat(process.exitValue()).as(output).isZero();
		// Most are broken, but some must come through for the calls to be tried as well
		assertThat(output).contains("success=").contains("trap=").contains("timeout=");
	}

}
