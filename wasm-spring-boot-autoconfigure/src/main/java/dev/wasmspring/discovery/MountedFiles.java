package dev.wasmspring.discovery;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wasmspring.sandbox.wasi.Mount;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * The files below a directory, on disk or on the class path. Immutable; lives as long as
 * its function and is shared by all threads.
 * <p>
 * Symbolic links are left out, whatever they lead to: they would show files that nobody
 * put into the directory.
 */
public final class MountedFiles implements Mount.Source {

	private static final Log logger = LogFactory.getLog(MountedFiles.class);

	private static final byte[] NOTHING = {};

	private final String location;

	private final PathMatchingResourcePatternResolver resolver;

	private final Duration timeLimit;

	public MountedFiles(String location, ResourceLoader resourceLoader, Duration timeLimit) {
		this.timeLimit = timeLimit;
		this.location = location.endsWith("/") ? location : location + "/";
		this.resolver = new PathMatchingResourcePatternResolver(resourceLoader);
		boolean known = location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)
				|| location.startsWith(ResourceUtils.FILE_URL_PREFIX);
		if (!known || this.resolver.getPathMatcher().isPattern(location)) {
			throw new IllegalArgumentException(
					"The source of a mount must be a directory such as 'classpath:/reports/' or 'file:/srv/reports/'");
		}
	}

	@Override
	public Map<String, byte[]> read() throws IOException {
		try {
			return FileAccess.within(this.timeLimit, this.location, this::readAll);
		}
		catch (AccessDeniedException ex) {
			throw new IOException("The application has no permission to read '" + ex.getFile() + "'", ex);
		}
	}

	private Map<String, byte[]> readAll() throws IOException {
		Resource directory = this.resolver.getResource(this.location);
		Picture picture = new Picture();
		if (directory.exists() && directory.isFile()) {
			onDisk(directory.getFile().toPath().toRealPath(), picture);
		}
		else if (this.location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)) {
			inJar(directory, picture);
		}
		else {
			throw notThere();
		}
		return picture.files;
	}

	private FileNotFoundException notThere() {
		return new FileNotFoundException("There is no directory '" + this.location + "'");
	}

	private void onDisk(Path root, Picture picture) throws IOException {
		if (!Files.isDirectory(root)) {
			throw notThere();
		}
		Files.walkFileTree(root, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
				if (!visited.equals(root)) {
					picture.addDirectory(path(visited));
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				if (attributes.isRegularFile()) {
					// Not followed either if it has become a link by now
					try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
						picture.add(path(file), stream);
					}
				}
				else {
					logger.warn("'" + file + "' is left out: it is no file but " + (attributes.isSymbolicLink()
							? "a symbolic link, which is not followed" : "a named pipe, a socket or a device"));
				}
				return FileVisitResult.CONTINUE;
			}

			private String path(Path visited) {
				return root.relativize(visited).toString().replace(File.separatorChar, '/');
			}

		});
	}

	private void inJar(Resource directory, Picture picture) throws IOException {
		String folder = StringUtils
			.trimLeadingCharacter(this.location.substring(ResourceUtils.CLASSPATH_URL_PREFIX.length()), '/');
		// A jar may have no entries for its directories
		List<Resource> found = directory.exists() ? List.of(this.resolver.getResources(this.location + "**"))
				: new JarSearch(this.resolver.getClassLoader(), this.resolver.getPathMatcher()).find(folder + "**",
						(name) -> true);
		for (Resource file : found) {
			String path = decoded(file.getURL());
			int start = path.lastIndexOf("!/" + folder) + 2 + folder.length();
			if (path.endsWith("/")) {
				if (start < path.length()) {
					picture.addDirectory(path.substring(start, path.length() - 1));
				}
			}
			else if (file.isReadable()) {
				try (InputStream stream = file.getInputStream()) {
					picture.add(path.substring(start), stream);
				}
			}
		}
		if (picture.files.isEmpty()) {
			throw notThere();
		}
	}

	private static String decoded(URL url) {
		return StringUtils.uriDecode(url.toExternalForm(), StandardCharsets.UTF_8);
	}

	/**
	 * What was read so far.
	 */
	private static final class Picture {

		private final Map<String, byte[]> files = new TreeMap<>();

		private long left = Mount.MAX_SIZE;

		/**
		 * Adds a directory, which may be empty.
		 */
		void addDirectory(String path) throws IOException {
			requireRoom();
			this.files.put(path + "/", NOTHING);
		}

		private void requireRoom() throws IOException {
			if (this.files.size() == Mount.MAX_FILES) {
				throw new IOException("There are more than " + Mount.MAX_FILES + " files and directories");
			}
		}

		void add(String path, InputStream stream) throws IOException {
			requireRoom();
			byte[] content = stream.readNBytes((int) this.left + 1);
			this.left -= content.length;
			if (this.left < 0) {
				throw new IOException("The files are larger than " + (Mount.MAX_SIZE >> 20) + " MB");
			}
			this.files.put(path, content);
		}

	}

}
