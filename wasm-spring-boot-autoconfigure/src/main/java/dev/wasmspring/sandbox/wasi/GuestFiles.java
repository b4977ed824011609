package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import dev.wasmspring.sandbox.wasi.FileNode.ScratchFile;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of a guest: its standard streams, the directories and files that it has
 * open, and what WASI preview 1 lets it do with them. Lives for one call and is confined
 * to its thread; there is nothing to close, since nothing of the host is open.
 * <p>
 * A function either succeeds or throws the {@link Errno.Failure} that the guest is
 * answered with. It reads all that it needs from the guest's memory, and looks whether
 * what it will write fits in there, before it changes anything: places may overlap. There
 * are no links: nothing in a mount leads anywhere else.
 */
public final class GuestFiles {

	private static final int STANDARD_INPUT = 0;

	private static final int STANDARD_OUTPUT = 1;

	private static final int STANDARD_ERROR = 2;

	/**
	 * The first descriptor that is not a standard stream.
	 */
	public static final int FIRST = 3;

	/**
	 * Most descriptors that may be open at once, mounts and standard streams included.
	 */
	static final int MAX_OPEN = 64;

	private static final int MAX_PATH = 4096;

	private static final int MAX_NAME = 255;

	private static final int DIRECTORY_TYPE = 3;

	private static final int FILE_TYPE = 4;

	private static final int DIRENT_SIZE = 24;

	private static final int STATUS_SIZE = 64;

	private static final int FLAGS_SIZE = 24;

	private static final int LAST_ADVICE = 5;

	private static final long RIGHT_READ = 1L << 1;

	private static final long RIGHT_WRITE = 1L << 6;

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

	private static final int OPEN_CREATE = 1;

	private static final int OPEN_DIRECTORY = 2;

	private static final int OPEN_EXCLUSIVE = 4;

	private static final int OPEN_TRUNCATE = 8;

	private static final int ALL_OPEN_FLAGS = OPEN_CREATE | OPEN_DIRECTORY | OPEN_EXCLUSIVE | OPEN_TRUNCATE;

	private static final int FLAG_APPEND = 1;

	/**
	 * Append, and those that change nothing here: all is in memory, so nothing ever
	 * blocks, and nothing is ever out of sync.
	 */
	private static final int ALL_FLAGS = 0b11111;

	private static final int SET_ACCESSED = 1;

	private static final int SET_ACCESSED_NOW = 2;

	private static final int SET_MODIFIED = 4;

	private static final int SET_MODIFIED_NOW = 8;

	private static final int ALL_SET_FLAGS = 0b1111;

	/**
	 * How much can be written at least, once it is said that one can write.
	 */
	private static final long WRITABLE = 4096;

	private final @Nullable Open[] open = new Open[MAX_OPEN];

	private final CallClock clock;

	private final Streams streams;

	GuestFiles(List<Mount> mounts, Checkpoint call, CallClock clock, Streams streams) {
		this.clock = clock;
		this.streams = streams;
		for (int stream = STANDARD_INPUT; stream <= STANDARD_ERROR; stream++) {
			this.open[stream] = new Stream(stream);
		}
		int fd = FIRST;
		for (Mount mount : mounts) {
			Volume volume = mount.open(call, fd - FIRST + 1);
			this.open[fd++] = new OpenNode(volume, volume.root(), true, true, true);
		}
	}

	// Descriptors

	void requireOpen(int fd) {
		require(fd);
	}

	public void close(int fd) {
		Open closed = require(fd);
		this.open[fd] = null;
		release(closed);
	}

	/**
	 * Moves one open descriptor to the place of another, which is closed.
	 */
	void renumber(int from, int to) {
		Open moved = require(from);
		Open replaced = require(to);
		if (from != to) {
			this.open[from] = null;
			this.open[to] = moved;
			release(replaced);
		}
	}

	private static void release(Open closed) {
		if (closed instanceof OpenNode node) {
			node.volume.release(node.node);
		}
	}

	void describeMount(LinearMemory memory, int fd, int address) {
		byte[] path = requireMount(fd);
		memory.requireWithin(address, 8);
		memory.writeI32(address, 0);
		memory.writeI32(address + 4, path.length);
	}

	void nameMount(LinearMemory memory, int fd, int address, int length) {
		byte[] path = requireMount(fd);
		if (Integer.toUnsignedLong(length) < path.length) {
			throw Errno.NAMETOOLONG.failure();
		}
		memory.write(address, path);
	}

	private byte[] requireMount(int fd) {
		if (!(require(fd) instanceof OpenNode mount) || !mount.mount) {
			throw Errno.BADF.failure();
		}
		return mount.volume.path().getBytes(StandardCharsets.UTF_8);
	}

	void flags(Memory memory, int fd, int address) {
		Open described = require(fd);
		ByteBuffer status = buffer(FLAGS_SIZE);
		status.put(0, (byte) type(described));
		status.putShort(2, (short) described.flags);
		status.putLong(8, rights(described));
		status.putLong(16, inheritedRights(described));
		memory.write(address, status.array());
	}

	private static long rights(Open described) {
		if (!(described instanceof OpenNode node)) {
			return RIGHTS_STREAM | (described.isReadable() ? RIGHT_READ : RIGHT_WRITE);
		}
		if (node.node instanceof Directory) {
			return RIGHTS_ANY_DIRECTORY | (node.volume.isReadOnly() ? 0 : RIGHTS_WRITABLE_DIRECTORY);
		}
		return RIGHTS_ANY_FILE | (node.readable ? RIGHT_READ : 0)
				| (node.writable ? RIGHTS_WRITABLE_FILE | RIGHT_WRITE : 0);
	}

	private static long inheritedRights(Open described) {
		if (described instanceof OpenNode node && node.node instanceof Directory) {
			// Libraries silently leave out of a request what is not inherited: those who
			// want to write should be told that they cannot
			return RIGHTS_ANY_DIRECTORY | RIGHTS_WRITABLE_DIRECTORY | RIGHTS_ANY_FILE | RIGHTS_WRITABLE_FILE
					| RIGHT_READ | RIGHT_WRITE;
		}
		return 0;
	}

	/**
	 * Rights are what a descriptor was opened with.
	 */
	void setRights(int fd) {
		require(fd);
		throw Errno.NOTSUP.failure();
	}

	void setFlags(int fd, int flags) {
		Open changed = require(fd);
		requireOnly(ALL_FLAGS, flags);
		changed.flags = flags;
	}

	/**
	 * Whatever is open, it is no socket.
	 */
	void requireSocket(int fd) {
		require(fd);
		throw Errno.NOTSOCK.failure();
	}

	/**
	 * How many bytes can be read at once. Nothing has to be waited for, the end of a
	 * stream or of a file included.
	 * @throws Errno.Failure if there is nothing that could be read
	 */
	long readable(int fd) {
		Open polled = require(fd);
		if (polled instanceof OpenNode node) {
			if (node.node instanceof Directory) {
				throw Errno.BADF.failure();
			}
			return Math.max(0, Volume.size(node.node) - node.position);
		}
		requireDirection(polled.isReadable());
		return this.streams.standardInput().available();
	}

	/**
	 * Whether a descriptor is a stream of which all was read.
	 */
	boolean isAtEnd(int fd) {
		return require(fd) instanceof Stream stream && stream.isReadable()
				&& this.streams.standardInput().available() == 0;
	}

	/**
	 * How many bytes can be written at least.
	 * @throws Errno.Failure if there is nothing that could be written to
	 */
	long writable(int fd) {
		Open polled = require(fd);
		if (polled instanceof OpenNode node) {
			requireDirection(!(node.node instanceof Directory));
		}
		else {
			requireDirection(!polled.isReadable());
		}
		return WRITABLE;
	}

	private static void requireDirection(boolean right) {
		if (!right) {
			throw Errno.BADF.failure();
		}
	}

	// Files and streams

	void advise(int fd, int advice) {
		requireFile(fd);
		if (advice < 0 || advice > LAST_ADVICE) {
			throw Errno.INVAL.failure();
		}
	}

	void allocate(int fd, long offset, long length) {
		OpenNode file = requireWritable(fd);
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

	/**
	 * Nothing is ever out of sync.
	 */
	void sync(int fd) {
		requireNode(fd, Errno.INVAL);
	}

	void resize(int fd, long size) {
		resize(requireWritable(fd), size);
	}

	private void resize(OpenNode file, long size) {
		file.volume.resize((ScratchFile) file.node, size);
		contentChanged(file.node);
	}

	void read(LinearMemory memory, int fd, Vectors vectors, int readAt) {
		Open read = require(fd);
		if (read instanceof Stream) {
			requireDirection(read.isReadable());
			vectors.requireWithin(memory, readAt);
			memory.writeI32(readAt, readStream(memory, vectors));
		}
		else {
			OpenNode file = requireReadable(fd);
			vectors.requireWithin(memory, readAt);
			int total = read(memory, file, file.position, vectors);
			file.position += total;
			memory.writeI32(readAt, total);
		}
	}

	private int readStream(LinearMemory memory, Vectors vectors) {
		StandardInput input = this.streams.standardInput();
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			int read = input.read(memory, vectors.address(i), vectors.length(i));
			total += read;
			if (read < vectors.length(i)) {
				break;
			}
		}
		return total;
	}

	void readAt(LinearMemory memory, int fd, Vectors vectors, long offset, int readAt) {
		if (require(fd) instanceof Stream stream) {
			requireDirection(stream.isReadable());
			throw Errno.SPIPE.failure();
		}
		OpenNode file = requireReadable(fd);
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		vectors.requireWithin(memory, readAt);
		memory.writeI32(readAt, read(memory, file, offset, vectors));
	}

	private int read(Memory memory, OpenNode file, long position, Vectors vectors) {
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			int read = Volume.read(file.node, position + total, memory, vectors.address(i), vectors.length(i));
			total += read;
			if (read < vectors.length(i)) {
				break;
			}
		}
		if (file.node instanceof ScratchFile && total > 0) {
			file.node.accessed(this.clock.realtime());
		}
		return total;
	}

	public void write(LinearMemory memory, int fd, Vectors vectors, int writtenAt) {
		Open written = require(fd);
		if (written instanceof Stream stream) {
			requireDirection(!stream.isReadable());
			vectors.requireWithin(memory, writtenAt);
			memory.writeI32(writtenAt, writeStream(memory, stream, vectors));
		}
		else {
			OpenNode file = requireWritable(fd);
			vectors.requireWithin(memory, writtenAt);
			long position = file.isAppending() ? Volume.size(file.node) : file.position;
			int total = write(memory, file, position, vectors);
			file.position = position + total;
			memory.writeI32(writtenAt, total);
		}
	}

	private int writeStream(LinearMemory memory, Stream stream, Vectors vectors) {
		BoundedOutput output = (stream.number == STANDARD_OUTPUT) ? this.streams.standardOutput()
				: this.streams.standardError();
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			output.write(memory, vectors.address(i), vectors.length(i));
			total += vectors.length(i);
		}
		return total;
	}

	/**
	 * Writes at a place, whether or not the file is one to append to.
	 */
	void writeAt(LinearMemory memory, int fd, Vectors vectors, long offset, int writtenAt) {
		if (require(fd) instanceof Stream stream) {
			requireDirection(!stream.isReadable());
			throw Errno.SPIPE.failure();
		}
		OpenNode file = requireWritable(fd);
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		vectors.requireWithin(memory, writtenAt);
		memory.writeI32(writtenAt, write(memory, file, offset, vectors));
	}

	private int write(LinearMemory memory, OpenNode file, long position, Vectors vectors) {
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			int written;
			try {
				written = file.volume.write((ScratchFile) file.node, position + total, memory, vectors.address(i),
						vectors.length(i));
			}
			catch (Errno.Failure ex) {
				if (total == 0) {
					throw ex;
				}
				break;
			}
			total += written;
			if (written < vectors.length(i)) {
				break;
			}
		}
		if (total > 0) {
			contentChanged(file.node);
		}
		return total;
	}

	void seek(LinearMemory memory, int fd, long offset, int whence, int positionAt) {
		OpenNode file = requireSeekable(fd);
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
		memory.writeLong(positionAt, position);
		file.position = position;
	}

	void tell(Memory memory, int fd, int positionAt) {
		memory.writeLong(positionAt, requireSeekable(fd).position);
	}

	// Status

	void status(Memory memory, int fd, int address) {
		if (require(fd) instanceof OpenNode node) {
			status(memory, node.volume, node.node, address);
		}
		else {
			// No terminal and no device, as its flags say too: guests that believe to
			// speak with a person colour their output or wait for ever
			ByteBuffer status = buffer(STATUS_SIZE);
			status.putLong(8, fd + 1L);
			status.putLong(24, 1);
			memory.write(address, status.array());
		}
	}

	void status(Memory memory, int fd, int lookup, String path, int address) {
		Place place = place(fd, lookup, path);
		status(memory, place.volume, place.requireNode(), address);
	}

	private static void status(Memory memory, Volume volume, FileNode node, int address) {
		ByteBuffer status = buffer(STATUS_SIZE);
		status.putLong(0, volume.device());
		status.putLong(8, node.inode());
		status.put(16, (byte) type(node));
		status.putLong(24, 1);
		status.putLong(32, Volume.size(node));
		status.putLong(40, node.accessed());
		status.putLong(48, node.modified());
		status.putLong(56, node.changed());
		memory.write(address, status.array());
	}

	void setTimes(int fd, long accessed, long modified, int flags) {
		OpenNode changed = requireNode(fd, Errno.INVAL);
		setTimes(changed.volume, changed.node, accessed, modified, flags);
	}

	void setTimes(int fd, int lookup, String path, long accessed, long modified, int flags) {
		Place place = place(fd, lookup, path);
		setTimes(place.volume, place.requireNode(), accessed, modified, flags);
	}

	private void setTimes(Volume volume, FileNode node, long accessed, long modified, int flags) {
		requireOnly(ALL_SET_FLAGS, flags);
		requireNotBoth(SET_ACCESSED | SET_ACCESSED_NOW, flags);
		requireNotBoth(SET_MODIFIED | SET_MODIFIED_NOW, flags);
		volume.requireWritable();
		long now = this.clock.realtime();
		if ((flags & (SET_ACCESSED | SET_ACCESSED_NOW)) != 0) {
			node.accessed(((flags & SET_ACCESSED) != 0) ? accessed : now);
		}
		if ((flags & (SET_MODIFIED | SET_MODIFIED_NOW)) != 0) {
			node.modified(((flags & SET_MODIFIED) != 0) ? modified : now);
		}
		if (flags != 0) {
			node.changed(now);
		}
	}

	private static void requireNotBoth(int two, int flags) {
		if ((flags & two) == two) {
			throw Errno.INVAL.failure();
		}
	}

	private void created(FileNode node, Directory directory) {
		node.accessed(this.clock.realtime());
		contentChanged(node);
		contentChanged(directory);
	}

	private void contentChanged(FileNode node) {
		long now = this.clock.realtime();
		node.modified(now);
		node.changed(now);
	}

	// Directories

	void list(LinearMemory memory, int fd, int address, int length, long cookie, int usedAt) {
		if (!(requireNode(fd, Errno.NOTDIR).node instanceof Directory directory)) {
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

	public void createDirectory(int fd, String path) {
		Place place = place(fd, 0, path);
		if (place.node() != null) {
			throw Errno.EXIST.failure();
		}
		created(place.volume.createDirectory(place.directory, place.requireName()), place.directory);
	}

	void removeDirectory(int fd, String path) {
		Place place = place(fd, 0, path);
		FileNode node = place.requireNode();
		place.volume.requireWritable();
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
		place.volume.requireWritable();
		if (node instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		remove(place, node);
	}

	private void remove(Place place, FileNode node) {
		place.volume.remove(place.directory, place.requireName(), node);
		node.changed(this.clock.realtime());
		contentChanged(place.directory);
	}

	void rename(int fromFd, String fromPath, int toFd, String toPath) {
		Place from = place(fromFd, 0, fromPath);
		Place to = place(toFd, 0, toPath);
		FileNode moved = from.requireNode();
		from.volume.requireWritable();
		to.volume.requireWritable();
		if (from.volume != to.volume) {
			throw Errno.XDEV.failure();
		}
		String fromName = from.requireName();
		String toName = to.requireName();
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
		to.requireListed();
		if (replaced != null) {
			to.volume.remove(to.directory, toName, replaced);
		}
		from.directory.remove(fromName);
		to.directory.put(toName, moved);
		moved.changed(this.clock.realtime());
		contentChanged(from.directory);
		contentChanged(to.directory);
	}

	/**
	 * Links cannot be made, whatever they should lead to.
	 */
	void link(int fromFd, int lookup, String fromPath, int toFd, String toPath) {
		FileNode linked = place(fromFd, lookup, fromPath).requireNode();
		if (linked instanceof Directory) {
			throw Errno.PERM.failure();
		}
		symbolicLink(toFd, toPath);
	}

	/**
	 * Neither can those that lead to a name.
	 */
	void symbolicLink(int fd, String path) {
		Place place = place(fd, 0, path);
		if (place.node() != null) {
			throw Errno.EXIST.failure();
		}
		place.volume.requireWritable();
		throw Errno.NOTSUP.failure();
	}

	/**
	 * Refuses what no link may lead to.
	 */
	static void requireTarget(String path) {
		if (path.isEmpty()) {
			throw Errno.NOENT.failure();
		}
	}

	/**
	 * And so there are none to read.
	 */
	void readLink(int fd, String path) {
		place(fd, 0, path).requireNode();
		throw Errno.INVAL.failure();
	}

	/**
	 * Opens a file or a directory.
	 * @return its descriptor
	 */
	public int open(int fd, int lookup, String path, int openFlags, long rights, int flags) {
		requireOnly(ALL_OPEN_FLAGS, openFlags);
		requireOnly(ALL_FLAGS, flags);
		requireNotBoth(OPEN_CREATE | OPEN_DIRECTORY, openFlags);
		Place place = place(fd, lookup, path);
		FileNode node = place.node();
		boolean write = (rights & RIGHT_WRITE) != 0;
		int free = freeDescriptor();
		if (node == null) {
			if ((openFlags & OPEN_CREATE) == 0) {
				throw Errno.NOENT.failure();
			}
			if (place.mustBeDirectory) {
				throw Errno.ISDIR.failure();
			}
			node = place.volume.createFile(place.directory, place.requireName());
			created(node, place.directory);
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
				contentChanged(file);
			}
		}
		place.volume.use(node);
		OpenNode opened = new OpenNode(place.volume, node, (rights & RIGHT_READ) != 0, write, false);
		opened.flags = flags;
		this.open[free] = opened;
		return free;
	}

	/**
	 * The lowest that is free, as everywhere: those who close a standard stream and open
	 * a file want it in that place.
	 */
	private int freeDescriptor() {
		for (int fd = 0; fd < MAX_OPEN; fd++) {
			if (this.open[fd] == null) {
				return fd;
			}
		}
		throw Errno.MFILE.failure();
	}

	private static void requireOnly(int known, int flags) {
		if ((flags & ~known) != 0) {
			throw Errno.INVAL.failure();
		}
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
	private Place place(int fd, int lookup, String path) {
		OpenNode start = requireNode(fd, Errno.NOTDIR);
		if (!(start.node instanceof Directory current)) {
			throw Errno.NOTDIR.failure();
		}
		// Whether to follow links, of which there are none
		requireOnly(1, lookup);
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
		Open found = (fd >= 0 && fd < MAX_OPEN) ? this.open[fd] : null;
		if (found == null) {
			throw Errno.BADF.failure();
		}
		return found;
	}

	/**
	 * What is open, if it is a file or a directory.
	 * @param stream why it cannot be a stream
	 */
	private OpenNode requireNode(int fd, Errno stream) {
		if (require(fd) instanceof OpenNode node) {
			return node;
		}
		throw stream.failure();
	}

	private OpenNode requireFile(int fd) {
		return requireFile(fd, Errno.BADF);
	}

	private OpenNode requireSeekable(int fd) {
		return requireFile(fd, Errno.SPIPE);
	}

	private OpenNode requireFile(int fd, Errno stream) {
		OpenNode found = requireNode(fd, stream);
		if (found.node instanceof Directory) {
			throw Errno.ISDIR.failure();
		}
		return found;
	}

	private OpenNode requireReadable(int fd) {
		OpenNode found = requireFile(fd);
		if (!found.readable) {
			throw Errno.NOTCAPABLE.failure();
		}
		return found;
	}

	private OpenNode requireWritable(int fd) {
		OpenNode found = requireFile(fd);
		if (!found.writable) {
			throw Errno.NOTCAPABLE.failure();
		}
		return found;
	}

	private static int type(Open described) {
		return (described instanceof OpenNode node) ? type(node.node) : 0;
	}

	private static int type(FileNode node) {
		return (node instanceof Directory) ? DIRECTORY_TYPE : FILE_TYPE;
	}

	private static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * The standard streams of the call.
	 */
	interface Streams {

		StandardInput standardInput();

		BoundedOutput standardOutput();

		BoundedOutput standardError();

	}

	/**
	 * What a descriptor stands for.
	 */
	private abstract static sealed class Open {

		int flags;

		abstract boolean isReadable();

		boolean isAppending() {
			return (this.flags & FLAG_APPEND) != 0;
		}

	}

	/**
	 * One of the standard streams, whatever its descriptor is by now.
	 */
	private static final class Stream extends Open {

		private final int number;

		Stream(int number) {
			this.number = number;
		}

		@Override
		boolean isReadable() {
			return this.number == STANDARD_INPUT;
		}

	}

	/**
	 * A file or a directory.
	 */
	private static final class OpenNode extends Open {

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

		OpenNode(Volume volume, FileNode node, boolean readable, boolean writable, boolean mount) {
			this.volume = volume;
			this.node = node;
			this.readable = readable;
			this.writable = writable;
			this.mount = mount;
		}

		@Override
		boolean isReadable() {
			return this.readable;
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

		/**
		 * A directory that was removed, and is only open, takes nothing new.
		 */
		void requireListed() {
			if (this.directory.isRemoved()) {
				throw Errno.NOENT.failure();
			}
		}

	}

}
