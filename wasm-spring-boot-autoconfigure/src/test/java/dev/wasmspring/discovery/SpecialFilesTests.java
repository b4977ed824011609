package dev.wasmspring.discovery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wasmspring.Fixtures;
import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.reload.WasmReloadAutoConfiguration;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.ModuleException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a folder may hold beside modules, none of which may hang anything.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(OS.WINDOWS)
class SpecialFilesTests {

	@TempDir
	private Path folder;

	@Test
	void whatIsNoRegularFileIsRejectedAtTheStart() throws Exception {
		ServerSocketChannel socket = fill();
		try (socket) {
			runner().withPropertyValues("wasm.invalid-modules=skip").run((context) -> {
				assertThat(context).hasNotFailed();
				WasmFunctions functions = context.getBean(WasmFunctions.class);
				assertThat(functions.all()).extracting(WasmFunction::name).containsExactly("cat", "echo", "linked");
				assertThat(functions.rejected()).extracting(ModuleRejection::name)
					.containsExactlyInAnyOrder("pipe", "socket", "device", "dangling", "circle");
				assertThat(reason(functions, "pipe"))
					.isEqualTo("It is no regular file but a named pipe, a socket or a device.");
				assertThat(reason(functions, "device")).isEqualTo(reason(functions, "pipe"));
				assertThat(reason(functions, "socket")).isEqualTo(reason(functions, "pipe"));
				assertThat(reason(functions, "dangling")).isEqualTo("It is a symbolic link that leads nowhere.");
				assertThat(reason(functions, "circle")).isEqualTo("It is a symbolic link that leads in a circle.");
			});
			runner().run((context) -> assertThat(context.getStartupFailure()).isInstanceOf(ModuleException.class));
		}
	}

	@Test
	void reloadGoesOnForTheOtherFiles() throws Exception {
		TestModules.copy("cat", this.folder.resolve("cat.wasm"));
		runner().withPropertyValues("wasm.reload=true", "wasm.reload-interval=5ms").run((context) -> {
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			ServerSocketChannel socket = fill();
			try (socket) {
				Awaitility.await().until(() -> functions.all().size() == 3 && functions.rejected().size() >= 3);
				assertThat(functions.rejected()).extracting(ModuleRejection::name)
					.containsExactlyInAnyOrder("pipe", "socket", "device");
				Files.delete(this.folder.resolve("pipe.wasm"));
				TestModules.copy("hello", this.folder.resolve("pipe.wasm"));
				Awaitility.await().until(() -> functions.all().size() == 4);
				assertThat(context.getBean("pipe", WasmFunction.class).apply("")).isEqualTo("Hello\n");
			}
		});
	}

	@Test
	void foldersThatLeadInACircleDoNotHideTheModules() throws Exception {
		TestModules.copy("cat", this.folder.resolve("deep/cat.wasm"));
		Files.createSymbolicLink(this.folder.resolve("deep/again"), this.folder);
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + this.folder + "/**/*.wasm")
			.run((context) -> assertThat(context.getBean(WasmFunctions.class).all()).extracting(WasmFunction::name)
				.containsExactly("cat"));
	}

	@Test
	void namedPipeInAMountIsLeftOut() throws Exception {
		TestModules.copy("cat", this.folder.resolve("cat.wasm"));
		Path files = Files.createDirectory(this.folder.resolve("files"));
		Files.writeString(files.resolve("a.txt"), "text");
		pipe(files.resolve("pipe"));
		runner()
			.withPropertyValues("wasm.functions.cat.mounts[0].path=/data",
					"wasm.functions.cat.mounts[0].source=file:" + files)
			.run((context) -> assertThat(context.getBean("cat", WasmFunction.class).apply("x")).isEqualTo("x"));
	}

	@Test
	void fileSystemThatDoesNotAnswerIsGivenUpAndAskedByNobodyElseMeanwhile() throws Exception {
		CountDownLatch answers = new CountDownLatch(1);
		AtomicInteger opened = new AtomicInteger();
		ModuleResource silent = new ModuleResource("silent", new AbstractResource() {

			@Override
			public String getDescription() {
				return "a mount";
			}

			@Override
			public long contentLength() {
				return 8;
			}

			@Override
			public InputStream getInputStream() throws IOException {
				opened.incrementAndGet();
				boolean interrupted = false;
				while (true) {
					try {
						answers.await();
						return new ByteArrayInputStream(Fixtures.bytes("cat"));
					}
					catch (InterruptedException ex) {
						// As a file system that hangs
						interrupted = true;
					}
				}
			}

		});
		for (int i = 0; i < 2; i++) {
			ModuleException failure = catchThrowableOfType(ModuleException.class,
					() -> silent.read(DataSize.ofMegabytes(1), Duration.ofMillis(50)));
			assertThat(failure.reason())
				.isEqualTo("It cannot be read: 'a mount' did not answer within 50 ms ('wasm.read-timeout').");
			assertThat(failure.isTemporary()).isTrue();
		}
		assertThat(opened).hasValue(1);
		answers.countDown();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(silent.read(DataSize.ofMegabytes(1), Duration.ofSeconds(60)))
				.isEqualTo(Fixtures.bytes("cat")));
	}

	@Test
	void fileThatDoesNotAnswerKeepsNobodyFromThoseBesideItUntilThereIsASecond() throws Exception {
		CountDownLatch answers = new CountDownLatch(1);
		List<ModuleResource> silent = List.of(silent("first", answers), silent("second", answers));
		ModuleResource beside = new ModuleResource("cat",
				new FileSystemResource(TestModules.copy("cat", this.folder.resolve("cat.wasm"))));
		assertThat(noAnswer(silent.get(0))).contains("first.wasm' did not answer");
		assertThat(noAnswer(silent.get(0))).contains("first.wasm' did not answer");
		assertThat(beside.read(DataSize.ofMegabytes(1), Duration.ofSeconds(60))).isEqualTo(Fixtures.bytes("cat"));
		assertThat(noAnswer(silent.get(1))).contains("second.wasm' did not answer");
		assertThat(noAnswer(beside)).contains(this.folder + "' did not answer");
		answers.countDown();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(beside.read(DataSize.ofMegabytes(1), Duration.ofSeconds(60)))
				.isEqualTo(Fixtures.bytes("cat")));
	}

	/** A module in a regular file that nobody can read before the latch is open. */
	private ModuleResource silent(String name, CountDownLatch answers) throws Exception {
		Path file = TestModules.copy("cat", this.folder.resolve(name + ".wasm"));
		return new ModuleResource(name, new FileSystemResource(file) {

			@Override
			public InputStream getInputStream() throws IOException {
				while (true) {
					try {
						answers.await();
						return super.getInputStream();
					}
					catch (InterruptedException ex) {
						// As a file system that hangs
						continue;
					}
				}
			}

		});
	}

	private static String noAnswer(ModuleResource module) {
		ModuleException failure = catchThrowableOfType(ModuleException.class,
				() -> module.read(DataSize.ofMegabytes(1), Duration.ofMillis(50)));
		assertThat(failure.isTemporary()).isTrue();
		assertThat(failure.remedy()).contains("wasm.read-timeout");
		return failure.reason();
	}

	@Test
	void whoeverWaitsForAFileSystemCanBeInterrupted() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> FileAccess.within(Duration.ofDays(1), "nowhere", () -> {
				new CountDownLatch(1).await();
				return null;
			}));
		assertThat(Thread.interrupted()).isTrue();
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmReloadAutoConfiguration.class))
			.withPropertyValues("wasm.locations=file:" + this.folder + "/*.wasm");
	}

	/** Two modules, and everything else that a folder can hold. */
	private ServerSocketChannel fill() throws Exception {
		TestModules.copy("cat", this.folder.resolve("cat.wasm"));
		TestModules.copy("echo", this.folder.resolve("echo.wasm"));
		Files.createSymbolicLink(this.folder.resolve("linked.wasm"),
				TestModules.copy("add", this.folder.resolve("elsewhere/add")));
		Files.createDirectory(this.folder.resolve("directory.wasm"));
		Files.createSymbolicLink(this.folder.resolve("dangling.wasm"), Path.of("missing"));
		Files.createSymbolicLink(this.folder.resolve("circle.wasm"), Path.of("circle.wasm"));
		Files.createSymbolicLink(this.folder.resolve("device.wasm"), Path.of("/dev/zero"));
		pipe(this.folder.resolve("pipe.wasm"));
		ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		socket.bind(UnixDomainSocketAddress.of(this.folder.resolve("socket.wasm")));
		return socket;
	}

	private static void pipe(Path path) throws Exception {
		assertThat(new ProcessBuilder(List.of("mkfifo", path.toString())).start().waitFor()).isZero();
	}

	private static String reason(WasmFunctions functions, String module) {
		return functions.rejected()
			.stream()
			.filter((rejected) -> rejected.name().equals(module))
			.map(ModuleRejection::reason)
			.findFirst()
			.orElseThrow();
	}

}
