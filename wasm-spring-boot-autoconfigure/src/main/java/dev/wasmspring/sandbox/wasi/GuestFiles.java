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

	private final CallClock clock;

	GuestFiles(List<Mount> mounts, Checkpoint call, CallClock clock, StandardStreams streams) {
		this.descriptors = new Descriptors(mounts, call);
		this.contents = new FileContents(this.descriptors, clock, streams);
		this.clock = clock;
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
	 * What is known of them; made anew, since few guests ask.
	 */
	FileStatus status() {
		return new FileStatus(this.descriptors, this.clock);
	}

	/**
	 * What has a name in a directory; made anew, since few guests ask.
	 */
	FileTree tree() {
		return new FileTree(this.descriptors, this.clock);
	}

}
