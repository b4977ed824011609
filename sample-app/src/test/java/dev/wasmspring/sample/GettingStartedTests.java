package dev.wasmspring.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wasmspring.sample.Transcript.Exchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootVersion;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Does what {@code docs/getting-started.md} says, from an empty folder to the answer of
 * {@code curl}: writes its files, runs its commands. The starter is that of this build.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The commands are those of a POSIX shell")
class GettingStartedTests {

	private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

	private static final Path DOCUMENT = PROJECT.resolve("docs/getting-started.md");

	private static final Pattern FILE = Pattern.compile("`([^`\n]+)`:\n\n```(?:xml|java|c|rust)\n(.*?)```",
			Pattern.DOTALL);

	/** Of artifacts of others, which are downloaded where no build used them before. */
	private static final Pattern NOT_DOWNLOADED = Pattern.compile(
			"^(?!.*dev\\.wasmspring).*(Could not transfer artifact|Cannot access .* in offline mode)",
			Pattern.MULTILINE);

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	/**
	 * Greater than what a module of the page has, and much less than with what no one
	 * needs.
	 */
	private static final int SMALL = 150_000;

	@TempDir
	private Path folder;

	@ParameterizedTest(name = "with Rust''s target {0}")
	@ValueSource(strings = { "wasm32-wasip1", "wasm32-wasi" })
	void fromAnEmptyFolderToTheAnswerOfCurl(String target) throws Exception {
		Map<String, String> environment = Map.of("PATH", tools(target) + ":" + System.getenv("PATH"), "JAVA_HOME",
				System.getProperty("java.home"));
		String document = Files.readString(DOCUMENT);
		assertThat(document).contains("<version>" + SpringBootVersion.getVersion() + "</version>")
			.contains("<version>" + version() + "</version>");
		Path application = Files.createDirectory(this.folder.resolve("hello"));
		assertThat(writeFiles(document, application)).isEqualTo(5);

		List<Exchange> exchanges = Transcript.of(document).exchanges();
		for (Exchange exchange : exchanges) {
			if (isPreparation(exchange, target)) {
				exchange.run(application, environment);
			}
		}
		for (String module : List.of("add.wasm", "greet.wasm")) {
			assertThat(application.resolve("src/main/resources/wasm").resolve(module)).isRegularFile()
				.satisfies((file) -> assertThat(Files.size(file)).isLessThan(SMALL));
		}

		Exchange start = exchanges.stream().filter(GettingStartedTests::startsTheApplication).findFirst().orElseThrow();
		int port = TestSocketUtils.findAvailableTcpPort();
		Path log = this.folder.resolve("application.log");
		Process running = start(start.command(), application, environment, port, log);
		try {
			awaitAnswer(running, port, log);
			List<Exchange> calls = exchanges.stream().filter(Exchange::isCurl).toList();
			assertThat(calls).hasSizeGreaterThan(2);
			for (Exchange call : calls) {
				call.replay(application, port);
			}
		}
		finally {
			end(running);
		}
	}

	/** The target is there, so nothing needs to be added. */
	private static boolean isPreparation(Exchange exchange, String target) {
		String command = exchange.command();
		return !exchange.isCurl() && !startsTheApplication(exchange) && !command.startsWith("rustup ")
				&& (!command.startsWith("rustc ") || command.contains("--target " + target + " "));
	}

	private static boolean startsTheApplication(Exchange exchange) {
		return exchange.command().startsWith("mvn ");
	}

	private static int writeFiles(String document, Path application) throws IOException {
		int files = 0;
		for (Matcher file = FILE.matcher(document); file.find(); files++) {
			Path path = application.resolve(file.group(1));
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.group(2));
		}
		return files;
	}

	/** A folder with the commands of the page, as this machine has them. */
	private Path tools(String target) throws Exception {
		Path rustc = rustc(target).orElse(null);
		String clang = Transcript.commandExists("clang") ? "clang" : "clang-14";
		assumeThat(rustc).as("a rustc that knows the target " + target).isNotNull();
		assumeThat(clang).as("installed").matches(Transcript::commandExists);
		assumeThat("curl").as("installed").matches(Transcript::commandExists);
		Path tools = Files.createDirectory(this.folder.resolve("tools"));
		command(tools.resolve("rustc"), "'" + rustc + "'");
		if (!clang.equals("clang")) {
			command(tools.resolve("clang"), clang);
		}
		command(tools.resolve("mvn"), "'" + PROJECT.resolve("mvnw") + "' -B -ntp '-Dmaven.repo.local=" + repository()
				+ "' '-Dmaven.repo.local.tail=" + localRepository() + "'");
		return tools;
	}

	private static void command(Path file, String command) throws IOException {
		Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
	}

	/** The one of rustup may hide another. */
	private static Optional<Path> rustc(String target) throws Exception {
		for (Path rustc : Transcript.onPath("rustc").toList()) {
			Process process = new ProcessBuilder(rustc.toString(), "--print", "target-libdir", "--target", target)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			if (process.waitFor() == 0 && Files.isDirectory(Path.of(printed))) {
				return Optional.of(rustc);
			}
		}
		return Optional.empty();
	}

	/**
	 * A local repository in which the starter lies as if it had been installed, before
	 * the one that this build uses. It stays, and so does what is downloaded into it.
	 */
	private static Path repository() throws IOException {
		Path repository = Path.of("target/getting-started-repository").toAbsolutePath();
		install(repository, "wasm-spring-boot", PROJECT);
		for (String module : List.of("wasm-spring-boot-autoconfigure", "wasm-spring-boot-starter")) {
			Path jar = install(repository, module, PROJECT.resolve(module)).resolve(module + "-" + version() + ".jar");
			jar(PROJECT.resolve(module).resolve("target/classes"), jar);
		}
		return repository;
	}

	private static Path install(Path repository, String artifact, Path project) throws IOException {
		Path directory = Files
			.createDirectories(repository.resolve("dev/wasmspring").resolve(artifact).resolve(version()));
		Files.writeString(directory.resolve(artifact + "-" + version() + ".pom"),
				Files.readString(project.resolve("pom.xml")));
		return directory;
	}

	private static void jar(Path classes, Path jar) throws IOException {
		try (OutputStream file = Files.newOutputStream(jar);
				JarOutputStream entries = new JarOutputStream(file);
				Stream<Path> found = Files.isDirectory(classes) ? Files.walk(classes) : Stream.empty()) {
			for (Path content : found.filter(Files::isRegularFile).toList()) {
				entries.putNextEntry(new JarEntry(classes.relativize(content).toString()));
				Files.copy(content, entries);
				entries.closeEntry();
			}
		}
	}

	/** Surefire says which one it is. */
	private static String localRepository() {
		return System.getProperty("localRepository",
				Path.of(System.getProperty("user.home"), ".m2", "repository").toString());
	}

	private static String version() throws IOException {
		Matcher version = Pattern.compile("<artifactId>wasm-spring-boot</artifactId>\\s*<version>(.*?)</version>")
			.matcher(Files.readString(PROJECT.resolve("pom.xml")));
		assertThat(version.find()).isTrue();
		return version.group(1);
	}

	private static Process start(String command, Path application, Map<String, String> environment, int port, Path log)
			throws IOException {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + command).directory(application.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		builder.environment().put("SERVER_PORT", String.valueOf(port));
		return builder.start();
	}

	private static void awaitAnswer(Process running, int port, Path log) throws IOException {
		RestClient client = RestClient.create("http://localhost:" + port);
		Awaitility.await()
			.atMost(PATIENCE)
			.ignoreExceptions()
			.until(() -> !running.isAlive()
					|| client.get().uri("/functions").retrieve().toBodilessEntity().getStatusCode().is2xxSuccessful());
		if (!running.isAlive()) {
			String output = Files.readString(log);
			assumeThat(output).as("what Maven needs was downloaded").doesNotContainPattern(NOT_DOWNLOADED);
			throw new AssertionError("The application does not start: " + output);
		}
	}

	/** Maven runs the application in a process of its own. */
	private static void end(Process running) throws InterruptedException {
		List<ProcessHandle> processes = Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
		processes.forEach(ProcessHandle::destroy);
		if (!running.waitFor(30, TimeUnit.SECONDS)) {
			processes.forEach(ProcessHandle::destroyForcibly);
		}
	}

}
