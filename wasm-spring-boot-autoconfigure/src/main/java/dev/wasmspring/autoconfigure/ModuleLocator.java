package dev.wasmspring.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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
 * Finds modules. Used by one thread while the context starts, then discarded.
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

	private List<Resource> resources(String location) {
		List<Resource> resources = new ArrayList<>();
		for (Resource resource : listed(location)) {
			if (resource.isReadable()) {
				resources.add(resource);
			}
		}
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
