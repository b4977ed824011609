package dev.wasmspring.script;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The runtimes of script languages that are on the class path, each in an artifact of its
 * own. Lives as long as what looks for scripts; shared by all threads. A runtime is
 * looked for when the first script needs it.
 */
@ApiStatus.Internal
public final class ScriptRuntimes {

	private static final String FOLDER = "META-INF/wasm-runtimes/";

	/** What the host and a runtime agree on; it changes when they cannot any more. */
	private static final String ABI = "1";

	private final @Nullable ClassLoader classLoader;

	private final Limits initialization;

	/** Guarded by itself. */
	private final Map<ScriptLanguage, ScriptDerivation> runtimes = new EnumMap<>(ScriptLanguage.class);

	/**
	 * Prepares the search.
	 * @param classLoader finds the runtimes
	 * @param initialization what initialising a runtime may use
	 */
	public ScriptRuntimes(@Nullable ClassLoader classLoader, Limits initialization) {
		this.classLoader = classLoader;
		this.initialization = initialization;
	}

	/**
	 * The languages whose runtimes are there.
	 * @return the languages, possibly none
	 */
	public List<ScriptLanguage> languages() {
		return Stream.of(ScriptLanguage.values()).filter((language) -> find(language) != null).toList();
	}

	/**
	 * Makes a module of a script, which is not looked at before it is loaded.
	 * @param name the script's name
	 * @param origin where it comes from, for messages
	 * @param language its language
	 * @param source reads its {@linkplain ScriptFile#block block}, once more whenever it
	 * is loaded
	 * @return the module
	 * @throws ModuleException if the language's runtime is not there or cannot be used,
	 * or from the source
	 */
	public Module module(String name, String origin, ScriptLanguage language, Supplier<byte[]> source) {
		return module(name, origin, language, source, null);
	}

	/**
	 * Makes a module of a script, which is not looked at before it is loaded.
	 * @param name the script's name
	 * @param origin where it comes from, for messages
	 * @param language its language
	 * @param source reads its {@linkplain ScriptFile#block block}, once more whenever it
	 * is loaded
	 * @param printed is told what the script prints while it is loaded; {@code null} for
	 * the log
	 * @return the module
	 * @throws ModuleException if the language's runtime is not there or cannot be used,
	 * or from the source
	 */
	public Module module(String name, String origin, ScriptLanguage language, Supplier<byte[]> source,
			@Nullable Consumer<byte[]> printed) {
		ScriptDerivation derivation = runtime(name, origin, language).printingTo(printed);
		return Module.derived(name, origin, source, derivation.runtime(), derivation);
	}

	private ScriptDerivation runtime(String script, String origin, ScriptLanguage language) {
		synchronized (this.runtimes) {
			ScriptDerivation runtime = this.runtimes.get(language);
			if (runtime == null) {
				URL description = find(language);
				if (description == null) {
					throw ModuleException.ofScript(script, origin,
							"It is written in " + language.title()
									+ ", and there is no runtime for it on the class path.",
							"Add the dependency '" + language.artifact()
									+ "'; or make the property 'wasm.locations' narrower, if it is no function.",
							false);
				}
				runtime = new ScriptDerivation(module(script, origin, language, description), this.initialization,
						null);
				this.runtimes.put(language, runtime);
			}
			return runtime;
		}
	}

	private Module module(String script, String origin, ScriptLanguage language, URL description) {
		try {
			Properties properties = new Properties();
			try (InputStream stream = description.openStream()) {
				properties.load(stream);
			}
			if (!ABI.equals(properties.getProperty("abi"))) {
				throw ModuleException.ofScript(script, origin,
						"The runtime for " + language.title() + " (" + description
								+ ") was made for another version of the starter.",
						"Use '" + language.artifact() + "' in the version of the starter.", false);
			}
			URL binary = new URL(description, language + ".wasm");
			return Module.parseRuntime(language.toString(), "URL [" + binary + "]", () -> read(language, binary));
		}
		catch (ModuleException ex) {
			throw ModuleException.ofScript(script, origin, ex.reason(), ex.remedy(), ex.isTemporary());
		}
		catch (IOException ex) {
			ModuleException unreadable = unreadable(language, description, ex);
			throw ModuleException.ofScript(script, origin, unreadable.reason(), unreadable.remedy(), true);
		}
	}

	private static byte[] read(ScriptLanguage language, URL binary) {
		try (InputStream stream = binary.openStream()) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw unreadable(language, binary, ex);
		}
	}

	private static ModuleException unreadable(ScriptLanguage language, URL url, IOException cause) {
		return ModuleException.temporary(language.toString(), "URL [" + url + "]",
				"The runtime for " + language.title() + " (" + url + ") cannot be read: " + cause.getMessage() + ".",
				"Look at the jar of '" + language.artifact() + "'.", cause);
	}

	private @Nullable URL find(ScriptLanguage language) {
		String path = FOLDER + language + ".properties";
		return (this.classLoader != null) ? this.classLoader.getResource(path) : ClassLoader.getSystemResource(path);
	}

}
