package dev.wasmspring.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads the stream of a body. Stateless.
 */
final class BodyStream {

	/** Up to here a declared length is believed, and memory set aside for it. */
	private static final int SMALL = 16 * 1024;

	private BodyStream() {
	}

	/**
	 * Reads a stream to its end. A buffer of the JDK's has 16 KB, where most bodies have
	 * a few hundred bytes, and a request has little else that is as large.
	 * @param declared the length that was declared, which need not be true; negative if
	 * none was
	 * @param most how many bytes are read at most
	 */
	static byte[] read(InputStream stream, long declared, int most) throws IOException {
		if (declared < 0 || declared > Math.min(SMALL, most)) {
			return stream.readNBytes(most);
		}
		byte[] bytes = new byte[(int) declared];
		int length = stream.readNBytes(bytes, 0, bytes.length);
		if (length < bytes.length) {
			return Arrays.copyOf(bytes, length);
		}
		int next = (length < most) ? stream.read() : -1;
		if (next < 0) {
			return bytes;
		}
		// A filter has made more of it
		byte[] rest = stream.readNBytes(most - length - 1);
		byte[] whole = Arrays.copyOf(bytes, length + 1 + rest.length);
		whole[length] = (byte) next;
		System.arraycopy(rest, 0, whole, length + 1, rest.length);
		return whole;
	}

}
