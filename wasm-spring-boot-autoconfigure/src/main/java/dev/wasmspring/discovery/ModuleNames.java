package dev.wasmspring.discovery;

import dev.wasmspring.script.ScriptLanguage;
import org.jspecify.annotations.Nullable;

/**
 * What the names of files say of modules and scripts. Stateless.
 */
final class ModuleNames {

	private static final String SUFFIX = ".wasm";

	private ModuleNames() {
	}

	/**
	 * The name that a file gives to its module or script.
	 * @param filename the file's name
	 * @return {@code null} if it is neither
	 */
	static @Nullable String nameOf(@Nullable String filename) {
		if (filename == null) {
			return null;
		}
		if (filename.endsWith(SUFFIX)) {
			return filename.substring(0, filename.length() - SUFFIX.length());
		}
		return (languageOf(filename) != null) ? filename.substring(0, filename.lastIndexOf('.')) : null;
	}

	/**
	 * The language of a script.
	 * @param filename the file's name
	 * @return {@code null} if it is no script
	 */
	static @Nullable ScriptLanguage languageOf(@Nullable String filename) {
		return (filename != null) ? ScriptLanguage.ofFile(filename).orElse(null) : null;
	}

}
