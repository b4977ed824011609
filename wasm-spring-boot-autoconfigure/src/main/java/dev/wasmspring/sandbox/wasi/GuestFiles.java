package dev.wasmspring.sandbox.wasi;

import java.util.List;

import dev.wasmspring.sandbox.memory.Checkpoint;

/**
 * The streams, files and directories of a guest, and what WASI preview 1 lets it do with
 * them. Lives for one call and is confined to its thread; there is nothing to close,
 * since nothing of the host is open.
 * <p>
 * A function of its parts either succeeds or throws the {@link Errno.ErrnoException} that
 * the guest is answered with. It reads all that it needs from the guest's memory, and
 * looks whether what it will write fits in there, before it changes anything: places may
 * overlap.
 */
public final class GuestFiles {

	private final Descriptors descriptors;

	private final FileContents contents;

	private final FileStatus status;

	private final FileTree tree;

	GuestFiles(List<Mount> mounts, Checkpoint call, CallClock clock, StandardStreams streams) {
		this.descriptors = new Descriptors(mounts, call);
		this.contents = new FileContents(this.descriptors, clock, streams);
		this.status = new FileStatus(this.descriptors, clock);
		this.tree = new FileTree(this.descriptors, clock);
	}

	/**
	 * What is open, by its number.
	 */
	Descriptors descriptors() {
		return this.descriptors;
	}

	/**
	 * What is in streams and files.
	 */
	FileContents contents() {
		return this.contents;
	}

	/**
	 * What is known of them.
	 */
	FileStatus status() {
		return this.status;
	}

	/**
	 * What has a name in a directory.
	 */
	FileTree tree() {
		return this.tree;
	}

}
