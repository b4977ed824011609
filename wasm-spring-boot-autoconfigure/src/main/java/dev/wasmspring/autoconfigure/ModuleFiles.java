package dev.wasmspring.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The modules at the {@code file:} locations, as they come, change and go. Confined to
 * one thread at a time.
 * <p>
 * It looks instead of being told: watch services know nothing of network mounts and of
 * links that are exchanged as a whole, as Kubernetes does with volumes. What is found the
 * same in two looks is settled; what is still being written is not.
 */
final class ModuleFiles {

	private final ModuleLocator locator;

	/**
	 * By the module's name and not by its file: links may lead to other files each time.
	 */
	private final Map<String, Watched> watched = new TreeMap<>();

	/**
	 * Begins to watch.
	 * @param locator finds the files
	 * @param known modules that were found before; those that are at the locations are
	 * missed if they are not found again
	 */
	ModuleFiles(ModuleLocator locator, List<ModuleResource> known) {
		this.locator = locator;
		for (ModuleResource module : known) {
			if (module.resource().isFile() && !folders(module).isEmpty()) {
				this.watched.put(module.name(), new Watched(module));
			}
		}
	}

	private List<Path> folders(ModuleResource file) {
		return locations(file).stream().map(this.locator::folder).toList();
	}

	private List<String> locations(ModuleResource file) {
		Path path = path(file);
		return this.locator.fileLocations()
			.stream()
			.filter((location) -> path.startsWith(this.locator.folder(location)))
			.toList();
	}

	/**
	 * Where it looks.
	 */
	List<String> locations() {
		return this.locator.fileLocations();
	}

	/**
	 * The files that are watched.
	 */
	List<ModuleResource> all() {
		return this.watched.values().stream().map((module) -> module.file).toList();
	}

	/**
	 * Takes a look.
	 * @return what is new since it was last {@linkplain #done done with}, and settled
	 * @throws UncheckedIOException if the locations cannot be read
	 */
	Changes look() {
		Map<String, List<ModuleResource>> found = new TreeMap<>();
		for (ModuleResource file : this.locator.locateFiles()) {
			found.computeIfAbsent(file.name(), (name) -> new ArrayList<>()).add(file);
		}
		Changes changes = new Changes(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
		found.forEach((name, files) -> {
			Watched module = this.watched.computeIfAbsent(name, (key) -> new Watched(files.get(0)));
			module.choose(files, this::stamp);
			changes.others().addAll(files.stream().filter((file) -> file != module.file).toList());
			Map<String, Object> settled = module.settled();
			if (settled != null) {
				changes.settled().put(module.file, settled);
			}
		});
		this.watched.forEach((name, module) -> {
			if (!found.containsKey(name) && isGone(module.file)) {
				module.missed++;
				if (module.missed > 1) {
					changes.removed().add(module.file);
				}
			}
		});
		return changes;
	}

	/**
	 * Whether a file is known not to be there, which is more than not being found: a file
	 * system that is away for a moment must not take the functions with it.
	 */
	private boolean isGone(ModuleResource file) {
		try {
			return locations(file).stream().allMatch(this.locator::answers)
					&& FileAccess.within(this.locator.timeLimit(), path(file).toString(),
							() -> Files.notExists(path(file)) && folders(file).stream().allMatch(Files::isDirectory));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Whether a file still is what it was when it was found to be settled. To be asked
	 * after reading it.
	 */
	boolean isStill(ModuleResource file, Map<String, Object> stamp) {
		return stamp.equals(stamp(file));
	}

	/**
	 * Does not speak of a file again before it changes.
	 */
	void done(ModuleResource file, Map<String, Object> stamp) {
		Watched module = this.watched.get(file.name());
		if (module != null) {
			module.done = stamp;
		}
	}

	/**
	 * Speaks of a file again although it did not change.
	 */
	void again(String name) {
		Watched module = this.watched.get(name);
		if (module != null) {
			module.done = null;
		}
	}

	/**
	 * Forgets a file that was removed.
	 */
	void forget(ModuleResource file) {
		this.watched.remove(file.name());
	}

	private static Path path(ModuleResource file) {
		try {
			return file.resource().getFile().toPath().toAbsolutePath().normalize();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What tells one content of a file from another without reading it.
	 * @return {@code null} if the file is not there any more, or cannot be looked at
	 */
	private @Nullable Map<String, Object> stamp(ModuleResource file) {
		Path path = path(file);
		// The time of the last change cannot be set back, as that of the last
		// modification is by tools that copy it or build reproducibly
		boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
		try {
			String attributes = unix ? "unix:size,lastModifiedTime,ctime,ino,dev" : "size,lastModifiedTime,fileKey";
			return FileAccess.within(this.locator.timeLimit(), path.toString(), () -> {
				Map<String, Object> stamp = new HashMap<>(Files.readAttributes(path, attributes));
				if (file.language() != null) {
					for (Path module : ScriptFiles.modules(path)) {
						stamp.put(module.toString(), Files.readAttributes(module, attributes));
					}
				}
				return stamp;
			});
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * What was found in one look. Confined to the thread that looked.
	 *
	 * @param removed files that are not there any more
	 * @param settled files that are new or changed, with what tells whether they still
	 * are the same
	 * @param others files whose names are those of other files
	 */
	record Changes(List<ModuleResource> removed, Map<ModuleResource, Map<String, Object>> settled,
			List<ModuleResource> others) {

	}

	/**
	 * What is known of one module.
	 */
	private static final class Watched {

		private ModuleResource file;

		private @Nullable Map<String, Object> stamp;

		private @Nullable Map<String, Object> done;

		private boolean same;

		private int missed;

		Watched(ModuleResource file) {
			this.file = file;
		}

		/**
		 * Stays with the file that it has if that is among those found.
		 */
		void choose(List<ModuleResource> files, Function<ModuleResource, @Nullable Map<String, Object>> stamps) {
			this.file = files.stream()
				.filter((candidate) -> candidate.origin().equals(this.file.origin()))
				.findFirst()
				.orElse(files.get(0));
			Map<String, Object> now = stamps.apply(this.file);
			this.same = now != null && now.equals(this.stamp);
			this.stamp = now;
			this.missed = 0;
		}

		/**
		 * What tells the content of the file from others.
		 * @return {@code null} if it is not new, or not settled
		 */
		@Nullable Map<String, Object> settled() {
			return (this.same && !Objects.equals(this.stamp, this.done)) ? this.stamp : null;
		}

	}

}
