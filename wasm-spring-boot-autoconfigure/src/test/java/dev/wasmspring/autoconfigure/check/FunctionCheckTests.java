package dev.wasmspring.autoconfigure.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FunctionCheckTests {

	@TempDir
	Path folder;

	@BeforeEach
	void fill() throws IOException {
		add("upper.wasm", fixture("upper"));
		add("half.js", "function handle(input) { return input / 2 }".getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] fixture(String name) throws IOException {
		try (var in = FunctionCheckTests.class.getResourceAsStream("/fixtures/" + name + ".wasm")) {
			return in.readAllBytes();
		}
	}

	private void add(String name, byte[] content) throws IOException {
		Files.write(this.folder.resolve(name), content);
	}

	@Test
	void allFunctionsAreListedAndNothingElseOfTheApplicationStarts() throws Exception {
		Run run = check("--wasm.check");
		assertThat(run.output()).containsPattern("half +script +\\d+ B +\\d+ ms")
			.containsPattern("upper +bytes +\\d+ B +\\d+ ms")
			.contains("2 functions, and all modules can be used")
			.doesNotContain("there is no database");
		assertThat(run.exitCode()).isZero();
	}

	@Test
	void whatCannotBeUsedIsSaidWithReasonAndRemedyAndTheExitCode() throws Exception {
		add("broken.wasm", new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 42 });
		add("bad.js", "function handle(input) {\n  return input /\n}".getBytes(StandardCharsets.UTF_8));
		Run run = check("--wasm.check=true");
		assertThat(run.output()).contains("Module 'broken' cannot be used")
			.contains("Module 'bad' cannot be used")
			.contains("bad.js")
			.containsPattern("2 functions; 2 of 4 module\\(s\\) cannot be used")
			.doesNotContain("there is no database");
		assertThat(run.exitCode()).isOne();
	}

	@Test
	void noModulesAtAllAreAMistakeToo() throws Exception {
		Files.delete(this.folder.resolve("upper.wasm"));
		Files.delete(this.folder.resolve("half.js"));
		Run run = check("--wasm.check");
		assertThat(run.output()).contains("There are no modules", "wasm.locations");
		assertThat(run.exitCode()).isOne();
	}

	@Test
	void aMistakeInThePropertiesIsSaidAsAtAStart() throws Exception {
		Run run = check("--wasm.check", "--wasm.functions.uper.limits.timeout=1s");
		assertThat(run.output()).contains("uper").contains("APPLICATION FAILED TO START");
		assertThat(run.exitCode()).isOne();
	}

	@Test
	void withoutItTheApplicationStarts() throws Exception {
		Run run = check("--wasm.check=false");
		assertThat(run.output()).contains("there is no database");
	}

	@Test
	void whatWasCompiledIsInTheCacheThen() throws Exception {
		check("--wasm.check");
		assertThat(check("--wasm.check").output()).containsPattern("upper +bytes +\\d+ B +\\d+ ms \\(cache\\)");
	}

	private Run check(String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
						System.getProperty("java.class.path"), CheckedApplication.class.getName(),
						"--spring.main.web-application-type=none", "--spring.output.ansi.enabled=never",
						"--wasm.compilation.cache-directory=" + this.folder.resolve("cache"),
						"--wasm.locations=" + this.folder.toUri() + "*.wasm," + this.folder.toUri() + "*.js"));
		command.addAll(List.of(arguments));
		Path log = this.folder.resolve("log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		return new Run(process.exitValue(), Files.readString(log));
	}

	private record Run(int exitCode, String output) {

	}

}
