package dev.wasmspring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * A cache of compiled modules that the tests of one JVM share, so that the large runtimes
 * of script languages are compiled once. It ends with the JVM: in the next run the
 * compiler may be another.
 */
public final class CompiledModules {

	/** Where it is, as {@code wasm.compilation.cache-directory} takes it. */
	public static final Path FOLDER = temporaryFolder();

	private CompiledModules() {
	}

	/** The property that makes an application use it. */
	public static String property() {
		return "wasm.compilation.cache-directory=" + FOLDER;
	}

	private static Path temporaryFolder() {
		try {
			Path folder = Files.createTempDirectory("compiled");
			Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
			return folder.resolve("cache");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
