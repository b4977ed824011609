package dev.wasmspring.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Replays what the documents show of the sample: every {@code curl} in a console block,
 * and what it prints. Where a document leaves something out it has three dots.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class TranscriptTests {

	private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

	/** The document that speaks of another application, the reader's. */
	private static final Path OTHER_APPLICATION = Path.of("docs/getting-started.md");

	private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);

	@TestFactory
	List<DynamicTest> whatTheDocumentsShowIsWhatTheSampleAnswers(@LocalServerPort int port) throws IOException {
		List<DynamicTest> tests = new ArrayList<>();
		for (Path document : documents()) {
			for (Exchange exchange : exchanges(Files.readString(PROJECT.resolve(document)))) {
				tests.add(DynamicTest.dynamicTest(document + ": " + exchange.command, () -> replay(exchange, port)));
			}
		}
		assertThat(tests).hasSizeGreaterThan(5);
		return tests;
	}

	private static List<Path> documents() throws IOException {
		try (Stream<Path> documents = Files.walk(PROJECT.resolve("docs"))) {
			return Stream
				.concat(Stream.of(Path.of("README.md"), Path.of("sample-app/README.md")),
						documents.map(PROJECT::relativize).filter((file) -> file.toString().endsWith(".md")).sorted())
				.filter((document) -> !document.equals(OTHER_APPLICATION))
				.toList();
		}
	}

	private static List<Exchange> exchanges(String document) {
		List<Exchange> exchanges = new ArrayList<>();
		Matcher blocks = CONSOLE.matcher(document);
		while (blocks.find()) {
			for (String exchange : ("\n" + blocks.group(1)).split("\n\\$ ")) {
				String[] lines = exchange.split("\n", 2);
				if (lines[0].startsWith("curl ") && lines.length == 2 && !lines[1].isBlank()) {
					exchanges.add(new Exchange(lines[0], lines[1].strip()));
				}
			}
		}
		return exchanges;
	}

	private static void replay(Exchange exchange, int port) throws IOException, InterruptedException {
		assumeThat(commandExists("curl")).as("curl is installed").isTrue();
		String command = exchange.command.replace("localhost:8080", "localhost:" + port)
			.replaceFirst("^curl ", "curl --silent --show-error --max-time 30 ");
		Process process = new ProcessBuilder("sh", "-c", command).directory(PROJECT.toFile())
			.redirectErrorStream(true)
			.start();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(printed.replace("\r\n", "\n").strip()).matches(exchange.expected());
	}

	private static boolean commandExists(String command) {
		return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, command)));
	}

	private record Exchange(String command, String output) {

		Pattern expected() {
			String pattern = Arrays.stream(this.output.replace("localhost:8080", "...").split("\\.\\.\\.", -1))
				.map(Pattern::quote)
				.collect(Collectors.joining(".*"));
			return Pattern.compile(pattern, Pattern.DOTALL);
		}

	}

}
