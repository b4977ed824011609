package dev.wasmspring.autoconfigure;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import com.sun.management.OperatingSystemMXBean;
import dev.wasmspring.sandbox.compiler.CompilationCache;
import dev.wasmspring.sandbox.compiler.Splitting;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * What the properties below {@code wasm.compilation} say to the engine. Stateless.
 */
final class CompilationSettings {

	private static final Log logger = LogFactory.getLog(CompilationSettings.class);

	private CompilationSettings() {
	}

	/**
	 * Where compiled modules are kept.
	 * @return {@code null} if they are not kept
	 */
	static @Nullable CompilationCache cache(WasmProperties.Compilation compilation) {
		DataSize size = compilation.getCacheSize();
		requirePositive("wasm.compilation.cache-size", size);
		Path directory = compilation.getCacheDirectory();
		return (directory != null) ? new CompilationCache(directory, size.toBytes()) : null;
	}

	static Splitting splitting(WasmProperties.Compilation compilation) {
		return compilation.isSplitFunctions() ? Splitting.except(compilation.getUnsplitModules()) : Splitting.NONE;
	}

	/**
	 * The memory that loaded modules may hold together: as set, or any number of bytes
	 * where each would have to be compiled again, or a part of what the JVM has.
	 */
	static long loadedMemory(WasmProperties.Compilation compilation) {
		DataSize set = compilation.getLoadedMemory();
		boolean cached = compilation.getCacheDirectory() != null;
		if (set == null) {
			return cached ? loadedMemory(machineMemory(), Runtime.getRuntime().maxMemory()) : Long.MAX_VALUE;
		}
		requirePositive("wasm.compilation.loaded-memory", set);
		if (!cached) {
			logger
				.warn("Modules that are unloaded for 'wasm.compilation.loaded-memory' are compiled again at their next"
						+ " call. Set 'wasm.compilation.cache-directory', from which they are loaded in milliseconds.");
		}
		return set.toBytes();
	}

	/**
	 * A quarter of the memory of the machine, since most of a loaded module is not on the
	 * heap; but no more than half of the heap, where the rest of it is.
	 */
	static long loadedMemory(long machine, long heap) {
		return Math.min(machine / 4, heap / 2);
	}

	/**
	 * The memory of the machine, or of the container.
	 */
	private static long machineMemory() {
		return (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)
				? system.getTotalMemorySize() : Long.MAX_VALUE;
	}

	private static void requirePositive(String property, DataSize size) {
		if (size.toBytes() <= 0) {
			throw new InvalidConfigurationPropertyValueException(property, size, "It must be positive.");
		}
	}

}
