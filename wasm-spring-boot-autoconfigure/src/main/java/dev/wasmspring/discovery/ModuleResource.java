package dev.wasmspring.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.wasmspring.discovery.FileAccess.NoRegularFileException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptFile;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * /** A resource that was found, a module or a script; it was not read yet. Immutable;
 * lives as long as discovery, and as the module that is read from it.
 *
 * @param name the module's name: the file's name without {@code .wasm}, or without the
 * extension of a script's language
 * @param resource the file
 */
public record ModuleResource(String name, Resource resource) {

	/**
	 * What the names of files with the schemas of a function end with.
	 */
	static final String SCHEMA = ".schema.json";

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
	public String origin() {
		return this.resource.getDescription();
	}

	/**
	 * Reads and parses the module, which reads it again whenever it is loaded.
	 * @param runtimes run it if it is a script
	 * @param sizeLimit the size above which it is not read
	 * @param timeLimit how long reading may take
	 * @throws ModuleException if it cannot be used
	 */
	public Module parse(ScriptRuntimes runtimes, DataSize sizeLimit, Duration timeLimit) {
		return parse(runtimes, () -> read(sizeLimit, timeLimit));
	}

	/**
	 * Parses what was read, and keeps it for when the module is loaded.
	 * @param runtimes run it if it is a script
	 * @throws ModuleException if it cannot be used
	 */
	public Module parse(ScriptRuntimes runtimes, byte[] bytes) {
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
	public byte[] read(DataSize sizeLimit, Duration timeLimit) {
		Path file = file();
		try {
			Path folder = (file != null) ? file.getParent() : null;
			return FileAccess.within(timeLimit, (file != null) ? file.toString() : origin(),
					(folder != null) ? folder.toString() : null, () -> read(file, sizeLimit));
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

	private byte[] read(@Nullable Path file, DataSize sizeLimit) throws IOException {
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
	}

	/**
	 * What belongs to it and lies in files of its own.
	 * @return the modules that a script imports, empty for a module
	 * @throws IOException if they cannot be looked for
	 */
	public List<Path> modules() throws IOException {
		Path file = file();
		return (file != null && language() != null) ? ScriptFiles.modules(file) : List.of();
	}

	/**
	 * The schemas of its functions that lie beside it.
	 * @return files, mostly none
	 * @throws IOException if they cannot be looked for
	 */
	public List<Path> schemas() throws IOException {
		Path file = file();
		Path folder = (file != null) ? file.getParent() : null;
		if (folder == null) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((candidate) -> isSchema(candidate.getFileName().toString()))
				.filter(Files::isRegularFile)
				.sorted()
				.toList();
		}
	}

	private boolean isSchema(String filename) {
		return filename.endsWith(SCHEMA)
				&& (filename.equals(this.name + SCHEMA) || filename.startsWith(this.name + "-"));
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
		if (language() != null) {
			return ModuleException.ofScript(this.name, origin(), reason, remedy, false);
		}
		return new ModuleException(this.name, origin(), reason, remedy, null);
	}

}
