package dev.wasmspring.discovery;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.PathMatcher;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * The search for files and resources that may be modules. Lives as long as discovery, or
 * as reload; used by one thread at a time.
 * <p>
 * A source of modules that is no resource pattern would stand beside it, and give
 * {@link ModuleResource}s as it does.
 */
public final class ModuleLocator {

	private static final Log logger = LogFactory.getLog(ModuleLocator.class);

	private final List<String> locations;

	private final PathMatchingResourcePatternResolver resolver;

	private final Duration timeLimit;

	private final boolean skip;

	/** Locations that could not be looked at the last time. */
	private final Set<String> silent = new HashSet<>();

	/**
	 * Prepares the search.
	 * @param settings where modules are looked for
	 * @param resourceLoader finds what is no file
	 */
	public ModuleLocator(DiscoverySettings settings, ResourceLoader resourceLoader) {
		this(settings.locations(), resourceLoader, settings.readTimeout(), settings.skipsInvalid());
	}

	/**
	 * Prepares the search.
	 * @param locations resource patterns
	 * @param resourceLoader finds what is no file
	 * @param timeLimit how long looking at a {@code file:} location may take
	 * @param skip whether a location that cannot be looked at is left out
	 */
	public ModuleLocator(List<String> locations, ResourceLoader resourceLoader, Duration timeLimit, boolean skip) {
		this.timeLimit = timeLimit;
		this.skip = skip;
		this.locations = locations;
		this.resolver = new PathMatchingResourcePatternResolver(resourceLoader);
	}

	/**
	 * Finds the modules.
	 * @return one for each name, sorted by name
	 * @throws DuplicateModuleException if several files give a module of the same name
	 */
	public List<ModuleResource> locate() {
		return locate((module, other) -> {
			throw new DuplicateModuleException(module.name(), other.origin(), module.origin(),
					(module.isScript() ? 1 : 0) + (other.isScript() ? 1 : 0));
		});
	}

	/**
	 * Finds the modules.
	 * @param duplicates gets each file whose module has the name of another one's, and
	 * that one, which was found first
	 * @return one for each name, sorted by name
	 */
	public List<ModuleResource> locate(BiConsumer<ModuleResource, ModuleResource> duplicates) {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (String location : this.locations) {
			if (location.startsWith(ResourceUtils.FILE_URL_PREFIX)) {
				try {
					merge(files(location, true), found);
				}
				catch (IOException ex) {
					report(location, ex);
				}
			}
			else {
				merge(identified(resources(location)), found);
			}
		}
		return sortedByName(found.values(), duplicates);
	}

	/**
	 * Finds the modules at those locations that begin with {@code file:}; logs nothing if
	 * there are none.
	 * @return all of them, also where several have the same name
	 */
	public Collection<ModuleResource> locateFiles() {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (String location : fileLocations()) {
			try {
				merge(files(location, false), found);
				if (this.silent.remove(location)) {
					logger.info("'" + location + "' can be looked at again");
				}
			}
			catch (IOException ex) {
				if (Thread.currentThread().isInterrupted()) {
					throw new UncheckedIOException(ex);
				}
				if (this.silent.add(location)) {
					logger.warn("Unable to look for changed modules at '" + location + "': " + describe(location, ex)
							+ "; its functions stay as they are");
				}
			}
		}
		return found.values();
	}

	/**
	 * Whether the modules at a location were found when they were last looked for.
	 */
	public boolean answers(String location) {
		return !this.silent.contains(location);
	}

	/**
	 * How long looking at files may take.
	 */
	public Duration timeLimit() {
		return this.timeLimit;
	}

	private void report(String location, IOException failure) {
		String reason = describe(location, failure) + ".";
		if (!this.skip) {
			throw new UnreadableLocationException(location, reason, failure);
		}
		logger.warn("There are no modules at '" + location + "': " + reason);
	}

	private String describe(String location, IOException failure) {
		return (failure instanceof AccessDeniedException denied)
				? "the application has no permission to read '" + denied.getFile() + "'"
				: String.valueOf(failure.getMessage());
	}

	/**
	 * Finds files, on a thread that can be given up.
	 * @param start whether somebody wants to know what is not found
	 */
	private Map<Object, ModuleResource> files(String location, boolean start) throws IOException {
		Path folder = folder(location);
		return FileAccess.within(this.timeLimit, folder.toString(), () -> {
			boolean pattern = this.resolver.getPathMatcher().isPattern(location);
			if (pattern && !Files.isDirectory(folder)) {
				if (start) {
					logger.warn("There are no modules at '" + location + "': the folder does not exist");
				}
				return Map.of();
			}
			List<Resource> files = pattern ? matching(location, folder, start)
					: present(this.resolver.getResource(location), start);
			if (start && files.isEmpty()) {
				reportNothingFound(location);
			}
			return identified(files);
		});
	}

	private static List<Resource> present(Resource file, boolean start) throws IOException {
		Path path = file.getFile().toPath();
		boolean there = start ? Files.exists(path, LinkOption.NOFOLLOW_LINKS) : Files.exists(path);
		return (there && !Files.isDirectory(path)) ? List.of(file) : List.of();
	}

	/**
	 * The files that match a pattern. Folders that cannot be read, and links that lead in
	 * a circle, do not hide the others.
	 */
	private List<Resource> matching(String location, Path folder, boolean start) throws IOException {
		String root = JarSearch.folder(location);
		String pattern = location.substring(root.isEmpty() ? ResourceUtils.FILE_URL_PREFIX.length() : root.length());
		int depth = pattern.contains("**") ? Integer.MAX_VALUE : StringUtils.countOccurrencesOf(pattern, "/") + 1;
		List<Resource> files = new ArrayList<>();
		Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				String path = folder.relativize(file).toString().replace(File.separatorChar, '/');
				// A link that leads nowhere may lead somewhere the next time
				if (!attributes.isDirectory() && (start || !attributes.isSymbolicLink())
						&& ModuleLocator.this.resolver.getPathMatcher().match(pattern, path)) {
					files.add(new FileSystemResource(file));
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
				if (file.equals(folder)) {
					throw failure;
				}
				if (start && !(failure instanceof FileSystemLoopException)) {
					logger.warn("No modules are found in '" + file + "': " + FileAccess.describe(file, failure));
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
				return FileVisitResult.CONTINUE;
			}

		});
		files.sort(Comparator.comparing(Resource::getDescription));
		return files;
	}

	private static void merge(Map<Object, ModuleResource> more, Map<Object, ModuleResource> found) {
		more.forEach(found::putIfAbsent);
	}

	/**
	 * The locations that begin with {@code file:}.
	 */
	public List<String> fileLocations() {
		return this.locations.stream()
			.filter((location) -> location.startsWith(ResourceUtils.FILE_URL_PREFIX))
			.toList();
	}

	/**
	 * The folder of a location that begins with {@code file:}: what stands in front of
	 * the first wildcard.
	 */
	public Path folder(String location) {
		String folder = JarSearch.folder(location);
		Resource resource = this.resolver.getResource(folder.isEmpty() ? ResourceUtils.FILE_URL_PREFIX + "./" : folder);
		try {
			return resource.getFile().toPath().toAbsolutePath().normalize();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Unable to find the folder of '" + location + "'", ex);
		}
	}

	private static Map<Object, ModuleResource> identified(List<Resource> resources) {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (Resource resource : resources) {
			String name = ModuleNames.nameOf(resource.getFilename());
			if (name == null) {
				logger.debug(resource.getDescription() + " is neither a module nor a script: its name says so");
				continue;
			}
			found.putIfAbsent(identity(resource), new ModuleResource(name, resource));
		}
		ScriptModules.removeFrom(found);
		return found;
	}

	private List<Resource> readable(String location) {
		try {
			return readable(listed(location));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Unable to look for modules at '" + location + "'", ex);
		}
	}

	private static List<Resource> readable(Resource[] listed) throws IOException {
		List<Resource> readable = new ArrayList<>();
		for (Resource resource : listed) {
			// What is a file and cannot be read is an error, and no reason to leave it
			// out
			if (resource.isFile() ? (resource.exists() && !Files.isDirectory(resource.getFile().toPath()))
					: resource.isReadable()) {
				readable.add(resource);
			}
		}
		return readable;
	}

	private List<Resource> resources(String location) {
		List<Resource> resources = readable(location);
		if (location.startsWith(ResourcePatternResolver.CLASSPATH_ALL_URL_PREFIX)) {
			resources.addAll(inJars(location.substring(ResourcePatternResolver.CLASSPATH_ALL_URL_PREFIX.length())));
		}
		else if (location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX) && resources.isEmpty()) {
			resources.addAll(inJars(location.substring(ResourceUtils.CLASSPATH_URL_PREFIX.length())));
		}
		if (resources.isEmpty()) {
			reportNothingFound(location);
		}
		return resources;
	}

	private Resource[] listed(String location) {
		try {
			return this.resolver.getResources(location);
		}
		catch (FileNotFoundException ex) {
			// The folder of a 'classpath:' pattern is not there
			return new Resource[0];
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Unable to look for modules at '" + location + "'", ex);
		}
	}

	private List<Resource> inJars(String path) {
		String pattern = StringUtils.trimLeadingCharacter(path, '/');
		PathMatcher matcher = this.resolver.getPathMatcher();
		return matcher.isPattern(pattern) ? new JarSearch(this.resolver.getClassLoader(), matcher).find(pattern,
				(name) -> ModuleNames.nameOf(name) != null) : List.of();
	}

	/**
	 * A part of the class path may well have no modules, and so may a folder; but
	 * somebody who names a file outside of the application expects it to be there.
	 */
	private void reportNothingFound(String location) {
		String message = "There are no modules at '" + location + "'";
		if (location.startsWith(ResourceUtils.FILE_URL_PREFIX) && !this.resolver.getPathMatcher().isPattern(location)) {
			logger.warn(message + ": there is no such file");
			return;
		}
		logger.debug(message);
	}

	/**
	 * What two resources have in common that are the same file, however they were found.
	 */
	private static Object identity(Resource resource) {
		try {
			return resource.isFile() ? resource.getFile().toPath().toRealPath() : resource.getURL().toExternalForm();
		}
		catch (IOException ex) {
			return resource;
		}
	}

	private static List<ModuleResource> sortedByName(Iterable<ModuleResource> found,
			BiConsumer<ModuleResource, ModuleResource> duplicates) {
		Map<String, ModuleResource> byName = new TreeMap<>();
		// Modules first: a script of the same name may be what a compiler wrote to load
		// one
		Stream.of(false, true).forEach((script) -> found.forEach((module) -> {
			if (module.isScript() == script) {
				ModuleResource other = byName.putIfAbsent(module.name(), module);
				if (other != null) {
					duplicates.accept(module, other);
				}
			}
		}));
		return new ArrayList<>(byName.values());
	}

}
