package dev.wasmspring.web;

import java.io.IOException;

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
		byte[] bytes = BodyStream.read(stream, request.getContentLengthLong(),
				(int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
		if (bytes.length == 0 && ((body != null) ? !body.isEmpty() : request.getContentLengthLong() > 0)) {
			throw new LostBodyException();
		}
		return bytes;
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
