package dev.wasmspring.discovery;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The modules of scripts among what was found. Stateless.
 */
final class ScriptModules {

	private ScriptModules() {
	}

	/**
	 * Leaves out what is a module of another script, however wide the pattern was that
	 * found it.
	 */
	static void removeFrom(Map<Object, ModuleResource> found) {
		Set<String> scripts = new HashSet<>();
		found.values().forEach((file) -> {
			if (file.language() != null) {
				scripts.add(withoutExtension(path(file)) + "/");
			}
		});
		if (!scripts.isEmpty()) {
			found.values().removeIf((file) -> isModule(file, scripts));
		}
	}

	private static boolean isModule(ModuleResource file, Set<String> scripts) {
		if (file.language() == null) {
			return false;
		}
		String path = path(file);
		for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
			if (scripts.contains(path.substring(0, slash + 1))) {
				return true;
			}
		}
		return false;
	}

	private static String withoutExtension(String path) {
		return path.substring(0, path.lastIndexOf('.'));
	}

	private static String path(ModuleResource file) {
		try {
			return file.resource().getURL().toExternalForm();
		}
		catch (IOException ex) {
			return file.origin();
		}
	}

}
