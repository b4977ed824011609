package dev.wasmspring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import dev.wasmspring.autoconfigure.FileAccess.NoRegularFileException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptFile;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * A module or a script that was found and not read yet. Immutable; lives as long as
 * discovery, and as the module that it is read by.
 *
 * @param name the module's name: the file's name without {@code .wasm}, or without the
 * extension of a script's language
 * @param resource the file
 */
record ModuleResource(String name, Resource resource) {

	/**
	 * The language of a script.
	 * @return {@code null} if it is a module
	 */
	@Nullable ScriptLanguage language() {
		return ModuleNames.languageOf(this.resource.getFilename());
	}

	/**
	 * Where the module is, for messages.
	 */
	String origin() {
		return this.resource.getDescription();
	}

	/**
	 * Reads and parses the module, which reads it again whenever it is loaded.
	 * @param runtimes run it if it is a script
	 * @param sizeLimit the size above which it is not read
	 * @param timeLimit how long reading may take
	 * @throws ModuleException if it cannot be used
	 */
	Module parse(ScriptRuntimes runtimes, DataSize sizeLimit, Duration timeLimit) {
		return parse(runtimes, () -> read(sizeLimit, timeLimit));
	}

	/**
	 * Parses what was read, and keeps it for when the module is loaded.
	 * @param runtimes run it if it is a script
	 * @throws ModuleException if it cannot be used
	 */
	Module parse(ScriptRuntimes runtimes, byte[] bytes) {
		return parse(runtimes, () -> bytes);
	}

	private Module parse(ScriptRuntimes runtimes, Supplier<byte[]> source) {
		requireName();
		ScriptLanguage language = language();
		return (language != null) ? runtimes.module(this.name, origin(), language, source)
				: Module.parse(this.name, origin(), source);
	}

	private void requireName() {
		if (!FunctionNames.isName(this.name)) {
			throw failure("Its name cannot be the name of a function.", "Rename the file. " + FunctionNames.RULE);
		}
	}

	/**
	 * Reads the module, or the script with its own modules.
	 * @param sizeLimit the size above which it is not read
	 * @param timeLimit how long reading may take
	 * @throws ModuleException if it is larger, or cannot be read
	 */
	byte[] read(DataSize sizeLimit, Duration timeLimit) {
		Path file = file();
		try {
			return FileAccess.within(timeLimit, place(file), () -> {
				if (file != null) {
					FileAccess.requireRegular(file);
				}
				// Not every resource knows its length, and it may have grown since
				requireAllowed(this.resource.contentLength(), sizeLimit);
				byte[] bytes;
				try (InputStream stream = this.resource.getInputStream()) {
					bytes = stream.readNBytes((int) sizeLimit.toBytes() + 1);
				}
				if (language() != null) {
					bytes = ScriptFile.block(new ScriptFiles(this.resource).read(bytes, sizeLimit.toBytes() + 1));
				}
				requireAllowed(bytes.length, sizeLimit);
				return bytes;
			});
		}
		catch (NoRegularFileException ex) {
			throw failure(ex.getMessage() + ".", "Put a module there, or make the property 'wasm.locations' narrower.");
		}
		catch (IOException ex) {
			throw ModuleException.temporary(this.name, origin(),
					((file != null) ? FileAccess.describe(file, ex) : "It cannot be read: " + ex.getMessage()) + ".",
					"Make the file readable for the application.", ex);
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

	/**
	 * What does not answer if reading takes too long: where one file does not, others
	 * beside it do not either.
	 */
	private String place(@Nullable Path file) {
		Path folder = (file != null) ? file.getParent() : null;
		return (folder != null) ? folder.toString() : origin();
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
	ModuleException sameName(String other) {
		return failure("There is a module of the same name, from " + other + ".", "Rename one of the files.");
	}

	ModuleException failure(String reason, String remedy) {
		if (language() != null) {
			return ModuleException.ofScript(this.name, origin(), reason, remedy, false);
		}
		return new ModuleException(this.name, origin(), reason, remedy, null);
	}

}
