package dev.wasmspring.actuate;

import java.io.IOException;
import java.util.List;

import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmFunctions.LoadedMemory;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import org.jspecify.annotations.Nullable;

/**
 * What operators are told of the WebAssembly engine. Immutable.
 *
 * @param version the version of Chicory; {@code null} if its jar does not tell
 * @param differences in what it differs from the version that we know, and what follows
 * from that: sentences, mostly none
 * @param loadedMemory the memory that loaded modules hold, and how much they may
 */
public record EngineReport(@Nullable String version, List<String> differences, LoadedMemory loadedMemory) {

	static EngineReport now(WasmFunctions functions) {
		return new EngineReport(readVersion(), EngineInternals.differences(), functions.loadedMemory());
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
