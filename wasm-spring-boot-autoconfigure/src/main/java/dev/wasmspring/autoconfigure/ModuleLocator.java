package dev.wasmspring.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.PathMatcher;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * Finds modules. Used by one thread at a time.
 */
final class ModuleLocator {

	private static final Log logger = LogFactory.getLog(ModuleLocator.class);

	private static final String SUFFIX = ".wasm";

	private final List<String> locations;

	private final PathMatchingResourcePatternResolver resolver;

	ModuleLocator(List<String> locations, ResourceLoader resourceLoader) {
		this.locations = locations;
		this.resolver = new PathMatchingResourcePatternResolver(resourceLoader);
	}

	/**
	 * Finds the modules.
	 * @return one for each name, sorted by name
	 * @throws DuplicateModuleException if several files give a module of the same name
	 */
	List<ModuleResource> locate() {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (String location : this.locations) {
			add(resources(location), found);
		}
		return sortedByName(found.values());
	}

	/**
	 * Finds the modules at those locations that begin with {@code file:}, without a word
	 * if there are none.
	 * @return all of them, also where several have the same name
	 */
	Collection<ModuleResource> locateFiles() {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (String location : fileLocations()) {
			if (Files.isDirectory(folder(location))) {
				add(readable(location), found);
			}
		}
		return found.values();
	}

	/**
	 * The locations that begin with {@code file:}.
	 */
	List<String> fileLocations() {
		return this.locations.stream()
			.filter((location) -> location.startsWith(ResourceUtils.FILE_URL_PREFIX))
			.toList();
	}

	/**
	 * The folder of a location that begins with {@code file:}: what stands in front of
	 * the first wildcard.
	 */
	Path folder(String location) {
		String folder = JarSearch.folder(location);
		Resource resource = this.resolver.getResource(folder.isEmpty() ? ResourceUtils.FILE_URL_PREFIX + "./" : folder);
		try {
			return resource.getFile().toPath().toAbsolutePath().normalize();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Unable to find the folder of '" + location + "'", ex);
		}
	}

	private static void add(List<Resource> resources, Map<Object, ModuleResource> found) {
		for (Resource resource : resources) {
			String filename = resource.getFilename();
			if (filename == null || !filename.endsWith(SUFFIX)) {
				logger.debug(resource.getDescription() + " is no module: its name does not end with " + SUFFIX);
				continue;
			}
			String name = filename.substring(0, filename.length() - SUFFIX.length());
			found.putIfAbsent(identity(resource), new ModuleResource(name, resource));
		}
	}

	private List<Resource> readable(String location) {
		List<Resource> readable = new ArrayList<>();
		for (Resource resource : listed(location)) {
			if (resource.isReadable()) {
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
		return matcher.isPattern(pattern) ? new JarSearch(this.resolver.getClassLoader(), matcher).find(pattern, SUFFIX)
				: List.of();
	}

	/**
	 * A part of the class path may well have no modules, and so may a folder; but
	 * somebody who names a folder or a file outside of the application expects it to be
	 * there.
	 */
	private void reportNothingFound(String location) {
		String message = "There are no modules at '" + location + "'";
		if (location.startsWith(ResourceUtils.FILE_URL_PREFIX)) {
			if (!this.resolver.getPathMatcher().isPattern(location)) {
				logger.warn(message + ": there is no such file");
				return;
			}
			if (!this.resolver.getResource(JarSearch.folder(location)).exists()) {
				logger.warn(message + ": the folder does not exist");
				return;
			}
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

	private static List<ModuleResource> sortedByName(Iterable<ModuleResource> found) {
		Map<String, ModuleResource> byName = new TreeMap<>();
		for (ModuleResource module : found) {
			ModuleResource other = byName.putIfAbsent(module.name(), module);
			if (other != null) {
				throw new DuplicateModuleException(module.name(), other.origin(), module.origin());
			}
		}
		return new ArrayList<>(byName.values());
	}

}
