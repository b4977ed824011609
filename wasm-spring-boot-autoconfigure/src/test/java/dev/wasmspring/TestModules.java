package dev.wasmspring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Puts fixtures where an application finds them.
 */
public final class TestModules {

	private TestModules() {
	}

	/** The property that makes an application find just these fixtures. */
	public static String locations(String... fixtures) {
		return "wasm.locations=" + Arrays.stream(fixtures)
			.map((fixture) -> "classpath:fixtures/" + fixture + ".wasm")
			.collect(Collectors.joining(","));
	}

	/** Copies a fixture to a file, under a name of its own. */
	public static Path copy(String fixture, Path target) {
		try {
			Files.createDirectories(target.getParent());
			return Files.write(target, Fixtures.bytes(fixture));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
