package dev.wasmspring.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import dev.wasmspring.CompiledModules;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.ClassPathResource;

/**
 * The scripts of the tests, {@code scripts/<language>/<name>}, as functions. All of them
 * share an engine, and so the runtimes.
 */
final class TestScripts {

	static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 64 << 20, 1 << 20, 1 << 20);

	static final Engine ENGINE = new Engine(HostMemory.ofHeap(), CompiledModules.FOLDER);

	static final ScriptRuntimes RUNTIMES = new ScriptRuntimes(TestScripts.class.getClassLoader(),
			new Limits(Duration.ofSeconds(60), 256 << 20, 0, 0));

	private static final Path FOLDER = Path.of("src/test/resources/scripts");

	private TestScripts() {
	}

	/** Those of a class path that lacks the runtime of a language. */
	static ScriptRuntimes runtimesWithout(ScriptLanguage language) {
		return new ScriptRuntimes(without(language), new Limits(Duration.ofSeconds(60), 256 << 20, 0, 0));
	}

	static ClassLoader without(ScriptLanguage language) {
		return new FilteredClassLoader(new ClassPathResource("META-INF/wasm-runtimes/" + language + ".properties"));
	}

	static WasmFunction function(ScriptLanguage language, String name) {
		return function(language, name, LIMITS);
	}

	static WasmFunction function(ScriptLanguage language, String name, Limits limits) {
		Module script = module(language, name);
		return function(script, name, limits);
	}

	static WasmFunction function(Module script, String name, Limits limits) {
		ServedModules served = new ServedModules(ENGINE, List.of(new FunctionDefinition(name, script,
				script.exports().get(0), new FunctionSettings(null, null, null, limits, 8, Capabilities.NONE))),
				List.of());
		new ModuleLoading(served).loadAll(false);
		return new WasmFunctions(served).get(name);
	}

	static Module module(ScriptLanguage language, String name) {
		return RUNTIMES.module(name, "test", language, () -> ScriptFile.block(files(language, name)));
	}

	static Module module(ScriptLanguage language, String name, String source) {
		return RUNTIMES.module(name, "test", language, () -> ScriptFile.block(List
			.of(new ScriptFile(name + "." + language.extensions().get(0), source.getBytes(StandardCharsets.UTF_8)))));
	}

	static String read(ScriptLanguage language, String file) {
		try {
			Path path = FOLDER.resolve(language.toString()).resolve(file);
			return file.endsWith(".dll") ? Base64.getEncoder().encodeToString(Files.readAllBytes(path))
					: Files.readString(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<ScriptFile> files(ScriptLanguage language, String name) {
		Path folder = FOLDER.resolve(language.toString());
		List<Path> paths = new ArrayList<>(List.of(folder.resolve(name + "." + language.extensions().get(0))));
		try {
			if (Files.isDirectory(folder.resolve(name))) {
				try (Stream<Path> modules = Files.walk(folder.resolve(name))) {
					modules.filter(Files::isRegularFile).sorted().forEach(paths::add);
				}
			}
			List<ScriptFile> files = new ArrayList<>();
			for (Path path : paths) {
				files.add(new ScriptFile(folder.relativize(path).toString().replace('\\', '/'),
						Files.readAllBytes(path)));
			}
			return files;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
