package dev.wasmspring.sandbox.wasi;

import java.nio.charset.StandardCharsets;

import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;

/**
 * Lets a guest ask its host with nothing but functions of WASI that every runtime
 * imports: what it writes to standard error at once and begins with {@link #MARK} is a
 * request, and the random bytes that it draws next are the answer. Lives for one call and
 * is confined to its thread.
 * <p>
 * A guest that writes the mark by chance gets an answer instead of a line in the log, and
 * one that does not read an answer draws numbers that are not random. It harms itself.
 */
final class HostLine {

	/** No text that anybody prints begins like this. */
	private static final byte[] MARK = "\0wasm-host-call\0".getBytes(StandardCharsets.US_ASCII);

	/** What an answer begins with, so that it is told from random bytes. */
	private static final byte[] ANSWER = "\0wasm-answer".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] NOTHING = {};

	private final HostCalls calls;

	private final Checkpoint checkpoint;

	private byte[] answer = NOTHING;

	/** How much of the answer was read. */
	private int read;

	HostLine(HostCalls calls, Checkpoint checkpoint) {
		this.calls = calls;
		this.checkpoint = checkpoint;
	}

	/**
	 * Answers what a guest writes, if it is a request. An answer that was not read is
	 * gone then.
	 * @return whether it is one
	 */
	boolean take(LinearMemory memory, Vectors written) {
		if (written.count() != 1 || !isMarked(memory, written.address(0), written.length(0))) {
			return false;
		}
		int length = Math.min(written.length(0) - MARK.length, this.calls.longest());
		this.answer = NOTHING;
		this.checkpoint.discard(length);
		byte[] content = this.calls.call(memory.readBytes(written.address(0) + MARK.length, length));
		// The guest may have been told to end meanwhile
		this.checkpoint.check();
		this.checkpoint.discard(2L * content.length);
		this.answer = framed(content);
		this.read = 0;
		return true;
	}

	private static boolean isMarked(LinearMemory memory, int address, int length) {
		if (length < MARK.length || memory.read(address) != MARK[0]) {
			return false;
		}
		for (int i = 1; i < MARK.length; i++) {
			if (memory.read(address + i) != MARK[i]) {
				return false;
			}
		}
		return true;
	}

	/**
	 * The answer after what it begins with and its length, 4 bytes in little-endian.
	 */
	private static byte[] framed(byte[] content) {
		byte[] framed = new byte[ANSWER.length + Integer.BYTES + content.length];
		System.arraycopy(ANSWER, 0, framed, 0, ANSWER.length);
		for (int i = 0; i < Integer.BYTES; i++) {
			framed[ANSWER.length + i] = (byte) (content.length >>> (Byte.SIZE * i));
		}
		System.arraycopy(content, 0, framed, ANSWER.length + Integer.BYTES, content.length);
		return framed;
	}

	/**
	 * Lets the guest read what is left of the answer.
	 * @return how many bytes, fewer than asked for at its end, and none without an answer
	 */
	int read(LinearMemory memory, int address, int length) {
		int part = Math.min(length, this.answer.length - this.read);
		if (part > 0) {
			memory.write(address, this.answer, this.read, part);
			this.read += part;
			if (this.read == this.answer.length) {
				this.answer = NOTHING;
				this.read = 0;
			}
		}
		return Math.max(part, 0);
	}

}
