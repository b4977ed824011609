package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import dev.wasmspring.sandbox.wasi.FileNode.ScratchFile;
import org.jspecify.annotations.Nullable;

/**
 * The directories and files that a guest has open, and what WASI preview 1 lets it do
 * with them. Lives for one call and is confined to its thread; there is nothing to close,
 * since nothing of the host is open.
 * <p>
 * A function either succeeds or throws the {@link Errno.Failure} that the guest is
 * answered with. There are no links: nothing in a mount leads anywhere else.
 */
final class GuestFiles {

	/**
	 * The first descriptor that is not a standard stream.
	 */
	static final int FIRST = 3;

	/**
	 * Most descriptors that may be open at once, mounts and standard streams included.
	 */
	static final int MAX_OPEN = 64;

	private static final int MAX_PATH = 4096;

	private static final int MAX_NAME = 255;

	private static final int DIRECTORY_TYPE = 3;

	private static final int FILE_TYPE = 4;

	private static final int VECTOR_SIZE = 8;

	private static final int DIRENT_SIZE = 24;

	private static final long RIGHT_READ = 1L << 1;

	private static final long RIGHT_WRITE = 1L << 6;

	/**
	 * Seek, tell, advise, get status, poll.
	 */
	private static final long RIGHTS_ANY_FILE = 1L << 2 | 1L << 5 | 1L << 7 | 1L << 21 | 1L << 27;

	/**
	 * Sync, flags, allocate, set size and times.
	 */
	private static final long RIGHTS_WRITABLE_FILE = 1L | 1L << 3 | 1L << 4 | 1L << 8 | 1L << 22 | 1L << 23;

	/**
	 * Open, list, read links, get status.
	 */
	private static final long RIGHTS_ANY_DIRECTORY = 1L << 13 | 1L << 14 | 1L << 15 | 1L << 18 | 1L << 21;

	/**
	 * Create, rename, set status, remove.
	 */
	private static final long RIGHTS_WRITABLE_DIRECTORY = 1L << 9 | 1L << 10 | 1L << 16 | 1L << 17 | 1L << 19 | 1L << 20
			| 1L << 25 | 1L << 26;

	private static final int OPEN_CREATE = 1;

	private static final int OPEN_DIRECTORY = 2;

	private static final int OPEN_EXCLUSIVE = 4;

	private static final int OPEN_TRUNCATE = 8;

	private static final int FLAG_APPEND = 1;

	private final Map<Integer, Open> open = new HashMap<>();

	private final CallClock clock;

	GuestFiles(List<Mount> mounts, Checkpoint call, CallClock clock) {
		this.clock = clock;
		int fd = FIRST;
		for (Mount mount : mounts) {
			Volume volume = mount.open(call);
			this.open.put(fd++, new Open(volume, volume.root(), true, true));
		}
	}

	// Descriptors

	void requireOpen(int fd) {
		require(fd);
	}

	void close(int fd) {
		Open closed = require(fd);
		this.open.remove(fd);
		closed.volume.release(closed.node);
	}

	void renumber(int from, int to) {
		Open moved = require(from);
		Open replaced = require(to);
		if (from != to) {
			this.open.remove(from);
			this.open.put(to, moved);
			replaced.volume.release(replaced.node);
		}
	}

	void describeMount(Memory memory, int fd, int address) {
		byte[] path = requireMount(fd);
		memory.writeI32(address, 0);
		memory.writeI32(address + 4, path.length);
	}

	void nameMount(Memory memory, int fd, int address, int length) {
		byte[] path = requireMount(fd);
		if (Integer.toUnsignedLong(length) < path.length) {
			throw Errno.NAMETOOLONG.failure();
		}
		memory.write(address, path);
	}

	private byte[] requireMount(int fd) {
		Open mount = require(fd);
		if (mount.node != mount.volume.root()) {
			throw Errno.BADF.failure();
		}
		return mount.volume.path().getBytes(StandardCharsets.UTF_8);
	}

	void flags(Memory memory, int fd, int address) {
		Open described = require(fd);
		boolean writable = !described.volume.isReadOnly();
		long rights;
		long inherited = 0;
		if (described.node instanceof Directory) {
			rights = RIGHTS_ANY_DIRECTORY | (writable ? RIGHTS_WRITABLE_DIRECTORY : 0);
			// Libraries silently leave out of a request what is not inherited: those who
			// want to write should be told that they cannot
			inherited = RIGHTS_ANY_DIRECTORY | RIGHTS_WRITABLE_DIRECTORY | RIGHTS_ANY_FILE | RIGHTS_WRITABLE_FILE
					| RIGHT_READ | RIGHT_WRITE;
		}
		else {
			rights = RIGHTS_ANY_FILE | (described.readable ? RIGHT_READ : 0)
					| (described.writable ? RIGHTS_WRITABLE_FILE | RIGHT_WRITE : 0);
		}
		ByteBuffer status = buffer(24);
		status.put(0, (byte) type(described.node));
		status.putShort(2, (short) (described.append ? FLAG_APPEND : 0));
		status.putLong(8, rights);
		status.putLong(16, inherited);
		memory.write(address, status.array());
	}

	void setFlags(int fd, int flags) {
		Open changed = require(fd);
		if ((flags & ~FLAG_APPEND) != 0) {
			throw Errno.NOTSUP.failure();
		}
		changed.append = (flags & FLAG_APPEND) != 0;
	}

	// Files

	void advise(int fd) {
		requireFile(fd);
	}

	void allocate(int fd, long offset, long length) {
		Open file = requireWritable(fd);
		if (offset < 0 || length <= 0) {
			throw Errno.INVAL.failure();
		}
		if (offset > Long.MAX_VALUE - length) {
			throw Errno.NOSPC.failure();
		}
		if (offset + length > Volume.size(file.node)) {
			resize(file, offset + length);
		}
	}

	void sync(int fd) {
		require(fd);
	}

	void resize(int fd, long size) {
		resize(requireWritable(fd), size);
	}

	private void resize(Open file, long size) {
		file.volume.resize((ScratchFile) file.node, size);
		touch(file.node);
	}

	void read(Memory memory, int fd, int vectors, int count, int readAt) {
		Open file = requireReadable(fd);
		int read = read(memory, file, file.position, vectors, count);
		file.position += read;
		memory.writeI32(readAt, read);
	}

	void readAt(Memory memory, int fd, int vectors, int count, long offset, int readAt) {
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		memory.writeI32(readAt, read(memory, requireReadable(fd), offset, vectors, count));
	}

	private static int read(Memory memory, Open file, long position, int vectors, int count) {
		int total = 0;
		for (int i = 0; i < count; i++) {
			int address = memory.readInt(vectors + i * VECTOR_SIZE);
			int length = length(memory, vectors + i * VECTOR_SIZE);
			int read = Volume.read(file.node, position + total, memory, address, length);
			total += read;
			if (read < length) {
				break;
			}
		}
		return total;
	}

	void write(LinearMemory memory, int fd, int vectors, int count, int writtenAt) {
		Open file = requireWritable(fd);
		long position = file.append ? Volume.size(file.node) : file.position;
		int written = write(memory, file, position, vectors, count);
		file.position = position + written;
		memory.writeI32(writtenAt, written);
	}

	void writeAt(LinearMemory memory, int fd, int vectors, int count, long offset, int writtenAt) {
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		memory.writeI32(writtenAt, write(memory, requireWritable(fd), offset, vectors, count));
	}

	private int write(LinearMemory memory, Open file, long position, int vectors, int count) {
		int total = 0;
		for (int i = 0; i < count; i++) {
			int address = memory.readInt(vectors + i * VECTOR_SIZE);
			int length = length(memory, vectors + i * VECTOR_SIZE);
			try {
				file.volume.write((ScratchFile) file.node, position + total, memory, address, length);
			}
			catch (Errno.Failure ex) {
				if (total == 0) {
					throw ex;
				}
				break;
			}
			total += length;
		}
		touch(file.node);
		return total;
	}

	private static int length(Memory memory, int vector) {
		int length = memory.readInt(vector + 4);
		if (length < 0) {
			throw Errno.INVAL.failure();
		}
		return length;
	}

	void seek(Memory memory, int fd, long offset, int whence, int positionAt) {
		Open file = requireFile(fd);
		long base = switch (whence) {
			case 0 -> 0;
			case 1 -> file.position;
			case 2 -> Volume.size(file.node);
			default -> throw Errno.INVAL.failure();
		};
		long position = base + offset;
		if (position < 0) {
			throw Errno.INVAL.failure();
		}
		file.position = position;
		memory.writeLong(positionAt, position);
	}

	void tell(Memory memory, int fd, int positionAt) {
		memory.writeLong(positionAt, requireFile(fd).position);
	}

	// Status

	void status(Memory memory, int fd, int address) {
		Open described = require(fd);
		status(memory, described.volume, described.node, address);
	}

	void status(Memory memory, int fd, String path, int address) {
		Place place = place(fd, path);
		status(memory, place.volume, place.requireNode(), address);
	}

	private void status(Memory memory, Volume volume, FileNode node, int address) {
		ByteBuffer status = buffer(64);
		// One device for each mount, known by its root, and none with the number 0
		status.putLong(0, 1 + volume.path().hashCode() & 0xffff_ffffL);
		status.putLong(8, node.inode());
		status.put(16, (byte) type(node));
		status.putLong(24, 1);
		status.putLong(32, Volume.size(node));
		status.putLong(40, node.modified());
		status.putLong(48, node.modified());
		status.putLong(56, node.modified());
		memory.write(address, status.array());
	}

	void setTimes(int fd, long modified, int flags) {
		Open changed = require(fd);
		setTimes(changed.volume, changed.node, modified, flags);
	}

	void setTimes(int fd, String path, long modified, int flags) {
		Place place = place(fd, path);
		setTimes(place.volume, place.requireNode(), modified, flags);
	}

	private void setTimes(Volume volume, FileNode node, long modified, int flags) {
		volume.requireWritable();
		boolean given = (flags & 4) != 0;
		boolean now = (flags & 8) != 0;
		if (given && now || (flags & 3) == 3) {
			throw Errno.INVAL.failure();
		}
		if (given) {
			node.modified(modified);
		}
		else if (now) {
			touch(node);
		}
	}

	private void touch(FileNode node) {
		node.modified(this.clock.realtime());
	}

	// Directories

	void list(Memory memory, int fd, int address, int length, long cookie, int usedAt) {
		Open listed = require(fd);
		if (!(listed.node instanceof Directory directory)) {
			throw Errno.NOTDIR.failure();
		}
		long size = Integer.toUnsignedLong(length);
		Directory parent = directory.parent();
		long used = 0;
		if (cookie <= 0) {
			used = entry(memory, address, used, size, 1, ".", directory);
		}
		if (cookie <= 1) {
			used = entry(memory, address, used, size, 2, "..", (parent != null) ? parent : directory);
		}
		for (Directory.Entry entry : directory.entries()) {
			if (used == size) {
				break;
			}
			if (entry.place() + 2 > cookie) {
				used = entry(memory, address, used, size, entry.place() + 2, entry.name(), entry.node());
			}
		}
		memory.writeI32(usedAt, (int) used);
	}

	private static long entry(Memory memory, int address, long used, long size, long next, String name, FileNode node) {
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		ByteBuffer entry = buffer(DIRENT_SIZE + bytes.length);
		entry.putLong(0, next);
		entry.putLong(8, node.inode());
		entry.putInt(16, bytes.length);
		entry.put(20, (byte) type(node));
		entry.position(DIRENT_SIZE);
		entry.put(bytes);
		int part = (int) Math.min(entry.capacity(), size - used);
		memory.write(address + (int) used, entry.array(), 0, part);
		return used + part;
	}

	void createDirectory(int fd, String path) {
		Place place = place(fd, path);
		if (place.node() != null) {
			throw Errno.EXIST.failure();
		}
		touch(place.volume.createDirectory(place.directory, place.requireName()));
	}

	void removeDirectory(int fd, String path) {
		Place place = place(fd, path);
		FileNode node = place.requireNode();
		place.volume.requireWritable();
		if (!(node instanceof Directory directory)) {
			throw Errno.NOTDIR.failure();
		}
		if (!directory.isEmpty()) {
			throw Errno.NOTEMPTY.failure();
		}
		place.volume.remove(place.directory, place.requireName(), node);
	}

	void removeFile(int fd, String path) {
		Place place = place(fd, path);
		FileNode node = place.requireNode();
		place.volume.requireWritable();
		if (node instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		place.volume.remove(place.directory, place.requireName(), node);
	}

	void rename(int fromFd, String fromPath, int toFd, String toPath) {
		Place from = place(fromFd, fromPath);
		Place to = place(toFd, toPath);
		FileNode moved = from.requireNode();
		from.volume.requireWritable();
		to.volume.requireWritable();
		if (from.volume != to.volume) {
			throw Errno.XDEV.failure();
		}
		FileNode replaced = to.node();
		if (replaced == moved) {
			return;
		}
		if (moved instanceof Directory directory) {
			if (to.directory.isWithin(directory)) {
				throw Errno.INVAL.failure();
			}
			if (replaced != null && !(replaced instanceof Directory)) {
				throw Errno.NOTDIR.failure();
			}
		}
		else if (replaced instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		else if (to.mustBeDirectory) {
			throw Errno.NOTDIR.failure();
		}
		if (replaced instanceof Directory directory && !directory.isEmpty()) {
			throw Errno.NOTEMPTY.failure();
		}
		String fromName = from.requireName();
		String toName = to.requireName();
		if (replaced != null) {
			to.volume.remove(to.directory, toName, replaced);
		}
		from.directory.remove(fromName);
		to.directory.put(toName, moved);
	}

	/**
	 * Links cannot be made.
	 */
	void link(int fd, String path) {
		Place place = place(fd, path);
		place.volume.requireWritable();
		throw Errno.NOTSUP.failure();
	}

	/**
	 * And so there are none to read.
	 */
	void readLink(int fd, String path) {
		place(fd, path).requireNode();
		throw Errno.INVAL.failure();
	}

	/**
	 * Opens a file or a directory.
	 * @return its descriptor
	 */
	int open(int fd, String path, int openFlags, long rights, int flags) {
		Place place = place(fd, path);
		FileNode node = place.node();
		boolean write = (rights & RIGHT_WRITE) != 0;
		int free = freeDescriptor();
		if (node == null) {
			if ((openFlags & OPEN_CREATE) == 0) {
				throw Errno.NOENT.failure();
			}
			if (place.mustBeDirectory || (openFlags & OPEN_DIRECTORY) != 0) {
				throw Errno.INVAL.failure();
			}
			node = place.volume.createFile(place.directory, place.requireName());
			touch(node);
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
			if (place.mustBeDirectory || (openFlags & OPEN_DIRECTORY) != 0) {
				throw Errno.NOTDIR.failure();
			}
			if (write || (openFlags & OPEN_TRUNCATE) != 0) {
				place.volume.requireWritable();
			}
			if (node instanceof ScratchFile file && (openFlags & OPEN_TRUNCATE) != 0) {
				place.volume.resize(file, 0);
				touch(file);
			}
		}
		place.volume.use(node);
		Open opened = new Open(place.volume, node, (rights & RIGHT_READ) != 0, write);
		opened.append = (flags & FLAG_APPEND) != 0;
		this.open.put(free, opened);
		return free;
	}

	private int freeDescriptor() {
		for (int fd = FIRST; fd < MAX_OPEN; fd++) {
			if (!this.open.containsKey(fd)) {
				return fd;
			}
		}
		throw Errno.MFILE.failure();
	}

	/**
	 * Reads a path from the guest's memory.
	 */
	static String path(Memory memory, int address, int length) {
		if (Integer.toUnsignedLong(length) > MAX_PATH) {
			throw Errno.NAMETOOLONG.failure();
		}
		try {
			String path = StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(memory.readBytes(address, length)))
				.toString();
			if (path.indexOf('\0') != -1) {
				throw Errno.INVAL.failure();
			}
			return path;
		}
		catch (CharacterCodingException ex) {
			throw Errno.ILSEQ.failure();
		}
	}

	/**
	 * Walks along a path. It may go up, but never above the directory that it starts
	 * from.
	 */
	private Place place(int fd, String path) {
		Open start = require(fd);
		if (!(start.node instanceof Directory current)) {
			throw Errno.NOTDIR.failure();
		}
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
				if (current == start.node || parent == null) {
					throw Errno.PERM.failure();
				}
				current = parent;
			}
			else if (i == names.size() - 1) {
				Place place = new Place(start.volume, current, name, path.endsWith("/") || path.endsWith("/."));
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
		return new Place(start.volume, current, null, true);
	}

	private Open require(int fd) {
		Open found = this.open.get(fd);
		if (found == null) {
			throw Errno.BADF.failure();
		}
		return found;
	}

	private Open requireFile(int fd) {
		Open found = require(fd);
		if (found.node instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		return found;
	}

	private Open requireReadable(int fd) {
		Open found = requireFile(fd);
		if (!found.readable) {
			throw Errno.NOTCAPABLE.failure();
		}
		return found;
	}

	private Open requireWritable(int fd) {
		Open found = requireFile(fd);
		if (!found.writable) {
			throw Errno.NOTCAPABLE.failure();
		}
		return found;
	}

	private static int type(FileNode node) {
		return (node instanceof Directory) ? DIRECTORY_TYPE : FILE_TYPE;
	}

	private static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * What a descriptor stands for.
	 */
	private static final class Open {

		private final Volume volume;

		private final FileNode node;

		private final boolean readable;

		/**
		 * Only ever of a file in a scratch directory: others are not opened for writing.
		 */
		private final boolean writable;

		private boolean append;

		private long position;

		Open(Volume volume, FileNode node, boolean readable, boolean writable) {
			this.volume = volume;
			this.node = node;
			this.readable = readable;
			this.writable = writable;
		}

	}

	/**
	 * Where a path leads.
	 *
	 * @param volume the mount
	 * @param directory the directory
	 * @param name the name in it, or {@code null} if the path leads to the directory
	 * itself
	 * @param mustBeDirectory whether the path says that it leads to a directory
	 */
	private record Place(Volume volume, Directory directory, @Nullable String name, boolean mustBeDirectory) {

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

	}

}
