package dev.wasmspring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import dev.wasmspring.sandbox.Module;

/**
 * The test modules of {@code src/test/resources/fixtures}, by their names.
 */
public final class Fixtures {

	private Fixtures() {
	}

	/** The binary of a test module. */
	public static byte[] bytes(String name) {
		try (InputStream stream = Fixtures.class.getResourceAsStream("/fixtures/" + name + ".wasm")) {
			if (stream == null) {
				throw new IllegalArgumentException("There is no fixture '" + name + "'");
			}
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A test module, parsed anew each time. */
	public static Module module(String name) {
		return Module.parse(name, origin(name), bytes(name));
	}

	/** Where a test module says it came from. */
	public static String origin(String name) {
		return "fixture [" + name + ".wasm]";
	}

}
