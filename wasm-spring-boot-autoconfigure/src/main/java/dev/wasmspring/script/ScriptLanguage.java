package dev.wasmspring.script;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jetbrains.annotations.ApiStatus;

/**
 * A language in which functions can be written as scripts. A closed set, shared by all
 * threads.
 */
@ApiStatus.Internal
public enum ScriptLanguage {

	/**
	 * JavaScript.
	 */
	JAVASCRIPT("JavaScript", "js", "mjs"),

	/**
	 * Python.
	 */
	PYTHON("Python", "py"),

	/**
	 * Ruby.
	 */
	RUBY("Ruby", "rb"),

	/**
	 * PHP.
	 */
	PHP("PHP", "php"),

	/**
	 * C#, and whatever else is compiled to assemblies of .NET.
	 */
	DOTNET(".NET", "dll");

	private final String title;

	private final List<String> extensions;

	ScriptLanguage(String title, String... extensions) {
		this.title = title;
		this.extensions = List.of(extensions);
	}

	/**
	 * The language of a file.
	 * @param filename the file's name
	 * @return the language whose extension the name ends with, if there is one
	 */
	public static Optional<ScriptLanguage> ofFile(String filename) {
		return Arrays.stream(values())
			.filter((language) -> language.extensions.stream()
				.anyMatch((extension) -> filename.endsWith("." + extension)))
			.findFirst();
	}

	/**
	 * A language by its word.
	 * @param word for example {@code javascript}
	 * @return the language
	 * @throws IllegalArgumentException if there is no such language
	 */
	public static ScriptLanguage of(String word) {
		return Arrays.stream(values())
			.filter((language) -> language.toString().equals(word))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no language '" + word + "', but there are "
					+ Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "))));
	}

	/**
	 * What people call the language.
	 * @return for example {@code JavaScript}
	 */
	public String title() {
		return this.title;
	}

	/**
	 * What the names of its files end with.
	 * @return extensions without the dot, the usual one first
	 */
	public List<String> extensions() {
		return this.extensions;
	}

	/**
	 * The artifact that brings the language's runtime.
	 * @return group and name
	 */
	public String artifact() {
		return "dev.wasmspring:wasm-runtime-" + this;
	}

	/**
	 * The language as it is written everywhere.
	 * @return the lower-case word, for example {@code javascript}
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
