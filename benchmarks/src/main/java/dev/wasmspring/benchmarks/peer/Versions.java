package dev.wasmspring.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The versions that the build chose.
 */
public final class Versions {

	private static final Properties VERSIONS = load();

	private Versions() {
	}

	private static Properties load() {
		Properties versions = new Properties();
		try (InputStream resource = Versions.class.getResourceAsStream("/versions.properties")) {
			versions.load(resource);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return versions;
	}

	public static String of(String name) {
		return VERSIONS.getProperty(name);
	}

}
