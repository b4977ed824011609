package dev.wasmspring.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

import dev.wasmspring.discovery.FileAccess.NoRegularFileException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * A resource that was found and may be a module; it was not read yet. Immutable; lives as
 * long as discovery, and as the module that is read from it.
 *
 * @param name the module's name: the file's name without {@code .wasm}
 * @param resource the file
 */
public record ModuleResource(String name, Resource resource) {

	/**
	 * Where the module is, for messages.
	 */
	public String origin() {
		return this.resource.getDescription();
	}

	/**
	 * Reads and parses the module, which reads it again whenever it is loaded.
	 * @param sizeLimit the size above which it is not read
	 * @param timeLimit how long reading may take
	 * @throws ModuleException if it cannot be used
	 */
	public Module parse(DataSize sizeLimit, Duration timeLimit) {
		requireName();
		return Module.parse(this.name, origin(), () -> read(sizeLimit, timeLimit));
	}

	/**
	 * Parses what was read, and keeps it for when the module is loaded.
	 * @throws ModuleException if it cannot be used
	 */
	public Module parse(byte[] bytes) {
		requireName();
		return Module.parse(this.name, origin(), bytes);
	}

	private void requireName() {
		if (!FunctionNames.isName(this.name)) {
			throw failure("Its name cannot be the name of a function.", "Rename the file. " + FunctionNames.RULE);
		}
	}

	/**
	 * Reads the module.
	 * @param sizeLimit the size above which it is not read
	 * @param timeLimit how long reading may take
	 * @throws ModuleException if it is larger, or cannot be read
	 */
	public byte[] read(DataSize sizeLimit, Duration timeLimit) {
		Path file = file();
		try {
			Path folder = (file != null) ? file.getParent() : null;
			return FileAccess.within(timeLimit, (file != null) ? file.toString() : origin(),
					(folder != null) ? folder.toString() : null, () -> {
						if (file != null) {
							FileAccess.requireRegular(file);
						}
						// Not every resource knows its length, and it may have grown
						// since
						requireAllowed(this.resource.contentLength(), sizeLimit);
						try (InputStream stream = this.resource.getInputStream()) {
							byte[] bytes = stream.readNBytes((int) sizeLimit.toBytes() + 1);
							requireAllowed(bytes.length, sizeLimit);
							return bytes;
						}
					});
		}
		catch (NoRegularFileException ex) {
			throw failure(ex.getMessage() + ".", "Put a module there, or make the property 'wasm.locations' narrower.");
		}
		catch (IOException ex) {
			throw ModuleException.temporary(this.name, origin(),
					((file != null) ? FileAccess.describe(file, ex) : "It cannot be read: " + ex.getMessage()) + ".",
					(file != null) ? FileAccess.remedy(file, ex) : "Make the file readable for the application.", ex);
		}
	}

	/**
	 * The file, if the resource is one.
	 */
	@Nullable Path file() {
		try {
			return this.resource.isFile() ? this.resource.getFile().toPath().toAbsolutePath().normalize() : null;
		}
		catch (IOException | IllegalArgumentException ex) {
			return null;
		}
	}

	private void requireAllowed(long size, DataSize sizeLimit) {
		if (size > sizeLimit.toBytes()) {
			throw failure("It is larger than the " + sizeLimit.toBytes() + " bytes that are allowed.",
					"Raise 'wasm.limits.module-size', or build the module for size.");
		}
	}

	/**
	 * Another file has given the module's name to a module before.
	 * @param other where that one is
	 */
	public ModuleException sameName(String other) {
		return failure("There is a module of the same name, from " + other + ".", "Rename one of the files.");
	}

	ModuleException failure(String reason, String remedy) {
		return new ModuleException(this.name, origin(), reason, remedy, null);
	}

}
