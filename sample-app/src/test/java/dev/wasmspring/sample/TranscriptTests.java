package dev.wasmspring.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.wasmspring.sample.Transcript.Exchange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Replays what the documents show of the sample: every {@code curl} in a console block,
 * and what it prints.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class TranscriptTests {

	private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

	/** That of another application, which {@link GettingStartedTests} builds. */
	private static final Path OTHER_APPLICATION = Path.of("docs/getting-started.md");

	/**
	 * Those of functions that the sample does not have; what they show is run where the
	 * runtimes are.
	 */
	private static final Path GUIDES = Path.of("docs/how-to/write-a-function");

	/** The same, run where the endpoint is tested. */
	private static final Set<Path> OTHER_FUNCTIONS = Set.of(Path.of("docs/how-to/http.md"),
			Path.of("docs/how-to/versions.md"), Path.of("docs/how-to/webflux.md"));

	@TestFactory
	List<DynamicTest> whatTheDocumentsShowIsWhatTheSampleAnswers(@LocalServerPort int port) throws IOException {
		List<DynamicTest> tests = new ArrayList<>();
		for (Path document : documents()) {
			for (Exchange exchange : Transcript.of(Files.readString(PROJECT.resolve(document))).exchanges()) {
				if (exchange.isCurl() && !exchange.output().isEmpty()) {
					tests.add(DynamicTest.dynamicTest(document + ": " + exchange.command(),
							() -> replay(exchange, port)));
				}
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
				.filter((document) -> !document.equals(OTHER_APPLICATION) && !document.startsWith(GUIDES)
						&& !OTHER_FUNCTIONS.contains(document))
				.toList();
		}
	}

	private static void replay(Exchange exchange, int port) throws IOException, InterruptedException {
		assumeThat(Transcript.commandExists("curl")).as("curl is installed").isTrue();
		exchange.replay(PROJECT, port);
	}

}
