package dev.wasmspring.sandbox.wasi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.wasmspring.sandbox.wasi.Descriptor.Node;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Where a path of a guest leads. Immutable; lives for one function of WASI.
 *
 * @param volume the mount
 * @param directory the directory
 * @param name the name in it, or {@code null} if the path leads to the directory itself
 * @param mustBeDirectory whether the path says that it leads to a directory
 */
record Place(Volume volume, Directory directory, @Nullable String name, boolean mustBeDirectory) {

	private static final int MAX_NAME = 255;

	/**
	 * Walks along a path. It may go up, but never above the directory that it starts
	 * from.
	 * @param start the directory
	 * @param lookup whether to follow links, of which there are none
	 */
	static Place find(Node start, int lookup, String path) {
		if (!(start.node() instanceof Directory current)) {
			throw Errno.NOTDIR.failure();
		}
		Errno.INVAL.unless((lookup & ~1) == 0);
		if (path.isEmpty()) {
			throw Errno.NOENT.failure();
		}
		if (path.startsWith("/")) {
			throw Errno.PERM.failure();
		}
		List<String> names = new ArrayList<>(Arrays.asList(path.split("/")));
		names.removeIf((name) -> name.isEmpty() || name.equals("."));
		for (int i = 0; i < names.size(); i++) {
			String name = names.get(i);
			if (name.length() > MAX_NAME) {
				throw Errno.NAMETOOLONG.failure();
			}
			if (name.equals("..")) {
				Directory parent = current.parent();
				if (current == start.node() || parent == null) {
					throw Errno.PERM.failure();
				}
				current = parent;
			}
			else if (i == names.size() - 1) {
				Place place = new Place(start.volume(), current, name, path.endsWith("/") || path.endsWith("/."));
				if (place.mustBeDirectory && place.node() != null && !(place.node() instanceof Directory)) {
					throw Errno.NOTDIR.failure();
				}
				return place;
			}
			else {
				FileNode next = current.get(name);
				if (next == null) {
					throw Errno.NOENT.failure();
				}
				if (!(next instanceof Directory directory)) {
					throw Errno.NOTDIR.failure();
				}
				current = directory;
			}
		}
		return new Place(start.volume(), current, null, true);
	}

	@Nullable FileNode node() {
		return (this.name != null) ? this.directory.get(this.name) : this.directory;
	}

	FileNode requireNode() {
		FileNode node = node();
		if (node == null) {
			throw Errno.NOENT.failure();
		}
		return node;
	}

	/**
	 * The name, if there is something that can be created, moved or removed.
	 */
	String requireName() {
		this.volume.requireWritable();
		if (this.name == null) {
			throw Errno.INVAL.failure();
		}
		return this.name;
	}

	/**
	 * A directory that was removed, and is only open, takes nothing new.
	 */
	void requireListed() {
		if (this.directory.isRemoved()) {
			throw Errno.NOENT.failure();
		}
	}

}
