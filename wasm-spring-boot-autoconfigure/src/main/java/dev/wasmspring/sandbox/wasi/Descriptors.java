package dev.wasmspring.sandbox.wasi;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.Descriptor.Node;
import dev.wasmspring.sandbox.wasi.Descriptor.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which a guest names what it has open: its standard streams, its mounts,
 * and what it opens itself. Lives for one call and is confined to its thread.
 */
final class Descriptors {

	/** As many standard streams come first. */
	private static final int STREAMS = 3;

	/**
	 * Most descriptors that may be open at once, mounts and standard streams included.
	 */
	static final int MAX_OPEN = 64;

	/**
	 * Append, and those that change nothing here: all is in memory, so nothing ever
	 * blocks, and nothing is ever out of sync.
	 */
	static final int ALL_FLAGS = 0b11111;

	private final @Nullable Descriptor[] open = new Descriptor[MAX_OPEN];

	Descriptors(List<Mount> mounts, Checkpoint call) {
		for (int stream = 0; stream < STREAMS; stream++) {
			this.open[stream] = new Stream(stream);
		}
		int fd = STREAMS;
		for (Mount mount : mounts) {
			this.open[fd] = Node.ofMount(mount.open(call, fd - STREAMS + 1));
			fd++;
		}
	}

	Descriptor require(int fd) {
		Descriptor found = (fd >= 0 && fd < MAX_OPEN) ? this.open[fd] : null;
		if (found == null) {
			throw Errno.BADF.failure();
		}
		return found;
	}

	/**
	 * What is open, if it is a file or a directory.
	 * @param stream why it cannot be a stream
	 */
	Node requireNode(int fd, Errno stream) {
		if (require(fd) instanceof Node node) {
			return node;
		}
		throw stream.failure();
	}

	Node requireFile(int fd) {
		return requireFile(fd, Errno.BADF);
	}

	Node requireSeekable(int fd) {
		return requireFile(fd, Errno.SPIPE);
	}

	private Node requireFile(int fd, Errno stream) {
		Node found = requireNode(fd, stream);
		Errno.ISDIR.unless(!found.isDirectory());
		return found;
	}

	Node requireReadable(int fd) {
		Node found = requireFile(fd);
		Errno.NOTCAPABLE.unless(found.isReadable());
		return found;
	}

	Node requireWritable(int fd) {
		Node found = requireFile(fd);
		Errno.NOTCAPABLE.unless(found.isWritable());
		return found;
	}

	/**
	 * Whatever is open, it is no socket.
	 */
	void requireSocket(int fd) {
		require(fd);
		throw Errno.NOTSOCK.failure();
	}

	/**
	 * The lowest that is free, as everywhere: those who close a standard stream and open
	 * a file want it in that place.
	 */
	int free() {
		for (int fd = 0; fd < MAX_OPEN; fd++) {
			if (this.open[fd] == null) {
				return fd;
			}
		}
		throw Errno.MFILE.failure();
	}

	void put(int fd, Descriptor opened) {
		this.open[fd] = opened;
	}

	void close(int fd) {
		Descriptor closed = require(fd);
		this.open[fd] = null;
		closed.release();
	}

	/**
	 * Moves one open descriptor to the place of another, which is closed.
	 */
	void renumber(int from, int to) {
		Descriptor moved = require(from);
		Descriptor replaced = require(to);
		if (from != to) {
			this.open[from] = null;
			this.open[to] = moved;
			replaced.release();
		}
	}

	void setFlags(int fd, int flags) {
		Descriptor changed = require(fd);
		Errno.INVAL.unless((flags & ~ALL_FLAGS) == 0);
		changed.flags(flags);
	}

	/**
	 * Rights are what a descriptor was opened with.
	 */
	void setRights(int fd) {
		require(fd);
		throw Errno.NOTSUP.failure();
	}

	void describeMount(LinearMemory memory, int fd, int address) {
		byte[] path = requireMount(fd);
		memory.requireWithin(address, 8);
		memory.writeI32(address, 0);
		memory.writeI32(address + 4, path.length);
	}

	void nameMount(LinearMemory memory, int fd, int address, int length) {
		byte[] path = requireMount(fd);
		Errno.NAMETOOLONG.unless(Integer.toUnsignedLong(length) >= path.length);
		memory.write(address, path);
	}

	private byte[] requireMount(int fd) {
		if (!(require(fd) instanceof Node mount) || !mount.isMount()) {
			throw Errno.BADF.failure();
		}
		return mount.volume().path().getBytes(StandardCharsets.UTF_8);
	}

}
