package dev.wasmspring.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wasmspring.sample.Transcript.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Does what the pages say that teach a language which compiles to WebAssembly: writes
 * their files, runs their commands and calls the functions. What shows another
 * distribution of a compiler than is here is left out, and a page whose compiler is not
 * here at all is skipped. Compilers that are not on the path are named as for
 * {@code guests/build.sh}: ZIG, NODE_MODULES and DEBIAN13.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The commands are those of a POSIX shell")
class LanguageGuidesTests {

	private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

	private static final Path GUIDES = PROJECT.resolve("docs/how-to/write-a-function");

	/** A file that the page names right before it shows it. */
	private static final Pattern FILE = Pattern.compile("^`([^`\n]+)`[^\n]*:\n\n```(?!console)[a-z]*\n(.*?)^```$",
			Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern BLOCK = Pattern.compile("^```(\\w*)$\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern NOT_DOWNLOADED = Pattern
		.compile("Could not transfer artifact|Cannot access .* in offline mode|npm (error|ERR!) (code E|network)");

	private static final List<String> SHAPES = List.of("greet.wasm", "greet-command.wasm");

	@TempDir
	private Path temporary;

	@ParameterizedTest
	@ValueSource(strings = { "c", "cpp", "rust", "go", "swift", "zig", "assemblyscript", "java", "kotlin" })
	void fromAnEmptyFolderToTheAnswerOfCurl(String language) throws Exception {
		assumeThat("curl").as("installed").matches(Transcript::commandExists);
		String document = Files.readString(GUIDES.resolve(language + ".md"));
		Compilers compilers = compilers(language);
		Path folder = compilers.folder();
		try {
			List<String> written = writeFiles(document, folder);
			List<Exchange> exchanges = Transcript.of(document).exchanges();
			assertEveryBlockIsUsed(document, written, exchanges);
			for (Exchange exchange : exchanges) {
				if (!exchange.isCurl()) {
					compilers.run(exchange.command());
				}
			}
			Path modules = folder.resolve("src/main/resources/wasm");
			for (String module : SHAPES) {
				if (compilers.somethingIsMissing()) {
					assumeThat(modules.resolve(module)).as("built with a compiler that is here").exists();
				}
				assertThat(modules.resolve(module)).isNotEmptyFile();
			}
			call(exchanges, modules);
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private static void assertEveryBlockIsUsed(String document, List<String> written, List<Exchange> exchanges) {
		int files = 0;
		for (Matcher block = BLOCK.matcher(document); block.find();) {
			if (!block.group(1).equals("console")) {
				files++;
			}
		}
		assertThat(written).hasSize(files);
		assertThat(exchanges.stream().filter(Exchange::isCurl)).hasSizeGreaterThanOrEqualTo(4);
	}

	private static List<String> writeFiles(String document, Path folder) throws IOException {
		List<String> written = new ArrayList<>();
		for (Matcher file = FILE.matcher(document); file.find();) {
			Path path = folder.resolve(file.group(1));
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.group(2));
			written.add(file.group(1));
		}
		return written;
	}

	private static void call(List<Exchange> exchanges, Path modules) throws Exception {
		try (ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) SpringApplication
			.run(SampleApplication.class, "--wasm.locations=file:" + modules + "/*.wasm", "--server.port=0")) {
			for (Exchange exchange : exchanges) {
				if (exchange.isCurl()) {
					exchange.replay(modules, context.getWebServer().getPort());
				}
			}
		}
	}

	private Compilers compilers(String language) throws IOException {
		String debian13 = System.getenv("DEBIAN13");
		boolean elsewhere = (language.equals("go") && !Transcript.commandExists("go"))
				|| (language.equals("swift") && !Transcript.commandExists("swiftc"));
		if (elsewhere) {
			assumeThat(debian13).as("a Debian 13 with the compiler, in DEBIAN13").isNotNull();
			return new Compilers(Files.createTempDirectory(Path.of(debian13, "tmp"), "guide"), this.temporary,
					Path.of(debian13));
		}
		Compilers compilers = new Compilers(Files.createDirectory(this.temporary.resolve("application")),
				this.temporary, null);
		compilers.provide("mvn", PROJECT.resolve("mvnw") + "' -B '-ntp");
		if (System.getenv("ZIG") != null) {
			compilers.provide("zig", System.getenv("ZIG"));
		}
		String packages = System.getenv("NODE_MODULES");
		if (language.equals("assemblyscript") && packages != null) {
			// As if they had been installed
			Files.createSymbolicLink(compilers.folder().resolve("node_modules"), Path.of(packages));
			compilers.provide("npm", "true");
		}
		return compilers;
	}

	/**
	 * Where the commands of a page run. Lives for a test.
	 */
	private static final class Compilers {

		private static final Path JVMS = Path.of("/usr/lib/jvm");

		private final Path folder;

		private final Path tools;

		private final @Nullable Path root;

		private boolean somethingIsMissing;

		Compilers(Path folder, Path temporary, @Nullable Path root) throws IOException {
			this.folder = folder;
			this.tools = Files.createDirectory(temporary.resolve("tools"));
			this.root = root;
		}

		Path folder() {
			return this.folder;
		}

		boolean somethingIsMissing() {
			return this.somethingIsMissing;
		}

		void provide(String name, String command) throws IOException {
			Path file = this.tools.resolve(name);
			Files.writeString(file, "#!/bin/sh\nexec '" + command + "' \"$@\"\n");
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
		}

		/**
		 * Runs a command whose program is here, and of which the ones before succeeded.
		 */
		void run(String command) throws IOException, InterruptedException {
			String line = command.replace("path/to/this/project", PROJECT.toString());
			String program = line.replaceFirst("^(\\w+=\\S* )+", "").split(" ")[0];
			boolean copies = program.equals("cp") || program.equals("mkdir") || program.equals("sed")
					|| program.equals("printf");
			if (!isHere(program) || (program.equals("rustup")) || (isCargo(line) && !hasTarget(program, line))) {
				this.somethingIsMissing = true;
				return;
			}
			if (copies && line.contains(" target/") && !Files.exists(this.folder.resolve(line.split(" ")[1]))) {
				return;
			}
			boolean inRoot = this.root != null && !line.contains(PROJECT.toString());
			List<String> arguments = inRoot
					? List.of("unshare", "--mount", "sh", "-c",
							"mount -t proc proc \"$0/proc\" && exec chroot \"$0\" env HOME=/root sh -c \"$1\"",
							this.root.toString(), "cd /" + this.root.relativize(this.folder) + " && " + line)
					: List.of("sh", "-c", line);
			ProcessBuilder builder = new ProcessBuilder(arguments).directory(this.folder.toFile())
				.redirectErrorStream(true);
			builder.environment().merge("PATH", this.tools + ":", (path, tools) -> tools + path);
			builder.environment().put("JAVA_HOME", jdk17());
			if (program.startsWith("/") && program.endsWith("/cargo")) {
				// The one beside it, which that of rustup may hide
				builder.environment().put("RUSTC", program.replace("cargo", "rustc"));
			}
			Process process = builder.start();
			process.getOutputStream().close();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
			if (process.exitValue() != 0 && NOT_DOWNLOADED.matcher(printed).find()) {
				throw new TestAbortedException("What the page downloads cannot be had: " + printed);
			}
			assertThat(process.exitValue()).as("%s: %s", line, printed).isZero();
		}

		/**
		 * TeaVM cannot read the classes of the newest. With another one at hand, the
		 * script of the guests finds one the same way.
		 */
		private static String jdk17() throws IOException {
			if (Runtime.version().feature() <= 23) {
				return System.getProperty("java.home");
			}
			String named = System.getenv("JAVA_HOME_17");
			try (Stream<Path> found = Files.isDirectory(JVMS) ? Files.list(JVMS) : Stream.empty()) {
				Stream<Path> others = found.filter((home) -> home.toString().contains("17")).sorted();
				return Stream.concat(Stream.ofNullable(named).map(Path::of), others)
					.filter((home) -> Files.isExecutable(home.resolve("bin/javac")))
					.map(Path::toString)
					.findFirst()
					.orElseThrow(() -> new TestAbortedException("There is no JDK 17"));
			}
		}

		private boolean isHere(String program) {
			return program.contains("/") ? Files.isExecutable(Path.of(program))
					: Files.exists(this.tools.resolve(program)) || Transcript.commandExists(program)
							|| (this.root != null && Files.exists(this.root.resolve("usr/bin/" + program)));
		}

		private static boolean isCargo(String line) {
			return line.contains("cargo build");
		}

		/** Cargo may be here without the target's library. */
		private static boolean hasTarget(String cargo, String line) throws IOException, InterruptedException {
			String rustc = cargo.replace("cargo", "rustc");
			Process process = new ProcessBuilder(rustc, "--print", "target-libdir", "--target",
					line.replaceFirst(".*--target (\\S+).*", "$1"))
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return process.waitFor() == 0 && Files.isDirectory(Path.of(printed));
		}

	}

}
