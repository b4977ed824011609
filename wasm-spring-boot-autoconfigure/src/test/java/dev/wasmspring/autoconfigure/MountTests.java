package dev.wasmspring.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

import dev.wasmspring.TestModules;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Directories that guests see, from the properties to the guest.
 */
@ExtendWith(OutputCaptureExtension.class)
class MountTests {

	private static final int ISDIR = 31;

	private static final int NOENT = 44;

	private static final int PERM = 63;

	private static final int ROFS = 69;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class))
		.withPropertyValues(TestModules.locations("read_file"));

	@TempDir
	private Path directory;

	@BeforeEach
	void fill() throws IOException {
		Files.writeString(this.directory.resolve("secret.txt"), "secret");
		Files.createDirectories(this.directory.resolve("mounted/sub"));
		Files.writeString(this.directory.resolve("mounted/hello.txt"), "Hello");
		Files.writeString(this.directory.resolve("mounted/sub/ä b.txt"), "42");
		Files.createSymbolicLink(this.directory.resolve("mounted/link_file"), this.directory.resolve("secret.txt"));
		Files.createSymbolicLink(this.directory.resolve("mounted/link_dir"), this.directory);
		Files.createSymbolicLink(this.directory.resolve("mounted/sub/inner"), Path.of("../hello.txt"));
	}

	@Test
	void filesOnDiskAreReadAndNothingElse(CapturedOutput output) {
		mounted(source("file:" + this.directory + "/mounted")).run((context) -> {
			assertThat(call(context, "hello.txt")).isEqualTo("Hello");
			assertThat(call(context, "sub/ä b.txt")).isEqualTo("42");
			assertThat(exitCode(context, "nothing.txt")).isEqualTo(NOENT);
			assertThat(exitCode(context, "../secret.txt")).isEqualTo(PERM);
			assertThat(exitCode(context, "sub/../../secret.txt")).isEqualTo(PERM);
			assertThat(exitCode(context, this.directory + "/secret.txt")).isEqualTo(PERM);
			assertThat(exitCode(context, "+hello.txt")).isEqualTo(ROFS);
			assertThat(exitCode(context, "+new.txt")).isEqualTo(ROFS);
		});
		assertThat(this.directory.resolve("mounted/new.txt")).doesNotExist();
		assertThat(output).contains("link_file' is left out");
	}

	@Test
	void anEmptyDirectoryIsThere() throws IOException {
		Files.createDirectories(this.directory.resolve("mounted/sub/empty/inner"));
		mounted(source("file:" + this.directory + "/mounted")).run((context) -> {
			assertThat(exitCode(context, "sub/empty")).isEqualTo(ISDIR);
			assertThat(exitCode(context, "sub/empty/inner")).isEqualTo(ISDIR);
			assertThat(exitCode(context, "sub/empty/nothing")).isEqualTo(NOENT);
			assertThat(call(context, "sub/ä b.txt")).isEqualTo("42");
		});
	}

	@Test
	void aMountMayHoldNothingButEmptyDirectories() throws IOException {
		Files.createDirectories(this.directory.resolve("bare/empty"));
		mounted(source("file:" + this.directory + "/bare"))
			.run((context) -> assertThat(exitCode(context, "empty")).isEqualTo(ISDIR));
	}

	@ParameterizedTest
	@ValueSource(strings = { "link_file", "link_dir/secret.txt", "link_dir/mounted/hello.txt", "sub/inner" })
	void symbolicLinksLeadNowhere(String path) {
		mounted(source("file:" + this.directory + "/mounted/"))
			.run((context) -> assertThat(exitCode(context, path)).isEqualTo(NOENT));
	}

	@Test
	void aLinkThatAppearsLaterLeadsNowhereEither() {
		mounted(source("file:" + this.directory + "/mounted")).run((context) -> {
			assertThat(call(context, "hello.txt")).isEqualTo("Hello");
			Files.delete(this.directory.resolve("mounted/hello.txt"));
			Files.createSymbolicLink(this.directory.resolve("mounted/hello.txt"), this.directory.resolve("secret.txt"));
			assertThat(call(context, "hello.txt")).isEqualTo("Hello");
		});
	}

	@Test
	void filesOfTheClassPathAreRead() {
		mounted(source("classpath:fixtures/")).run((context) -> {
			assertThat(call(context, "empty.wasm")).isEmpty();
			assertThat(call(context, "bad_magic.wasm")).startsWith("#!/bin/sh");
			assertThat(exitCode(context, "../logback.xml")).isEqualTo(PERM);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void filesInAJarAreRead(boolean directoryEntries) throws IOException {
		Path jar = this.directory.resolve("data.jar");
		try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar))) {
			if (directoryEntries) {
				stream.putNextEntry(new ZipEntry("reports/"));
				stream.putNextEntry(new ZipEntry("reports/a b/"));
				stream.putNextEntry(new ZipEntry("reports/empty/"));
			}
			stream.putNextEntry(new ZipEntry("reports/a b/one.txt"));
			stream.write("1".getBytes(StandardCharsets.UTF_8));
			stream.putNextEntry(new ZipEntry("reports/two.txt"));
			stream.write("2".getBytes(StandardCharsets.UTF_8));
			stream.putNextEntry(new ZipEntry("other/reports/three.txt"));
		}
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { jar.toUri().toURL() },
				getClass().getClassLoader())) {
			mounted(source("classpath:/reports")).withClassLoader(classLoader).run((context) -> {
				assertThat(call(context, "a b/one.txt")).isEqualTo("1");
				assertThat(call(context, "two.txt")).isEqualTo("2");
				assertThat(exitCode(context, "three.txt")).isEqualTo(NOENT);
				assertThat(exitCode(context, "empty")).isEqualTo(directoryEntries ? ISDIR : NOENT);
			});
		}
	}

	@Test
	void aScratchDirectoryIsWrittenToAndEmptyForEveryCall() {
		mounted("wasm.functions.read_file.mounts[0].path=/tmp", "wasm.functions.read_file.mounts[0].scratch=4KB")
			.run((context) -> {
				for (int i = 0; i < 3; i++) {
					assertThat(exitCode(context, "new.txt")).isEqualTo(NOENT);
					assertThat(call(context, "+new.txt")).isEqualTo("new.txt");
				}
			});
	}

	@Test
	void withoutAMountThereIsNoDirectory() {
		this.contextRunner.run((context) -> {
			assertThat(exitCode(context, "hello.txt")).isEqualTo(8);
			assertThat(exitCode(context, "+hello.txt")).isEqualTo(8);
		});
	}

	@Test
	void aDirectoryThatIsNotThereStopsTheStart() {
		mounted(source("file:" + this.directory + "/nothing")).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("There is no directory 'file:" + this.directory + "/nothing/'"));
		mounted(source("classpath:no/such/")).run((context) -> assertThat(context).hasFailed());
		mounted(source("file:" + this.directory + "/nothing"), "wasm.invalid-modules=skip").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(WasmFunctions.class).rejected()).singleElement()
				.satisfies((module) -> assertThat(module.reason())
					.startsWith("The files for its function 'read_file' cannot be read. Mount '/data':"));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			mounts[0].path=data     | mounts[0].scratch=1MB    | mounts[0].path
			mounts[0].path=/data    | description=none         | mounts[0].source
			mounts[0].path=/data    | mounts[0].source=/srv    | mounts[0].source
			mounts[0].path=/data    | mounts[0].source=file:/* | mounts[0].source
			mounts[0].path=/data    | mounts[0].scratch=1KB    | mounts[0].scratch
			mounts[0].scratch=1MB   | description=none         | mounts[0].path
			clock-resolution=0s     | description=none         | clock-resolution
			clock-resolution=2s     | description=none         | clock-resolution
			""")
	void aMountThatMakesNoSenseStopsTheStart(String first, String second, String property) {
		mounted("wasm.functions.read_file." + first, "wasm.functions.read_file." + second)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("wasm.functions.read_file." + property)));
	}

	@Test
	void twoMountsHaveTwoPaths() {
		mounted("wasm.functions.read_file.mounts[0].path=/a", "wasm.functions.read_file.mounts[0].scratch=1MB",
				"wasm.functions.read_file.mounts[1].path=/a", "wasm.functions.read_file.mounts[1].scratch=1MB")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).isEqualTo("wasm.functions.read_file.mounts[1].path")));
	}

	private ApplicationContextRunner mounted(String... properties) {
		return this.contextRunner.withPropertyValues(properties);
	}

	private static String[] source(String location) {
		return new String[] { "wasm.functions.read_file.mounts[0].path=/data",
				"wasm.functions.read_file.mounts[0].source=" + location };
	}

	private ApplicationContextRunner mounted(String[] source, String property) {
		return this.contextRunner.withPropertyValues(source).withPropertyValues(property);
	}

	@SuppressWarnings("unchecked")
	private static String call(AssertableApplicationContext context, String input) {
		return ((Function<String, String>) context.getBean("read_file", Function.class)).apply(input);
	}

	private static int exitCode(AssertableApplicationContext context, String input) {
		int[] code = new int[1];
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> call(context, input))
			.satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.EXIT);
				code[0] = ex.exitCode().orElseThrow();
			});
		return code[0];
	}

}
