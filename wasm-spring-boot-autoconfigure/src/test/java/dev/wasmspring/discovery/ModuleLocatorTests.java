package dev.wasmspring.discovery;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.TestModules;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where modules are found.
 */
@ExtendWith(OutputCaptureExtension.class)
class ModuleLocatorTests {

	private static final String DEFAULT = "classpath*:/wasm/*.wasm";

	@TempDir
	Path folder;

	private URLClassLoader classLoader = new URLClassLoader(new URL[0], null);

	@AfterEach
	void close() throws IOException {
		this.classLoader.close();
	}

	@Test
	void modulesInFoldersOfTheClassPathAreFound() throws IOException {
		TestModules.copy("echo", this.folder.resolve("classes/wasm/echo.wasm"));
		TestModules.copy("add", this.folder.resolve("classes/wasm/add.wasm"));
		TestModules.copy("cat", this.folder.resolve("classes/wasm/more/cat.wasm"));
		TestModules.copy("cat", this.folder.resolve("classes/cat.wasm"));
		classPath(this.folder.resolve("classes"));
		assertThat(names(DEFAULT)).containsExactly("add", "echo");
	}

	@Test
	void modulesInJarsAreFound() throws IOException {
		classPath(jar("some.jar", "wasm/", "wasm/echo.wasm", "wasm/readme.txt", "META-INF/", "META-INF/wasm/cat.wasm"));
		assertThat(names(DEFAULT)).containsExactly("echo");
	}

	@Test
	void modulesInJarsWithoutEntriesForFoldersAreFound() throws IOException {
		Path jar = jar("some.jar", "wasm/echo.wasm", "META-INF/wasm/cat.wasm", "wasm/more/add.wasm",
				"wasmer/upper.wasm");
		try (JarFile file = new JarFile(jar.toFile())) {
			assertThat(file.stream()).noneMatch(JarEntry::isDirectory);
		}
		classPath(jar);
		assertThat(names(DEFAULT)).containsExactly("echo");
		assertThat(names("classpath*:wasm/**/*.wasm")).containsExactly("add", "echo");
		assertThat(names("classpath*:META-INF/wasm/*.wasm")).containsExactly("cat");
		assertThat(names("classpath*:*/*.wasm")).containsExactly("echo", "upper");
		assertThat(names("classpath:wasm/*.wasm")).containsExactly("echo");
		assertThat(names("classpath:wasm/echo.wasm")).containsExactly("echo");
	}

	@Test
	void modulesInJarsWithManifestsAreFoundWhateverTheClassLoader() throws IOException {
		classPath(jar("some.jar", "META-INF/MANIFEST.MF", "wasm/echo.wasm"));
		// Says nothing of its URLs
		ClassLoader opaque = new ClassLoader(null) {

			@Override
			protected Enumeration<URL> findResources(String name) throws IOException {
				return ModuleLocatorTests.this.classLoader.findResources(name);
			}

		};
		assertThat(locator(new DefaultResourceLoader(opaque), DEFAULT).locate()).hasSize(1);
	}

	@Test
	void modulesOfAllJarsAndFoldersAreFound() throws IOException {
		TestModules.copy("upper", this.folder.resolve("classes/wasm/upper.wasm"));
		classPath(this.folder.resolve("classes"), jar("with.jar", "wasm/", "wasm/echo.wasm"),
				jar("without.jar", "wasm/cat.wasm"), jar("none.jar", "other.txt"), this.folder.resolve("missing.jar"),
				Files.writeString(this.folder.resolve("no.jar"), "no jar"));
		assertThat(names(DEFAULT)).containsExactly("cat", "echo", "upper");
	}

	@Test
	void modulesOutsideOfTheClassPathAreFound() throws IOException {
		TestModules.copy("echo", this.folder.resolve("modules with space/echo.wasm"));
		TestModules.copy("add", this.folder.resolve("modules with space/deep/add.wasm"));
		String location = "file:" + this.folder + "/modules with space/";
		assertThat(names(location + "*.wasm")).containsExactly("echo");
		assertThat(names(location + "**/*.wasm")).containsExactly("add", "echo");
		assertThat(names(location + "echo.wasm")).containsExactly("echo");
		assertThat(names(location.replace(" ", "%20") + "*.wasm")).containsExactly("echo");
	}

	@Test
	void modulesAreInTheOrderOfTheirNamesWhateverTheLocations() throws IOException {
		Path echo = TestModules.copy("echo", this.folder.resolve("a/echo.wasm"));
		Path add = TestModules.copy("add", this.folder.resolve("b/add.wasm"));
		assertThat(names("file:" + echo, "file:" + add)).containsExactly("add", "echo");
		assertThat(names("file:" + add, "file:" + echo)).containsExactly("add", "echo");
	}

	@Test
	void moduleThatIsFoundTwiceCountsOnce() throws IOException {
		Path module = TestModules.copy("echo", this.folder.resolve("classes/wasm/echo.wasm"));
		Path jar = jar("some.jar", "wasm/", "wasm/cat.wasm");
		classPath(this.folder.resolve("classes"), jar);
		assertThat(names(DEFAULT, "classpath:wasm/echo.wasm", "classpath:wasm/cat.wasm", "file:" + module,
				"file:" + this.folder + "/classes/../classes/wasm/*.wasm", "jar:file:" + jar + "!/wasm/cat.wasm"))
			.containsExactly("cat", "echo");
	}

	@Test
	void moduleThatIsFoundTwiceBySymbolicLinkCountsOnce() throws IOException {
		Path module = TestModules.copy("echo", this.folder.resolve("a/echo.wasm"));
		Files.createDirectories(this.folder.resolve("b"));
		Files.createSymbolicLink(this.folder.resolve("b/echo.wasm"), module);
		assertThat(names("file:" + this.folder + "/**/*.wasm")).containsExactly("echo");
	}

	@Test
	void filesThatGiveModulesOfTheSameNameAreRefused() throws IOException {
		Path first = TestModules.copy("echo", this.folder.resolve("a/same.wasm"));
		Path second = TestModules.copy("echo", this.folder.resolve("b/same.wasm"));
		assertThatExceptionOfType(DuplicateModuleException.class)
			.isThrownBy(() -> names("file:" + first, "file:" + second))
			.satisfies((ex) -> {
				assertThat(ex.module()).isEqualTo("same");
				assertThat(ex.origin()).contains(first.toString());
				assertThat(ex.otherOrigin()).contains(second.toString());
			});
	}

	@Test
	void fileThatIsNoModuleIsPassedOver() throws IOException {
		TestModules.copy("echo", this.folder.resolve("echo.wasm"));
		Files.writeString(this.folder.resolve("echo.wat"), "(module)");
		Files.createDirectory(this.folder.resolve("folder.wasm"));
		assertThat(names("file:" + this.folder + "/*")).containsExactly("echo");
	}

	@Test
	void nothingToBeFoundIsFine(CapturedOutput output) throws IOException {
		classPath(jar("some.jar", "other.txt"));
		assertThat(names(DEFAULT, "classpath:wasm/*.wasm", "classpath:none.wasm", "file:" + this.folder + "/*.wasm"))
			.isEmpty();
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void folderThatDoesNotExistIsWorthAWarning(CapturedOutput output) {
		assertThat(names("file:" + this.folder + "/missing/*.wasm")).isEmpty();
		assertThat(output).contains("WARN")
			.contains("There are no modules at 'file:" + this.folder + "/missing/*.wasm': the folder does not exist");
	}

	@Test
	void fileThatDoesNotExistIsWorthAWarning(CapturedOutput output) {
		assertThat(names("file:" + this.folder + "/missing.wasm")).isEmpty();
		assertThat(output).contains("WARN")
			.contains("There are no modules at 'file:" + this.folder + "/missing.wasm': there is no such file");
	}

	@Test
	void moduleIsNamedAsItsFile() throws IOException {
		for (String name : new String[] { "a.b.wasm", "UP_per-1.wasm", ".wasm", "mit leer.wasm" }) {
			TestModules.copy("echo", this.folder.resolve(name));
		}
		assertThat(names("file:" + this.folder + "/*.wasm")).containsExactly("", "UP_per-1", "a.b", "mit leer");
	}

	private List<String> names(String... locations) {
		return locator(new DefaultResourceLoader(this.classLoader), locations).locate()
			.stream()
			.map(ModuleResource::name)
			.toList();
	}

	private static ModuleLocator locator(ResourceLoader resourceLoader, String... locations) {
		return new ModuleLocator(Arrays.asList(locations), resourceLoader, Duration.ofSeconds(60), false);
	}

	private void classPath(Path... entries) throws IOException {
		URL[] urls = new URL[entries.length];
		for (int i = 0; i < entries.length; i++) {
			urls[i] = entries[i].toUri().toURL();
		}
		this.classLoader = new URLClassLoader(urls, null);
	}

	private Path jar(String name, String... entries) throws IOException {
		Path jar = this.folder.resolve(name);
		try (OutputStream file = Files.newOutputStream(jar); JarOutputStream stream = new JarOutputStream(file)) {
			for (String entry : entries) {
				stream.putNextEntry(new JarEntry(entry));
				if (entry.endsWith(".wasm")) {
					stream.write(Fixtures.bytes("echo"));
				}
				stream.closeEntry();
			}
		}
		return jar;
	}

}
