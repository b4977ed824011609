package dev.wasmspring.sample;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a document shows of a shell: the commands of its console blocks, and what they
 * print. Where a document leaves something out it has three dots. Immutable.
 *
 * @param exchanges in the order of the document
 */
record Transcript(List<Exchange> exchanges) {

	private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);

	static Transcript of(String document) {
		List<Exchange> exchanges = new ArrayList<>();
		Matcher blocks = CONSOLE.matcher(document);
		while (blocks.find()) {
			for (String exchange : ("\n" + blocks.group(1)).split("\n\\$ ")) {
				String[] lines = exchange.split("\n", 2);
				if (!lines[0].isBlank()) {
					exchanges.add(new Exchange(lines[0], (lines.length == 2) ? lines[1].strip() : ""));
				}
			}
		}
		return new Transcript(exchanges);
	}

	static boolean commandExists(String command) {
		return onPath(command).findFirst().isPresent();
	}

	/** Every executable file of this name, in the order in which a shell looks. */
	static Stream<Path> onPath(String command) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.map((folder) -> Path.of(folder, command))
			.filter(Files::isExecutable);
	}

	/**
	 * A command and what it prints.
	 *
	 * @param command one line of shell
	 * @param output empty where the document shows none
	 */
	record Exchange(String command, String output) {

		boolean isCurl() {
			return this.command.startsWith("curl ");
		}

		/** Asks the server of this port and expects what the document shows. */
		void replay(Path folder, int port) throws IOException, InterruptedException {
			String command = this.command.replace("localhost:8080", "localhost:" + port)
				.replaceFirst("^curl ", "curl --silent --show-error --max-time 30 ");
			String printed = run(command, folder, Map.of());
			assertThat(printed.replace("\r\n", "\n").strip()).matches(expected());
		}

		/** Runs the command, which must succeed. */
		void run(Path folder, Map<String, String> environment) throws IOException, InterruptedException {
			run(this.command, folder, environment);
		}

		private static String run(String command, Path folder, Map<String, String> environment)
				throws IOException, InterruptedException {
			ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile())
				.redirectErrorStream(true);
			builder.environment().putAll(environment);
			Process process = builder.start();
			process.getOutputStream().close();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as("%s: %s", command, printed).isZero();
			return printed;
		}

		private Pattern expected() {
			String pattern = Arrays.stream(this.output.replace("localhost:8080", "...").split("\\.\\.\\.", -1))
				.map(Pattern::quote)
				.collect(Collectors.joining(".*"));
			return Pattern.compile(pattern, Pattern.DOTALL);
		}

	}

}
