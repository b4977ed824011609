package dev.wasmspring.discovery;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import org.springframework.util.PathMatcher;
import org.springframework.util.ResourceUtils;

/**
 * The search for what a class loader cannot list: files in jars that have no entries for
 * their folders, which some build tools leave out. Lives for one search; used by one
 * thread.
 * <p>
 * Spring searches all jars as well if a pattern begins with a wildcard. That takes four
 * times as long (230 ms instead of 55 for 113 jars), because it reads every manifest to
 * find the jars and matches every entry of every jar.
 */
final class JarSearch {

	private static final Log logger = LogFactory.getLog(JarSearch.class);

	private static final String MANIFEST = "META-INF/MANIFEST.MF";

	private final @Nullable ClassLoader classLoader;

	private final PathMatcher matcher;

	JarSearch(@Nullable ClassLoader classLoader, PathMatcher matcher) {
		this.classLoader = classLoader;
		this.matcher = matcher;
	}

	/**
	 * Finds files in the jars of the class path.
	 * @param pattern the pattern of their path in the jar, without a leading slash
	 * @param wanted which of them are wanted, by their names
	 */
	List<Resource> find(String pattern, Predicate<String> wanted) {
		List<Resource> found = new ArrayList<>();
		for (String root : roots()) {
			try {
				find(root, pattern, wanted, found);
			}
			catch (IOException ex) {
				// The class path may name what is no jar, or is not there
				logger.debug("Unable to look for '" + pattern + "' in " + root, ex);
			}
		}
		return found;
	}

	private void find(String root, String pattern, Predicate<String> wanted, List<Resource> found) throws IOException {
		URL url = ResourceUtils.toURL(root);
		URLConnection connection = url.openConnection();
		ResourceUtils.useCachesIfNecessary(connection);
		if (!(connection instanceof JarURLConnection jarConnection)) {
			return;
		}
		JarFile jar = jarConnection.getJarFile();
		try {
			String folder = folder(pattern);
			for (JarEntry entry : Collections.list(jar.entries())) {
				String name = entry.getName();
				if (name.startsWith(folder) && wanted.test(name) && this.matcher.match(pattern, name)) {
					found.add(new UrlResource(url).createRelative(name));
				}
			}
		}
		finally {
			if (!connection.getUseCaches()) {
				jar.close();
			}
		}
	}

	/**
	 * The part of a path that has no wildcards.
	 * @return a path that ends with a slash, or the empty text
	 */
	static String folder(String pattern) {
		int wildcard = 0;
		while (wildcard < pattern.length() && "*?{".indexOf(pattern.charAt(wildcard)) == -1) {
			wildcard++;
		}
		return pattern.substring(0, pattern.lastIndexOf('/', wildcard) + 1);
	}

	/**
	 * The roots of all jars: a class loader finds those that have a manifest, and the
	 * class path names those that have none.
	 */
	private Set<String> roots() {
		Set<String> roots = new LinkedHashSet<>();
		try {
			for (URL manifest : Collections.list((this.classLoader != null) ? this.classLoader.getResources(MANIFEST)
					: ClassLoader.getSystemResources(MANIFEST))) {
				String location = manifest.toExternalForm();
				addRoot(location.substring(0, location.length() - MANIFEST.length()), roots);
			}
		}
		catch (IOException ex) {
			logger.debug("Unable to find jars by their manifests", ex);
		}
		for (ClassLoader loader = this.classLoader; loader != null; loader = loader.getParent()) {
			if (loader instanceof URLClassLoader urlClassLoader) {
				for (URL url : urlClassLoader.getURLs()) {
					addRoot(url.toExternalForm(), roots);
				}
			}
			if (loader == ClassLoader.getSystemClassLoader()) {
				for (String path : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
					addRoot(new File(path).toURI().toString(), roots);
				}
			}
		}
		return roots;
	}

	private static void addRoot(String location, Set<String> roots) {
		if (location.startsWith(ResourceUtils.JAR_URL_PREFIX)) {
			roots.add(location);
		}
		else if (!location.endsWith("/")) {
			roots.add(ResourceUtils.JAR_URL_PREFIX + location + ResourceUtils.JAR_URL_SEPARATOR);
		}
	}

}
