package dev.wasmspring.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.wasmspring.discovery.FileAccess;
import dev.wasmspring.discovery.ModuleLocator;
import dev.wasmspring.discovery.ModuleResource;
import org.jspecify.annotations.Nullable;

/**
 * The files at the {@code file:} locations, as they come, change and go. Lives as long as
 * reload; confined to one thread at a time.
 * <p>
 * It looks instead of being told: watch services know nothing of network mounts and of
 * links that are exchanged as a whole, as Kubernetes does with volumes. What is found the
 * same in two looks is settled; what is still being written is not.
 */
public final class ModuleFiles {

	private final ModuleLocator locator;

	/**
	 * By the module's name: the one file of that name that counts.
	 */
	private final Map<String, WatchedFile> watched = new TreeMap<>();

	/**
	 * By origin: files whose name another one had before.
	 */
	private final Map<String, WatchedFile> shadowed = new HashMap<>();

	/**
	 * Begins to watch.
	 * @param locator finds the files
	 * @param known modules that were found before; those that are at the locations are
	 * missed if they are not found again
	 */
	public ModuleFiles(ModuleLocator locator, List<ModuleResource> known) {
		this.locator = locator;
		for (ModuleResource module : known) {
			if (module.resource().isFile() && !folders(module).isEmpty()) {
				this.watched.put(module.name(), new WatchedFile(module));
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
	 * The files that are watched, without those whose names others have.
	 */
	Collection<WatchedFile> all() {
		return this.watched.values();
	}

	/**
	 * Takes a look.
	 * @return what is new since it was last decided upon
	 * @throws UncheckedIOException if the locations cannot be read
	 */
	Changes look() {
		Map<String, List<ModuleResource>> found = new TreeMap<>();
		for (ModuleResource file : this.locator.locateFiles()) {
			found.computeIfAbsent(file.name(), (name) -> new ArrayList<>()).add(file);
		}
		Changes changes = new Changes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		Set<String> others = new HashSet<>();
		found.forEach((name, files) -> {
			WatchedFile counts = choose(name, files, changes);
			if (counts.isToBeRead()) {
				changes.settled().add(counts);
			}
			for (ModuleResource other : files) {
				if (!other.origin().equals(counts.origin())) {
					others.add(other.origin());
					changes.shadowed()
						.add(this.shadowed.computeIfAbsent(other.origin(), (origin) -> new WatchedFile(other)));
				}
			}
		});
		for (Iterator<WatchedFile> former = this.shadowed.values().iterator(); former.hasNext();) {
			WatchedFile file = former.next();
			if (!others.contains(file.origin())) {
				former.remove();
				changes.replaced().add(file);
			}
		}
		this.watched.forEach((name, file) -> {
			if (!found.containsKey(name) && isGone(file.resource()) && file.missed()) {
				changes.removed().add(file);
			}
		});
		return changes;
	}

	/**
	 * Stays with the file of a name that counts if that is among those found.
	 */
	private WatchedFile choose(String name, List<ModuleResource> files, Changes changes) {
		WatchedFile last = this.watched.get(name);
		ModuleResource resource = files.stream()
			.filter((candidate) -> last != null && candidate.origin().equals(last.origin()))
			.findFirst()
			.orElse(files.get(0));
		WatchedFile counts = (last != null && last.origin().equals(resource.origin())) ? last
				: replace(last, resource, changes);
		counts.found(resource, stamp(resource));
		return counts;
	}

	private WatchedFile replace(@Nullable WatchedFile last, ModuleResource resource, Changes changes) {
		WatchedFile known = this.shadowed.remove(resource.origin());
		WatchedFile next = (known != null) ? known : new WatchedFile(resource);
		if (known != null) {
			// Its name is not said to be another's any more
			changes.replaced().add(known);
		}
		if (last != null) {
			next.succeed(last);
			changes.replaced().add(last);
		}
		this.watched.put(next.name(), next);
		return next;
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
	 * Whether a file still is what it was in the last look. To be asked after reading it.
	 */
	boolean isStill(WatchedFile file) {
		return file.isStill(stamp(file.resource()));
	}

	/**
	 * Forgets a file that was removed.
	 */
	void forget(WatchedFile file) {
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
				for (Path module : file.modules()) {
					stamp.put(module.toString(), Files.readAttributes(module, attributes));
				}
				for (Path schema : file.schemas()) {
					stamp.put(schema.toString(), Files.readAttributes(schema, attributes));
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
	 * @param replaced files of which nothing is to be said any more: another one has
	 * their place, or they have the place of another one
	 * @param settled files that are new or changed, and not being written
	 * @param shadowed all files whose names others had before
	 */
	record Changes(List<WatchedFile> removed, List<WatchedFile> replaced, List<WatchedFile> settled,
			List<WatchedFile> shadowed) {

	}

}
