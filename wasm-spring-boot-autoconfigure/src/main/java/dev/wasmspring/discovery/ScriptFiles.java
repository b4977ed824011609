package dev.wasmspring.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import dev.wasmspring.script.ScriptFile;

import org.springframework.core.io.Resource;
import org.springframework.util.ResourceUtils;

/**
 * A script together with its own modules, which lie in a folder of its name beside it.
 * Used by one thread while the script is read, then discarded.
 */
final class ScriptFiles {

	private static final int MAX_MODULES = 1_000;

	private final Resource script;

	ScriptFiles(Resource script) {
		this.script = script;
	}

	/**
	 * Reads the modules of the script.
	 * @param content what is in the script itself
	 * @param most after so many bytes it is not read on
	 * @return the script first
	 */
	List<ScriptFile> read(byte[] content, long most) throws IOException {
		List<ScriptFile> files = new ArrayList<>();
		String filename = String.valueOf(this.script.getFilename());
		files.add(new ScriptFile(filename, content));
		if (this.script.isFile()) {
			Path path = this.script.getFile().toPath().toAbsolutePath().normalize();
			Path folder = Objects.requireNonNull(path.getParent());
			long left = most - content.length;
			for (Path module : modules(path)) {
				byte[] bytes = read(Files.newInputStream(module), left);
				left -= bytes.length;
				files.add(new ScriptFile(folder.relativize(module).toString().replace('\\', '/'), bytes));
			}
		}
		else {
			URL url = this.script.getURL();
			URLConnection connection = url.openConnection();
			ResourceUtils.useCachesIfNecessary(connection);
			if (connection instanceof JarURLConnection jarConnection) {
				readFromJar(jarConnection, most - content.length, files);
			}
		}
		return files;
	}

	private static void readFromJar(JarURLConnection connection, long most, List<ScriptFile> files) throws IOException {
		String script = connection.getEntryName();
		String folder = script.substring(0, script.lastIndexOf('/') + 1);
		String prefix = script.substring(0, script.lastIndexOf('.')) + "/";
		JarFile jar = connection.getJarFile();
		try {
			long left = most;
			for (JarEntry entry : Collections.list(jar.entries())) {
				String name = entry.getName();
				if (name.startsWith(prefix) && !entry.isDirectory()
						&& isVisible(name.substring(name.lastIndexOf('/') + 1))) {
					requireFew(files.size());
					byte[] bytes = read(jar.getInputStream(entry), left);
					left -= bytes.length;
					files.add(new ScriptFile(name.substring(folder.length()), bytes));
				}
			}
		}
		finally {
			if (!connection.getUseCaches()) {
				jar.close();
			}
		}
	}

	private static byte[] read(InputStream stream, long most) throws IOException {
		try (stream) {
			return stream.readNBytes((int) Math.max(most, 0));
		}
	}

	/**
	 * The modules of a script that is a file, in the order of their names.
	 */
	static List<Path> modules(Path script) throws IOException {
		Path folder = script.resolveSibling(String.valueOf(ModuleNames.nameOf(script.getFileName().toString())));
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		List<Path> modules = new ArrayList<>();
		Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
				new SimpleFileVisitor<>() {

					@Override
					public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
						return isVisible(directory.getFileName().toString()) ? FileVisitResult.CONTINUE
								: FileVisitResult.SKIP_SUBTREE;
					}

					@Override
					public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
						if (attributes.isRegularFile() && isVisible(file.getFileName().toString())) {
							requireFew(modules.size());
							modules.add(file);
						}
						return FileVisitResult.CONTINUE;
					}

				});
		Collections.sort(modules);
		return modules;
	}

	/** Editors, and caches of interpreters, leave files beside others. */
	private static boolean isVisible(String name) {
		return !name.startsWith(".") && !name.endsWith("~") && !name.equals("__pycache__");
	}

	private static void requireFew(int count) throws IOException {
		if (count > MAX_MODULES) {
			throw new IOException("it has more than " + MAX_MODULES + " modules");
		}
	}

}
