package dev.wasmspring.sandbox.wasi;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import dev.wasmspring.sandbox.wasi.FileNode.FixedFile;
import dev.wasmspring.sandbox.wasi.FileNode.ScratchFile;
import org.jspecify.annotations.Nullable;

/**
 * A mount as one call sees it, and what of it the call may still use. Lives for that call
 * and is confined to its thread.
 * <p>
 * What a scratch directory holds counts as memory of the call. Blocks that are given back
 * are used again and not counted twice.
 */
final class Volume {

	static final int BLOCK = 4096;

	/**
	 * Most files and directories of a scratch directory.
	 */
	static final int MAX_NODES = 1024;

	/**
	 * What a node costs beside its content: itself and its name.
	 */
	private static final int NODE_COST = 1024;

	/**
	 * The number of a root. Not 0, with which libraries mark what is not there.
	 */
	static final long FIRST_INODE = 1;

	private static final byte[] ZEROS = new byte[BLOCK];

	private final String path;

	/**
	 * The number of the device, which no other mount of the call has; 0 is that of the
	 * standard streams.
	 */
	private final long device;

	private final Directory root;

	/**
	 * Bytes that it may hold, or -1 if it is read-only.
	 */
	private final long capacity;

	private final Checkpoint checkpoint;

	private final Deque<byte[]> free = new ArrayDeque<>();

	private long allocated;

	private int nodes;

	private int mostNodes;

	private long lastInode = FIRST_INODE;

	private Volume(String path, long device, Directory root, long capacity, Checkpoint checkpoint) {
		this.path = path;
		this.device = device;
		this.root = root;
		this.capacity = capacity;
		this.checkpoint = checkpoint;
	}

	static Volume readOnly(String path, long device, Directory root) {
		return new Volume(path, device, root, -1, Checkpoint.NONE);
	}

	static Volume scratch(String path, long device, long capacity, Checkpoint checkpoint) {
		return new Volume(path, device, new Directory(FIRST_INODE, null), capacity, checkpoint);
	}

	String path() {
		return this.path;
	}

	long device() {
		return this.device;
	}

	Directory root() {
		return this.root;
	}

	boolean isReadOnly() {
		return this.capacity < 0;
	}

	void requireWritable() {
		if (isReadOnly()) {
			throw Errno.ROFS.failure();
		}
	}

	Directory createDirectory(Directory parent, String name) {
		Directory directory = new Directory(nextInode(parent), parent);
		parent.put(name, directory);
		return directory;
	}

	ScratchFile createFile(Directory parent, String name) {
		ScratchFile file = new ScratchFile(nextInode(parent));
		parent.put(name, file);
		return file;
	}

	private long nextInode(Directory parent) {
		requireWritable();
		if (parent.isRemoved()) {
			throw Errno.NOENT.failure();
		}
		if (this.nodes == MAX_NODES) {
			throw Errno.NOSPC.failure();
		}
		if (this.nodes == this.mostNodes) {
			this.checkpoint.allocate(NODE_COST);
			this.mostNodes++;
		}
		this.nodes++;
		return ++this.lastInode;
	}

	/**
	 * Takes a name away. A file that is open stays until it is closed.
	 */
	void remove(Directory parent, String name, FileNode node) {
		requireWritable();
		parent.remove(name);
		if (node instanceof ScratchFile file) {
			release(file);
		}
		else {
			((Directory) node).remove();
			this.nodes--;
		}
	}

	void use(FileNode node) {
		if (node instanceof ScratchFile file) {
			file.use(1);
		}
	}

	void release(FileNode node) {
		if (node instanceof ScratchFile file && file.use(-1) == 0) {
			truncate(file, 0);
			this.nodes--;
		}
	}

	static long size(FileNode node) {
		if (node instanceof FixedFile file) {
			return file.content().length;
		}
		return (node instanceof ScratchFile file) ? file.size() : 0;
	}

	/**
	 * Copies from a file into the guest's memory.
	 * @return how many bytes, less than asked for at the end of the file
	 */
	static int read(FileNode node, long position, Memory memory, int address, int length) {
		int available = (int) Math.max(0, Math.min(length, size(node) - position));
		if (node instanceof FixedFile file && available > 0) {
			memory.write(address, file.content(), (int) position, available);
		}
		else if (node instanceof ScratchFile file) {
			for (int done = 0; done < available;) {
				int offset = (int) ((position + done) % BLOCK);
				int part = Math.min(available - done, BLOCK - offset);
				memory.write(address + done, file.blocks().getOrDefault(block(position + done), ZEROS), offset, part);
				done += part;
			}
		}
		return available;
	}

	/**
	 * Copies from the guest's memory into a file.
	 * @return how many bytes, less than wanted if there is no room for more
	 * @throws Errno.ErrnoException if there is room for none
	 */
	int write(ScratchFile file, long position, LinearMemory memory, int address, int length) {
		int wanted = (int) Math.max(0, Math.min(length, this.capacity - position));
		int done = 0;
		while (done < wanted) {
			byte[] block = writable(file, block(position + done));
			if (block == null) {
				break;
			}
			int offset = (int) ((position + done) % BLOCK);
			int part = Math.min(wanted - done, BLOCK - offset);
			memory.read(address + done, block, offset, part);
			done += part;
			file.size(Math.max(file.size(), position + done));
		}
		if (done == 0 && length > 0) {
			throw Errno.NOSPC.failure();
		}
		return done;
	}

	private byte @Nullable [] writable(ScratchFile file, int number) {
		byte[] block = file.blocks().get(number);
		if (block == null) {
			block = this.free.poll();
			if (block == null) {
				if (this.allocated + BLOCK > this.capacity) {
					return null;
				}
				this.checkpoint.allocate(BLOCK);
				this.allocated += BLOCK;
				block = new byte[BLOCK];
			}
			file.blocks().put(number, block);
		}
		return block;
	}

	/**
	 * Gives a file another size. What is added reads as zeros.
	 */
	void resize(ScratchFile file, long size) {
		if (size < 0) {
			throw Errno.INVAL.failure();
		}
		if (size > file.size()) {
			if (size > this.capacity) {
				throw Errno.NOSPC.failure();
			}
			file.size(size);
		}
		else {
			truncate(file, size);
		}
	}

	private void truncate(ScratchFile file, long size) {
		for (Iterator<Integer> numbers = file.blocks().keySet().iterator(); numbers.hasNext();) {
			int number = numbers.next();
			byte[] block = file.blocks().get(number);
			long start = (long) number * BLOCK;
			if (block != null && start + BLOCK > size) {
				int kept = (int) Math.max(0, size - start);
				Arrays.fill(block, kept, BLOCK, (byte) 0);
				if (kept == 0) {
					numbers.remove();
					this.free.add(block);
				}
			}
		}
		file.size(size);
	}

	private static int block(long position) {
		return (int) (position / BLOCK);
	}

}
