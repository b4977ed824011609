package dev.wasmspring.sandbox.wasi;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a guest finds under a name: a directory or a file. The nodes of a read-only mount
 * live as long as the mount, never change and are shared by all threads; those of a
 * scratch directory live for one call and are confined to its thread. None of them knows
 * anything of the host's file systems.
 */
abstract sealed class FileNode {

	private final long inode;

	private long accessed;

	private long modified;

	private long changed;

	private FileNode(long inode) {
		this.inode = inode;
	}

	/**
	 * The node's number, which no other node of its mount has.
	 */
	final long inode() {
		return this.inode;
	}

	/**
	 * When the content was last read, in nanoseconds since 1970; 0 on a read-only mount.
	 */
	final long accessed() {
		return this.accessed;
	}

	final void accessed(long nanos) {
		this.accessed = nanos;
	}

	/**
	 * When the content last changed, in nanoseconds since 1970; 0 on a read-only mount.
	 */
	final long modified() {
		return this.modified;
	}

	final void modified(long nanos) {
		this.modified = nanos;
	}

	/**
	 * When the content, the times or the name last changed, in nanoseconds since 1970; 0
	 * on a read-only mount.
	 */
	final long changed() {
		return this.changed;
	}

	final void changed(long nanos) {
		this.changed = nanos;
	}

	/**
	 * Notes that the content changes.
	 * @param now nanoseconds since 1970
	 */
	final void contentChanged(long now) {
		modified(now);
		changed(now);
	}

	/**
	 * A directory.
	 */
	static final class Directory extends FileNode {

		private @Nullable Directory parent;

		/**
		 * In the order in which they came, so that somebody who lists them in parts and
		 * deletes what was listed misses none.
		 */
		private final Map<String, Entry> entries = new LinkedHashMap<>();

		private long nextPlace = 1;

		private boolean removed;

		Directory(long inode, @Nullable Directory parent) {
			super(inode);
			this.parent = parent;
		}

		@Nullable FileNode get(String name) {
			Entry entry = this.entries.get(name);
			return (entry != null) ? entry.node() : null;
		}

		void put(String name, FileNode node) {
			this.entries.remove(name);
			this.entries.put(name, new Entry(this.nextPlace++, name, node));
			if (node instanceof Directory directory) {
				directory.parent = this;
			}
		}

		void remove(String name) {
			this.entries.remove(name);
		}

		/**
		 * Takes the directory itself out of its parent; it may still be open.
		 */
		void remove() {
			this.removed = true;
		}

		boolean isRemoved() {
			return this.removed;
		}

		Iterable<Entry> entries() {
			return this.entries.values();
		}

		boolean isEmpty() {
			return this.entries.isEmpty();
		}

		@Nullable Directory parent() {
			return this.parent;
		}

		/**
		 * Whether this is the other, or below it.
		 */
		boolean isWithin(Directory other) {
			for (Directory current = this; current != null; current = current.parent) {
				if (current == other) {
					return true;
				}
			}
			return false;
		}

		/**
		 * A name in a directory.
		 *
		 * @param place ascends from entry to entry and is never used again
		 * @param name the name
		 * @param node what has the name
		 */
		record Entry(long place, String name, FileNode node) {
		}

	}

	/**
	 * A file whose content does not change.
	 */
	static final class FixedFile extends FileNode {

		private final byte[] content;

		FixedFile(long inode, byte[] content) {
			super(inode);
			this.content = content;
		}

		byte[] content() {
			return this.content;
		}

	}

	/**
	 * A file of a scratch directory. What was never written reads as zeros and takes no
	 * memory.
	 */
	static final class ScratchFile extends FileNode {

		/**
		 * Blocks of {@link Volume#BLOCK} bytes by their number.
		 */
		private final Map<Integer, byte[]> blocks = new HashMap<>();

		private long size;

		/**
		 * How often it is open, and once more while it has a name.
		 */
		private int uses = 1;

		ScratchFile(long inode) {
			super(inode);
		}

		Map<Integer, byte[]> blocks() {
			return this.blocks;
		}

		long size() {
			return this.size;
		}

		void size(long bytes) {
			this.size = bytes;
		}

		int use(int change) {
			this.uses += change;
			return this.uses;
		}

	}

}
