package dev.wasmspring.sandbox.wasi;

import java.io.ByteArrayInputStream;

import dev.wasmspring.sandbox.memory.LinearMemory;

/**
 * What a guest reads as its standard input. Lives for one call and is confined to its
 * thread.
 */
final class StandardInput extends ByteArrayInputStream {

	StandardInput(byte[] input) {
		super(input);
	}

	/**
	 * Reads into a guest's memory, without a copy in between.
	 * @return how many bytes, less than asked for at the end
	 */
	int read(LinearMemory memory, int address, int length) {
		int read = Math.min(length, this.count - this.pos);
		memory.write(address, this.buf, this.pos, read);
		this.pos += read;
		return read;
	}

}
