package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.Descriptor.Node;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import dev.wasmspring.sandbox.wasi.FileNode.ScratchFile;

/**
 * What a guest does with the names in its directories: it opens, lists, creates, moves
 * and removes what has them. Lives for one function of WASI and is confined to its
 * thread.
 * <p>
 * There are no links: nothing in a mount leads anywhere else.
 */
final class FileTree {

	private static final int DIRENT_SIZE = 24;

	private static final int OPEN_CREATE = 1;

	private static final int OPEN_DIRECTORY = 2;

	private static final int OPEN_EXCLUSIVE = 4;

	private static final int OPEN_TRUNCATE = 8;

	private static final int ALL_OPEN_FLAGS = OPEN_CREATE | OPEN_DIRECTORY | OPEN_EXCLUSIVE | OPEN_TRUNCATE;

	/** A directory is not created by opening it. */
	private static final int CREATE_DIRECTORY = OPEN_CREATE | OPEN_DIRECTORY;

	private final Descriptors descriptors;

	private final CallClock clock;

	FileTree(Descriptors descriptors, CallClock clock) {
		this.descriptors = descriptors;
		this.clock = clock;
	}

	void list(LinearMemory memory, int fd, int address, int length, long cookie, int usedAt) {
		if (!(this.descriptors.requireNode(fd, Errno.NOTDIR).node() instanceof Directory directory)) {
			throw Errno.NOTDIR.failure();
		}
		memory.requireWithin(address, length);
		memory.requireWithin(usedAt, Integer.BYTES);
		long size = Integer.toUnsignedLong(length);
		Directory parent = directory.parent();
		long used = 0;
		if (cookie == 0) {
			used = entry(memory, address, used, size, 1, ".", directory);
		}
		if (cookie == 0 || cookie == 1) {
			used = entry(memory, address, used, size, 2, "..", (parent != null) ? parent : directory);
		}
		for (Directory.Entry entry : directory.entries()) {
			if (used == size) {
				break;
			}
			if (Long.compareUnsigned(entry.place() + 2, cookie) > 0) {
				used = entry(memory, address, used, size, entry.place() + 2, entry.name(), entry.node());
			}
		}
		memory.writeI32(usedAt, (int) used);
	}

	private static long entry(Memory memory, int address, long used, long size, long next, String name, FileNode node) {
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		ByteBuffer entry = ByteBuffer.allocate(DIRENT_SIZE + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
		entry.putLong(0, next);
		entry.putLong(8, node.inode());
		entry.putInt(16, bytes.length);
		entry.put(20, (byte) Descriptor.type(node));
		entry.position(DIRENT_SIZE);
		entry.put(bytes);
		int part = (int) Math.min(entry.capacity(), size - used);
		memory.write(address + (int) used, entry.array(), 0, part);
		return used + part;
	}

	void createDirectory(int fd, String path) {
		Place place = place(fd, 0, path);
		if (place.node() != null) {
			throw Errno.EXIST.failure();
		}
		created(place.volume().createDirectory(place.directory(), place.requireName()), place.directory());
	}

	void removeDirectory(int fd, String path) {
		Place place = place(fd, 0, path);
		FileNode node = place.requireNode();
		place.volume().requireWritable();
		if (!(node instanceof Directory directory)) {
			throw Errno.NOTDIR.failure();
		}
		if (!directory.isEmpty()) {
			throw Errno.NOTEMPTY.failure();
		}
		remove(place, node);
	}

	void removeFile(int fd, String path) {
		Place place = place(fd, 0, path);
		FileNode node = place.requireNode();
		place.volume().requireWritable();
		if (node instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		remove(place, node);
	}

	private void remove(Place place, FileNode node) {
		place.volume().remove(place.directory(), place.requireName(), node);
		node.changed(this.clock.realtime());
		place.directory().contentChanged(this.clock.realtime());
	}

	void rename(int fromFd, String fromPath, int toFd, String toPath) {
		Place from = place(fromFd, 0, fromPath);
		Place to = place(toFd, 0, toPath);
		FileNode moved = from.requireNode();
		from.volume().requireWritable();
		to.volume().requireWritable();
		if (from.volume() != to.volume()) {
			throw Errno.XDEV.failure();
		}
		String fromName = from.requireName();
		String toName = to.requireName();
		FileNode replaced = to.node();
		if (replaced == moved) {
			return;
		}
		if (moved instanceof Directory directory) {
			if (to.directory().isWithin(directory)) {
				throw Errno.INVAL.failure();
			}
			if (replaced != null && !(replaced instanceof Directory)) {
				throw Errno.NOTDIR.failure();
			}
		}
		else if (replaced instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		else if (to.mustBeDirectory()) {
			throw Errno.NOTDIR.failure();
		}
		if (replaced instanceof Directory directory && !directory.isEmpty()) {
			throw Errno.NOTEMPTY.failure();
		}
		to.requireListed();
		if (replaced != null) {
			to.volume().remove(to.directory(), toName, replaced);
		}
		from.directory().remove(fromName);
		to.directory().put(toName, moved);
		moved.changed(this.clock.realtime());
		from.directory().contentChanged(this.clock.realtime());
		to.directory().contentChanged(this.clock.realtime());
	}

	/**
	 * Refuses to make a link, whatever it should lead to.
	 */
	void link(int fromFd, int lookup, String fromPath, int toFd, String toPath) {
		FileNode linked = place(fromFd, lookup, fromPath).requireNode();
		if (linked instanceof Directory) {
			throw Errno.PERM.failure();
		}
		symbolicLink(toFd, toPath);
	}

	/**
	 * Refuses to make a link that leads to a name.
	 */
	void symbolicLink(int fd, String path) {
		Place place = place(fd, 0, path);
		if (place.node() != null) {
			throw Errno.EXIST.failure();
		}
		place.volume().requireWritable();
		throw Errno.NOTSUP.failure();
	}

	/**
	 * Refuses to read a link: there is none.
	 */
	void readLink(int fd, String path) {
		place(fd, 0, path).requireNode();
		throw Errno.INVAL.failure();
	}

	/**
	 * Opens a file or a directory.
	 * @return its descriptor
	 */
	int open(int fd, int lookup, String path, int openFlags, long rights, int flags) {
		Errno.INVAL.unless((openFlags & ~ALL_OPEN_FLAGS) == 0);
		Errno.INVAL.unless((flags & ~Descriptors.ALL_FLAGS) == 0);
		Errno.INVAL.unless((openFlags & CREATE_DIRECTORY) != CREATE_DIRECTORY);
		Place place = place(fd, lookup, path);
		FileNode node = place.node();
		boolean write = (rights & Descriptor.RIGHT_WRITE) != 0;
		int free = this.descriptors.free();
		if (node == null) {
			if ((openFlags & OPEN_CREATE) == 0) {
				throw Errno.NOENT.failure();
			}
			if (place.mustBeDirectory()) {
				throw Errno.ISDIR.failure();
			}
			node = place.volume().createFile(place.directory(), place.requireName());
			created(node, place.directory());
		}
		else if ((openFlags & (OPEN_CREATE | OPEN_EXCLUSIVE)) == (OPEN_CREATE | OPEN_EXCLUSIVE)) {
			throw Errno.EXIST.failure();
		}
		else if (node instanceof Directory) {
			if (write || (openFlags & (OPEN_CREATE | OPEN_TRUNCATE)) != 0) {
				throw Errno.ISDIR.failure();
			}
		}
		else {
			if (place.mustBeDirectory() || (openFlags & OPEN_DIRECTORY) != 0) {
				throw Errno.NOTDIR.failure();
			}
			if (write || (openFlags & OPEN_TRUNCATE) != 0) {
				place.volume().requireWritable();
			}
			if (node instanceof ScratchFile file && (openFlags & OPEN_TRUNCATE) != 0) {
				place.volume().resize(file, 0);
				file.contentChanged(this.clock.realtime());
			}
		}
		Node opened = Node.opened(place.volume(), node, (rights & Descriptor.RIGHT_READ) != 0, write);
		opened.flags(flags);
		this.descriptors.put(free, opened);
		return free;
	}

	/**
	 * Refuses what no link may lead to.
	 */
	static void requireTarget(String path) {
		if (path.isEmpty()) {
			throw Errno.NOENT.failure();
		}
	}

	private void created(FileNode node, Directory directory) {
		long now = this.clock.realtime();
		node.accessed(now);
		node.contentChanged(now);
		directory.contentChanged(now);
	}

	private Place place(int fd, int lookup, String path) {
		return Place.find(this.descriptors.requireNode(fd, Errno.NOTDIR), lookup, path);
	}

}
