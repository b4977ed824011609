package dev.wasmspring.sandbox.wasi;

import dev.wasmspring.sandbox.wasi.FileNode.Directory;

/**
 * What a descriptor of a guest stands for: a standard stream, or a file or directory that
 * is open. Lives until it is closed, at most for one call, and is confined to its thread.
 */
abstract sealed class Descriptor {

	private static final int DIRECTORY_TYPE = 3;

	private static final int FILE_TYPE = 4;

	private static final int FLAG_APPEND = 1;

	static final long RIGHT_READ = 1L << 1;

	static final long RIGHT_WRITE = 1L << 6;

	/**
	 * Set flags, get status, poll.
	 */
	private static final long RIGHTS_STREAM = 1L << 3 | 1L << 21 | 1L << 27;

	/**
	 * Sync, seek, set flags, tell, advise, get status, poll.
	 */
	private static final long RIGHTS_ANY_FILE = 1L | 1L << 2 | 1L << 4 | 1L << 5 | 1L << 7 | RIGHTS_STREAM;

	/**
	 * Allocate, set size and times.
	 */
	private static final long RIGHTS_WRITABLE_FILE = 1L << 8 | 1L << 22 | 1L << 23;

	/**
	 * Sync, set flags, open, list, read links, get status.
	 */
	private static final long RIGHTS_ANY_DIRECTORY = 1L | 1L << 3 | 1L << 4 | 1L << 13 | 1L << 14 | 1L << 15 | 1L << 18
			| 1L << 21;

	/**
	 * Create, link, rename, set times, remove. Links cannot be made, but that is for the
	 * function to say. The size of what a path leads to cannot be set at all.
	 */
	private static final long RIGHTS_WRITABLE_DIRECTORY = 1L << 9 | 1L << 10 | 1L << 11 | 1L << 12 | 1L << 16 | 1L << 17
			| 1L << 20 | 1L << 23 | 1L << 24 | 1L << 25 | 1L << 26;

	private int flags;

	private Descriptor() {
	}

	/**
	 * The type of a file or directory, as WASI counts.
	 */
	static int type(FileNode node) {
		return (node instanceof Directory) ? DIRECTORY_TYPE : FILE_TYPE;
	}

	final int flags() {
		return this.flags;
	}

	final void flags(int flags) {
		this.flags = flags;
	}

	final boolean isAppending() {
		return (this.flags & FLAG_APPEND) != 0;
	}

	/**
	 * The type, as WASI counts: 0 is that of what nothing is known of.
	 */
	abstract int type();

	abstract boolean isReadable();

	/**
	 * What can be done with it.
	 */
	abstract long rights();

	/**
	 * What could be done with what is opened in it.
	 */
	abstract long inheritedRights();

	/**
	 * Gives back what it uses.
	 */
	abstract void release();

	/**
	 * One of the standard streams, whatever its number is by now.
	 */
	static final class Stream extends Descriptor {

		private static final int INPUT = 0;

		private static final int OUTPUT = 1;

		private final int number;

		/**
		 * Creates a stream.
		 * @param number the number that it has when the guest starts: 0 to 2
		 */
		Stream(int number) {
			this.number = number;
		}

		@Override
		int type() {
			return 0;
		}

		@Override
		boolean isReadable() {
			return this.number == INPUT;
		}

		/**
		 * Whether it is standard output, and not standard error.
		 */
		boolean isOutput() {
			return this.number == OUTPUT;
		}

		@Override
		long rights() {
			return RIGHTS_STREAM | (isReadable() ? RIGHT_READ : RIGHT_WRITE);
		}

		@Override
		long inheritedRights() {
			return 0;
		}

		@Override
		void release() {
			// The stream is the call's
		}

	}

	/**
	 * A file or a directory.
	 */
	static final class Node extends Descriptor {

		private final Volume volume;

		private final FileNode node;

		private final boolean readable;

		/**
		 * Only ever of a file in a scratch directory: others are not opened for writing.
		 */
		private final boolean writable;

		/**
		 * Whether it is a mount that the guest finds open, and not a directory that it
		 * opened.
		 */
		private final boolean mount;

		private long position;

		private Node(Volume volume, FileNode node, boolean readable, boolean writable, boolean mount) {
			this.volume = volume;
			this.node = node;
			this.readable = readable;
			this.writable = writable;
			this.mount = mount;
		}

		static Node ofMount(Volume volume) {
			return new Node(volume, volume.root(), true, true, true);
		}

		static Node opened(Volume volume, FileNode node, boolean readable, boolean writable) {
			volume.use(node);
			return new Node(volume, node, readable, writable, false);
		}

		Volume volume() {
			return this.volume;
		}

		FileNode node() {
			return this.node;
		}

		@Override
		int type() {
			return type(this.node);
		}

		boolean isDirectory() {
			return this.node instanceof Directory;
		}

		@Override
		boolean isReadable() {
			return this.readable;
		}

		boolean isWritable() {
			return this.writable;
		}

		boolean isMount() {
			return this.mount;
		}

		/**
		 * Where the next read or write begins.
		 */
		long position() {
			return this.position;
		}

		void position(long position) {
			this.position = position;
		}

		@Override
		long rights() {
			if (isDirectory()) {
				return RIGHTS_ANY_DIRECTORY | (this.volume.isReadOnly() ? 0 : RIGHTS_WRITABLE_DIRECTORY);
			}
			return RIGHTS_ANY_FILE | (this.readable ? RIGHT_READ : 0)
					| (this.writable ? RIGHTS_WRITABLE_FILE | RIGHT_WRITE : 0);
		}

		@Override
		long inheritedRights() {
			// Libraries silently leave out of a request what is not inherited: those who
			// want to write should be told that they cannot
			return isDirectory() ? RIGHTS_ANY_DIRECTORY | RIGHTS_WRITABLE_DIRECTORY | RIGHTS_ANY_FILE
					| RIGHTS_WRITABLE_FILE | RIGHT_READ | RIGHT_WRITE : 0;
		}

		@Override
		void release() {
			this.volume.release(this.node);
		}

	}

}
