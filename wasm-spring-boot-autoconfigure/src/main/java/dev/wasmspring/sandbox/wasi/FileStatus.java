package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.wasi.Descriptor.Node;

/**
 * Tells a guest what its descriptors and its files are, and sets the times of files.
 * Lives for one function of WASI and is confined to its thread.
 */
final class FileStatus {

	private static final int STATUS_SIZE = 64;

	private static final int FLAGS_SIZE = 24;

	private static final int SET_ACCESSED = 1;

	private static final int SET_ACCESSED_NOW = 2;

	private static final int SET_MODIFIED = 4;

	private static final int SET_MODIFIED_NOW = 8;

	/** One of the two at most. */
	private static final int ACCESSED = SET_ACCESSED | SET_ACCESSED_NOW;

	/** One of the two at most. */
	private static final int MODIFIED = SET_MODIFIED | SET_MODIFIED_NOW;

	private static final int ALL_SET_FLAGS = ACCESSED | MODIFIED;

	private final Descriptors descriptors;

	private final CallClock clock;

	FileStatus(Descriptors descriptors, CallClock clock) {
		this.descriptors = descriptors;
		this.clock = clock;
	}

	void flags(Memory memory, int fd, int address) {
		Descriptor described = this.descriptors.require(fd);
		ByteBuffer status = buffer(FLAGS_SIZE);
		status.put(0, (byte) described.type());
		status.putShort(2, (short) described.flags());
		status.putLong(8, described.rights());
		status.putLong(16, described.inheritedRights());
		memory.write(address, status.array());
	}

	void status(Memory memory, int fd, int address) {
		if (this.descriptors.require(fd) instanceof Node node) {
			status(memory, node.volume(), node.node(), address);
		}
		else {
			// No terminal and no device, as its flags say too: guests that believe
			// that they speak to a person colour their output or wait for ever
			ByteBuffer status = buffer(STATUS_SIZE);
			status.putLong(8, fd + 1L);
			status.putLong(24, 1);
			memory.write(address, status.array());
		}
	}

	void status(Memory memory, int fd, int lookup, String path, int address) {
		Place place = Place.find(this.descriptors.requireNode(fd, Errno.NOTDIR), lookup, path);
		status(memory, place.volume(), place.requireNode(), address);
	}

	private static void status(Memory memory, Volume volume, FileNode node, int address) {
		ByteBuffer status = buffer(STATUS_SIZE);
		status.putLong(0, volume.device());
		status.putLong(8, node.inode());
		status.put(16, (byte) Descriptor.type(node));
		status.putLong(24, 1);
		status.putLong(32, Volume.size(node));
		status.putLong(40, node.accessed());
		status.putLong(48, node.modified());
		status.putLong(56, node.changed());
		memory.write(address, status.array());
	}

	void setTimes(int fd, long accessed, long modified, int flags) {
		Node changed = this.descriptors.requireNode(fd, Errno.INVAL);
		setTimes(changed.volume(), changed.node(), accessed, modified, flags);
	}

	void setTimes(int fd, int lookup, String path, long accessed, long modified, int flags) {
		Place place = Place.find(this.descriptors.requireNode(fd, Errno.NOTDIR), lookup, path);
		setTimes(place.volume(), place.requireNode(), accessed, modified, flags);
	}

	private void setTimes(Volume volume, FileNode node, long accessed, long modified, int flags) {
		Errno.INVAL.unless((flags & ~ALL_SET_FLAGS) == 0);
		Errno.INVAL.unless((flags & ACCESSED) != ACCESSED);
		Errno.INVAL.unless((flags & MODIFIED) != MODIFIED);
		volume.requireWritable();
		long now = this.clock.realtime();
		if ((flags & ACCESSED) != 0) {
			node.accessed(((flags & SET_ACCESSED) != 0) ? accessed : now);
		}
		if ((flags & MODIFIED) != 0) {
			node.modified(((flags & SET_MODIFIED) != 0) ? modified : now);
		}
		if (flags != 0) {
			node.changed(now);
		}
	}

	private static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

}
