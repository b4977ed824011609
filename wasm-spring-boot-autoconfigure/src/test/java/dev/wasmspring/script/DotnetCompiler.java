package dev.wasmspring.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

/**
 * The compiler of Debian's package {@code mono-mcs}, where it is installed. Stateless.
 */
final class DotnetCompiler {

	private DotnetCompiler() {
	}

	static boolean isThere() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "mcs")));
	}

	/**
	 * Compiles a script and its libraries.
	 * @param name of the script
	 * @param sources by their names, which end with {@code .cs}
	 * @return assemblies by their names
	 */
	static Map<String, byte[]> compile(String name, Map<String, byte[]> sources) {
		try {
			Path folder = Files.createTempDirectory("mcs");
			try {
				Map<String, byte[]> compiled = new TreeMap<>();
				List<String> references = new ArrayList<>();
				for (Map.Entry<String, byte[]> source : sources.entrySet()) {
					if (source.getKey().startsWith(name + "/")) {
						String library = source.getKey().replace(".cs", ".dll");
						compiled.put(library, compile(folder, source.getKey(), source.getValue(), List.of()));
						references.add(library);
					}
				}
				compiled.put(name + ".dll", compile(folder, name + ".cs", sources.get(name + ".cs"), references));
				return compiled;
			}
			finally {
				FileSystemUtils.deleteRecursively(folder);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] compile(Path folder, String file, byte[] source, List<String> references) throws IOException {
		Path path = folder.resolve(file);
		Files.createDirectories(path.getParent());
		Files.write(path, source);
		List<String> options = new ArrayList<>();
		references.forEach((reference) -> options.add("-r:" + reference));
		return compile(folder, file, options);
	}

	/**
	 * Compiles one file, the same bytes wherever it lies.
	 * @param folder in which the compiler runs
	 * @param file the file in it
	 * @param options beyond those that all have
	 * @return the assembly, which lies beside the file as well
	 */
	static byte[] compile(Path folder, String file, List<String> options) throws IOException {
		String assembly = file.replace(".cs", ".dll");
		List<String> command = new ArrayList<>(
				List.of("mcs", "-deterministic", "-target:library", "-nowarn:0162,0649,0414,1720"));
		command.addAll(options);
		command.addAll(List.of("-out:" + assembly, file));
		Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IllegalStateException(String.join(" ", command) + ": " + said);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		return Files.readAllBytes(folder.resolve(assembly));
	}

}
