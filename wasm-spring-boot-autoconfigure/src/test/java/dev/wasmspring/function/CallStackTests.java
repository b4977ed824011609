package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How deep guests may go, which the reference promises. Interpreted frames are the
 * largest that there are.
 */
class CallStackTests {

	@ParameterizedTest
	@CsvSource({ "main, -Xint", "main, -Xmixed", "small, -Xint", "small, -Xmixed" })
	void guestsGoAsDeepAsPromisedAtTheirFirstCallWhateverTheThreadIs(String thread, String mode) throws Exception {
		assertThat(run(thread, mode)).isEqualTo(expected());
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void guestsGoAsDeepAsPromisedWhenTheirCallerIsAVirtualThread() throws Exception {
		assertThat(run("virtual", "-Xint")).isEqualTo(expected());
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xint", "-Xmixed" })
	void aCallerWithoutStackGetsATrapAndLeavesNothingBehind(String mode) throws Exception {
		assertThat(run("brink", mode)).containsExactly("answered true, trapped true, wrong 0",
				"rec40 " + sum(820, 2000), "active 0", "running 0");
	}

	private static List<String> expected() {
		return List.of("small " + sum(1, 20_000), "medium " + sum(55, 9_000), "rec40 " + sum(820, 3_000),
				"too deep trap The module trapped: call stack exhausted.", "rec40 " + sum(820, 2_000),
				"initialize_deep 42", "running 0");
	}

	private static String sum(double each, double levels) {
		return String.valueOf(each * levels * (levels + 1) / 2);
	}

	private static List<String> run(String thread, String mode) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), mode, "-cp",
						System.getProperty("java.class.path"), CallStackProcess.class.getName(), thread));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.filter((line) -> line.startsWith("> "))
			.map((line) -> line.substring(2))
			.toList();
		assertThat(process.waitFor()).isZero();
		return lines;
	}

}
