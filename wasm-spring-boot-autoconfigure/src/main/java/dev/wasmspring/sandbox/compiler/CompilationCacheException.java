package dev.wasmspring.sandbox.compiler;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a directory cannot be trusted with compiled classes, or cannot be used at
 * all.
 */
public final class CompilationCacheException extends RuntimeException {

	private final transient Path directory;

	private final String reason;

	private final String remedy;

	CompilationCacheException(Path directory, String reason, String remedy, @Nullable Throwable cause) {
		super("The cache directory " + directory + " cannot be used: " + reason, cause);
		this.directory = directory;
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * The directory that was asked for.
	 * @return its path as it was given
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * What is wrong with the directory.
	 * @return a sentence
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * What its owner can do about it.
	 * @return a sentence in the imperative
	 */
	public String remedy() {
		return this.remedy;
	}

}
