package dev.wasmspring.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * Finds modules. Used by one thread while the context starts, then discarded.
 */
final class ModuleLocator {

	private static final Log logger = LogFactory.getLog(ModuleLocator.class);

	private static final String SUFFIX = ".wasm";

	private final List<String> locations;

	private final Search search;

	ModuleLocator(List<String> locations, ResourceLoader resourceLoader) {
		this.locations = locations;
		this.search = new Search(resourceLoader);
	}

	/**
	 * Finds the modules.
	 * @return one for each name, sorted by name
	 * @throws DuplicateModuleException if several files give a module of the same name
	 */
	List<ModuleResource> locate() {
		Map<Object, ModuleResource> found = new LinkedHashMap<>();
		for (String location : this.locations) {
			for (Resource resource : resources(location)) {
				String filename = resource.getFilename();
				if (filename == null || !filename.endsWith(SUFFIX)) {
					logger.debug(resource.getDescription() + " is no module: its name does not end with " + SUFFIX);
					continue;
				}
				String name = filename.substring(0, filename.length() - SUFFIX.length());
				found.putIfAbsent(identity(resource), new ModuleResource(name, resource));
			}
		}
		return sortedByName(found.values());
	}

	private Set<Resource> resources(String location) {
		try {
			Set<Resource> resources = this.search.find(location);
			if (resources.isEmpty()) {
				reportNothingFound(location);
			}
			return resources;
		}
		catch (FileNotFoundException ex) {
			// The folder of a 'classpath:' pattern
			reportNothingFound(location);
			return Set.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Unable to look for modules at '" + location + "'", ex);
		}
	}

	private void reportNothingFound(String location) {
		if (location.startsWith(ResourceUtils.FILE_URL_PREFIX) && !this.search.folderExists(location)) {
			logger.warn("There are no modules at '" + location + "': the folder does not exist");
		}
		else {
			logger.debug("There are no modules at '" + location + "'");
		}
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

	/**
	 * Resolves patterns as Spring does, and finds what a class loader cannot list: files
	 * in jars that have no entries for their folders.
	 */
	private static final class Search extends PathMatchingResourcePatternResolver {

		Search(ResourceLoader resourceLoader) {
			super(resourceLoader);
		}

		Set<Resource> find(String location) throws IOException {
			Set<Resource> found = new LinkedHashSet<>();
			for (Resource resource : getResources(location)) {
				if (resource.isReadable()) {
					found.add(resource);
				}
			}
			if (location.startsWith(CLASSPATH_ALL_URL_PREFIX)) {
				String path = StringUtils.trimLeadingCharacter(location.substring(CLASSPATH_ALL_URL_PREFIX.length()),
						'/');
				if (getPathMatcher().isPattern(path)) {
					found.addAll(findInJars(path));
				}
			}
			return found;
		}

		private Set<Resource> findInJars(String pattern) throws IOException {
			Set<Resource> roots = new LinkedHashSet<>();
			addAllClassLoaderJarRoots(getClassLoader(), roots);
			Set<Resource> found = new LinkedHashSet<>();
			for (Resource root : roots) {
				found.addAll(doFindPathMatchingJarResources(root, root.getURL(), pattern));
			}
			return found;
		}

		boolean folderExists(String location) {
			String folder = determineRootDir(location);
			return getResource(folder.substring(0, folder.lastIndexOf('/') + 1)).exists();
		}

	}

}
