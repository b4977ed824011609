package dev.wasmspring.sandbox.wasi;

import com.dylibso.chicory.runtime.Memory;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.wasi.Descriptor.Node;
import dev.wasmspring.sandbox.wasi.Descriptor.Stream;
import dev.wasmspring.sandbox.wasi.FileNode.ScratchFile;

/**
 * Reads and writes what a guest has open, streams and files. Lives for one call and is
 * confined to its thread.
 */
final class FileContents {

	private static final int LAST_ADVICE = 5;

	/**
	 * How much can be written at least, once it is said that one can write.
	 */
	private static final long WRITABLE = 4096;

	private final Descriptors descriptors;

	private final CallClock clock;

	private final StandardStreams streams;

	FileContents(Descriptors descriptors, CallClock clock, StandardStreams streams) {
		this.descriptors = descriptors;
		this.clock = clock;
		this.streams = streams;
	}

	/**
	 * How many bytes can be read at once. Nothing has to be waited for, the end of a
	 * stream or of a file included.
	 * @throws Errno.ErrnoException if there is nothing that could be read
	 */
	long readable(int fd) {
		Descriptor polled = this.descriptors.require(fd);
		if (polled instanceof Node node) {
			if (node.isDirectory()) {
				throw Errno.BADF.failure();
			}
			return Math.max(0, Volume.size(node.node()) - node.position());
		}
		requireDirection(polled.isReadable());
		return this.streams.standardInput().available();
	}

	/**
	 * Whether a descriptor is a stream of which all was read.
	 */
	boolean isAtEnd(int fd) {
		return this.descriptors.require(fd) instanceof Stream stream && stream.isReadable()
				&& this.streams.standardInput().available() == 0;
	}

	/**
	 * How many bytes can be written at least.
	 * @throws Errno.ErrnoException if there is nothing that could be written to
	 */
	long writable(int fd) {
		Descriptor polled = this.descriptors.require(fd);
		if (polled instanceof Node node) {
			requireDirection(!node.isDirectory());
		}
		else {
			requireDirection(!polled.isReadable());
		}
		return WRITABLE;
	}

	private static void requireDirection(boolean right) {
		Errno.BADF.unless(right);
	}

	void advise(int fd, int advice) {
		this.descriptors.requireFile(fd);
		if (advice < 0 || advice > LAST_ADVICE) {
			throw Errno.INVAL.failure();
		}
	}

	void allocate(int fd, long offset, long length) {
		Node file = this.descriptors.requireWritable(fd);
		if (offset < 0 || length <= 0) {
			throw Errno.INVAL.failure();
		}
		if (offset > Long.MAX_VALUE - length) {
			throw Errno.NOSPC.failure();
		}
		if (offset + length > Volume.size(file.node())) {
			resize(file, offset + length);
		}
	}

	/**
	 * Nothing is ever out of sync.
	 */
	void sync(int fd) {
		this.descriptors.requireNode(fd, Errno.INVAL);
	}

	void resize(int fd, long size) {
		resize(this.descriptors.requireWritable(fd), size);
	}

	private void resize(Node file, long size) {
		file.volume().resize((ScratchFile) file.node(), size);
		file.node().contentChanged(this.clock.realtime());
	}

	void read(LinearMemory memory, int fd, Vectors vectors, int readAt) {
		Descriptor read = this.descriptors.require(fd);
		if (read instanceof Stream) {
			requireDirection(read.isReadable());
			vectors.requireWithin(memory, readAt);
			memory.writeI32(readAt, readStream(memory, vectors));
		}
		else {
			Node file = this.descriptors.requireReadable(fd);
			vectors.requireWithin(memory, readAt);
			int total = read(memory, file, file.position(), vectors);
			file.position(file.position() + total);
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
		if (this.descriptors.require(fd) instanceof Stream stream) {
			requireDirection(stream.isReadable());
			throw Errno.SPIPE.failure();
		}
		Node file = this.descriptors.requireReadable(fd);
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		vectors.requireWithin(memory, readAt);
		memory.writeI32(readAt, read(memory, file, offset, vectors));
	}

	private int read(Memory memory, Node file, long position, Vectors vectors) {
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			int read = Volume.read(file.node(), position + total, memory, vectors.address(i), vectors.length(i));
			total += read;
			if (read < vectors.length(i)) {
				break;
			}
		}
		if (file.node() instanceof ScratchFile && total > 0) {
			file.node().accessed(this.clock.realtime());
		}
		return total;
	}

	void write(LinearMemory memory, int fd, Vectors vectors, int writtenAt) {
		Descriptor written = this.descriptors.require(fd);
		if (written instanceof Stream stream) {
			requireDirection(!stream.isReadable());
			vectors.requireWithin(memory, writtenAt);
			memory.writeI32(writtenAt, writeStream(memory, stream, vectors));
		}
		else {
			Node file = this.descriptors.requireWritable(fd);
			vectors.requireWithin(memory, writtenAt);
			long position = file.isAppending() ? Volume.size(file.node()) : file.position();
			int total = write(memory, file, position, vectors);
			file.position(position + total);
			memory.writeI32(writtenAt, total);
		}
	}

	private int writeStream(LinearMemory memory, Stream stream, Vectors vectors) {
		BoundedOutput output = stream.isOutput() ? this.streams.standardOutput() : this.streams.standardError();
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			total += vectors.length(i);
		}
		HostLine line = this.streams.hostLine();
		if (line != null && !stream.isOutput() && line.take(memory, vectors)) {
			return total;
		}
		for (int i = 0; i < vectors.count(); i++) {
			output.write(memory, vectors.address(i), vectors.length(i));
		}
		return total;
	}

	/**
	 * Writes at a place, whether or not the file is one to append to.
	 */
	void writeAt(LinearMemory memory, int fd, Vectors vectors, long offset, int writtenAt) {
		if (this.descriptors.require(fd) instanceof Stream stream) {
			requireDirection(!stream.isReadable());
			throw Errno.SPIPE.failure();
		}
		Node file = this.descriptors.requireWritable(fd);
		if (offset < 0) {
			throw Errno.INVAL.failure();
		}
		vectors.requireWithin(memory, writtenAt);
		memory.writeI32(writtenAt, write(memory, file, offset, vectors));
	}

	private int write(LinearMemory memory, Node file, long position, Vectors vectors) {
		int total = 0;
		for (int i = 0; i < vectors.count(); i++) {
			int written;
			try {
				written = file.volume()
					.write((ScratchFile) file.node(), position + total, memory, vectors.address(i), vectors.length(i));
			}
			catch (Errno.ErrnoException ex) {
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
			file.node().contentChanged(this.clock.realtime());
		}
		return total;
	}

	void seek(LinearMemory memory, int fd, long offset, int whence, int positionAt) {
		Node file = this.descriptors.requireSeekable(fd);
		long base = switch (whence) {
			case 0 -> 0;
			case 1 -> file.position();
			case 2 -> Volume.size(file.node());
			default -> throw Errno.INVAL.failure();
		};
		long position = base + offset;
		if (position < 0) {
			throw Errno.INVAL.failure();
		}
		memory.writeLong(positionAt, position);
		file.position(position);
	}

	void tell(Memory memory, int fd, int positionAt) {
		memory.writeLong(positionAt, this.descriptors.requireSeekable(fd).position());
	}

}
