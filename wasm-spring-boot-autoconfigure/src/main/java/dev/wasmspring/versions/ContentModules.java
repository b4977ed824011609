package dev.wasmspring.versions;

import java.util.List;

import dev.wasmspring.discovery.ModuleResource;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptFile;
import dev.wasmspring.script.ScriptLanguage;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ByteArrayResource;

/**
 * Modules and scripts that come as content and not as files. Stateless.
 */
final class ContentModules {

	private static final String WASM = "wasm";

	private ContentModules() {
	}

	/**
	 * Content as discovery takes it.
	 * @param name the module's name
	 * @param language {@code wasm}, or the language of a script
	 * @param content the module, or the script as text in UTF-8
	 * @param origin where it came from, for messages
	 * @throws IllegalArgumentException if there is no such language
	 */
	static ModuleResource resource(String name, String language, byte[] content, String origin) {
		String extension = WASM.equals(language) ? WASM : ScriptLanguage.of(language).extensions().get(0);
		return new ModuleResource(name, new Content(name + "." + extension, content, origin));
	}

	/**
	 * Content as it is parsed.
	 */
	static byte[] bytes(ModuleResource resource, String language, byte[] content) {
		return WASM.equals(language) ? content
				: ScriptFile.block(List.of(new ScriptFile(String.valueOf(resource.resource().getFilename()), content)));
	}

	/**
	 * Refuses what is larger than modules may be.
	 * @throws ModuleException if it is
	 */
	static void requireAllowed(ModuleResource resource, byte[] content, long most) {
		if (content.length > most) {
			throw new ModuleException(resource.name(), resource.origin(),
					"It is larger than the " + most + " bytes that are allowed.",
					"Raise 'wasm.limits.module-size', or build the module for size.", null);
		}
	}

	/**
	 * Content that has a name.
	 */
	private static final class Content extends ByteArrayResource {

		private final String filename;

		private final String origin;

		Content(String filename, byte[] content, String origin) {
			super(content);
			this.filename = filename;
			this.origin = origin;
		}

		@Override
		public @Nullable String getFilename() {
			return this.filename;
		}

		@Override
		public String getDescription() {
			return this.origin;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
