package dev.wasmspring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what lies beside the main classes. Other jars have resources of the same names,
 * so the class path cannot be asked.
 */
public final class MainResources {

	private MainResources() {
	}

	/** The text of a resource; empty if there is none. */
	public static String read(String name) {
		Path file = root().resolve(name);
		try {
			return Files.exists(file) ? Files.readString(file) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path root() {
		try {
			Class<?> anchor = Class.forName("dev.wasmspring.sandbox.package-info");
			return Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (ClassNotFoundException | URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
