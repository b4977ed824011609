package dev.wasmspring.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.ContentCachingRequestWrapper;
import org.springframework.web.util.WebUtils;

/**
 * The way to the body of a request for a function, through whatever the application put
 * around the request. Stateless.
 * <p>
 * A filter may have made another body of the one that was sent: its body is read. But
 * where filters have only looked at it, the function gets what was sent.
 */
final class RequestBodies {

	/** Up to here a declared length is believed, and memory set aside for it. */
	private static final int SMALL = 16 * 1024;

	private RequestBodies() {
	}

	/**
	 * Reads a body.
	 * @param limit the number of bytes that the function takes; one more is read, so that
	 * the function itself can tell that the body is too large, however large it is
	 * @throws LostBodyException if something has read it
	 */
	static byte[] read(HttpServletRequest request, long limit) throws IOException {
		ServletInputStream stream = stream(request);
		if (stream instanceof KeptBody body) {
			return body.whole();
		}
		KeptBody body = KeptBody.of(request);
		if (body != null && body.isRead() && onlyCaches(request, stream)) {
			return body.whole();
		}
		byte[] bytes = read(stream, request.getContentLengthLong(), (int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
		if (bytes.length == 0 && ((body != null) ? !body.isEmpty() : request.getContentLengthLong() > 0)) {
			throw new LostBodyException();
		}
		return bytes;
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

	private static ServletInputStream stream(HttpServletRequest request) throws IOException {
		try {
			return request.getInputStream();
		}
		catch (IllegalStateException ex) {
			// A wrapper that was asked for a reader
			throw new LostBodyException();
		}
	}

	/**
	 * Whether a stream is that of Spring's wrapper for logging, which remembers what is
	 * read and does not give it again.
	 */
	private static boolean onlyCaches(HttpServletRequest request, ServletInputStream stream) throws IOException {
		@Nullable ContentCachingRequestWrapper cache = WebUtils.getNativeRequest(request, ContentCachingRequestWrapper.class);
		return cache != null && cache.getInputStream() == stream
				&& cache.getRequest().getInputStream() instanceof KeptBody;
	}

}
