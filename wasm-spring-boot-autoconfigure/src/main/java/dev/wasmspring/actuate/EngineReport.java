package dev.wasmspring.actuate;

import java.io.IOException;
import java.util.List;

import dev.wasmspring.sandbox.chicory.EngineInternals;
import org.jspecify.annotations.Nullable;

/**
 * What operators are told of the WebAssembly engine. Immutable.
 *
 * @param version the version of Chicory; {@code null} if its jar does not tell
 * @param differences in what it differs from the version that we know, and what follows
 * from that: sentences, mostly none
 */
public record EngineReport(@Nullable String version, List<String> differences) {

	static EngineReport now() {
		return new EngineReport(readVersion(), EngineInternals.differences());
	}

	private static @Nullable String readVersion() {
		try {
			return EngineInternals.compilerVersion();
		}
		catch (IOException ex) {
			return null;
		}
	}

}
