package dev.wasmspring.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The body of one request, which a function gets as it was sent, whoever read it before.
 * Lives for one request, used by one thread at a time.
 * <p>
 * It is the stream that everybody in the application reads, and it remembers what it
 * gave: as much as the function takes at most and a byte more, by which the function can
 * tell that it was too much. Where nobody reads, nothing is remembered.
 */
final class KeptBody extends ServletInputStream {

	private static final String ATTRIBUTE = KeptBody.class.getName();

	private final HttpServletRequest request;

	private final String function;

	private final int most;

	private @Nullable ServletInputStream source;

	/** Whether the body is known to have been read before the request came here. */
	private boolean lost;

	private final Bytes kept = new Bytes();

	/** All of the body, or as much of it as is kept, once it was asked for. */
	private byte @Nullable [] whole;

	/** Why it cannot be read, if it was tried. */
	private @Nullable IOException failure;

	/** How far the application has read. */
	private long position;

	private KeptBody(HttpServletRequest request, String function, int most) {
		this.request = request;
		this.function = function;
		this.most = most;
	}

	/**
	 * The body of a request, kept from now on.
	 * @param limit the number of bytes that the function takes
	 */
	static KeptBody keep(HttpServletRequest request, String function, long limit) {
		if (request.getAttribute(ATTRIBUTE) instanceof KeptBody body && body.function.equals(function)) {
			return body;
		}
		KeptBody body = new KeptBody(request, function, (int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
		request.setAttribute(ATTRIBUTE, body);
		return body;
	}

	/**
	 * The kept body of a request.
	 * @return {@code null} if it is not kept
	 */
	static @Nullable KeptBody of(HttpServletRequest request) {
		return (request.getAttribute(ATTRIBUTE) instanceof KeptBody body) ? body : null;
	}

	/**
	 * The body as it was sent, however far others have read it. Of one that is too large,
	 * only as much as shows that it is.
	 * @throws LostBodyException if it was read before the request came here
	 */
	byte[] whole() throws IOException {
		byte[] whole = this.whole;
		if (whole == null) {
			whole = readRest();
			this.whole = whole;
			this.kept.release();
		}
		if (isIncomplete(whole.length)) {
			throw new LostBodyException();
		}
		return whole;
	}

	private byte[] readRest() throws IOException {
		if (this.failure != null) {
			throw this.failure;
		}
		try {
			ServletInputStream source = source();
			if (this.kept.size() == 0) {
				return BodyStream.read(source, this.request.getContentLengthLong(), this.most);
			}
			this.kept.writeBytes(source.readNBytes(this.most - this.kept.size()));
			return this.kept.toByteArray();
		}
		catch (IOException ex) {
			this.failure = ex;
			throw ex;
		}
	}

	private boolean isIncomplete(int length) {
		long declared = this.request.getContentLengthLong();
		return this.lost || length < Math.min(declared, this.most) || (length == 0 && declared < 0 && wasParsed());
	}

	/**
	 * Whether an empty body without a length had something in it. Chunks were looked at
	 * before they were read; but parsers of parts leave the last one alone, and no
	 * multipart body is empty. The container is asked where there are no chunks, and only
	 * there: Jetty ends the connection if it is asked in vain.
	 */
	private boolean wasParsed() {
		BodyKind kind = BodyKind.of(this.request.getContentType());
		boolean chunks = this.request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
		boolean withoutChunks = !this.request.getProtocol().startsWith("HTTP/1.");
		return switch (kind) {
			case FORM -> withoutChunks && this.request.getParameterMap().size() > query().size();
			case MULTIPART -> chunks || withoutChunks;
			case OTHER -> false;
		};
	}

	private Map<String, String[]> query() {
		FormParameters query = new FormParameters(StandardCharsets.UTF_8);
		query.add(this.request.getQueryString());
		return query.asMap();
	}

	/**
	 * Whether the application has read any of it.
	 */
	boolean isRead() {
		return this.position > 0;
	}

	/**
	 * Whether nothing was sent.
	 */
	boolean isEmpty() {
		try {
			return whole().length == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private ServletInputStream source() throws IOException {
		ServletInputStream source = this.source;
		if (source == null) {
			try {
				source = this.request.getInputStream();
				// A body without a length that has ended before anybody read it was read
				this.lost = this.request.getContentLengthLong() < 0
						&& this.request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null && source.isFinished();
			}
			catch (IllegalStateException ex) {
				// Somebody in front of all filters has asked for a reader
				this.lost = true;
				source = new Nothing();
			}
			this.source = source;
		}
		return source;
	}

	private int keptSize() {
		return (this.whole != null) ? this.whole.length : this.kept.size();
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) == 1) ? one[0] & 0xff : -1;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		int again = (int) Math.min(keptSize() - this.position, length);
		if (again > 0) {
			byte[] from = (this.whole != null) ? this.whole : this.kept.buffer();
			System.arraycopy(from, (int) this.position, target, offset, again);
			this.position += again;
			return again;
		}
		int count = source().read(target, offset, length);
		if (count > 0) {
			if (this.whole == null) {
				this.kept.write(target, offset, Math.min(count, this.most - this.kept.size()));
			}
			this.position += count;
		}
		return count;
	}

	@Override
	public int available() throws IOException {
		return (this.position < keptSize()) ? (int) (keptSize() - this.position) : source().available();
	}

	@Override
	public boolean isFinished() {
		try {
			return this.position >= keptSize() && source().isFinished();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public boolean isReady() {
		try {
			return this.position < keptSize() || source().isReady();
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Override
	public void setReadListener(ReadListener listener) {
		try {
			source().setReadListener(listener);
		}
		catch (IOException ex) {
			listener.onError(ex);
		}
	}

	/**
	 * What was read, with a look at it that copies nothing.
	 */
	private static final class Bytes extends ByteArrayOutputStream {

		private Bytes() {
			super(0);
		}

		private byte[] buffer() {
			return this.buf;
		}

		private void release() {
			this.buf = new byte[0];
			this.count = 0;
		}

	}

	/**
	 * A body that cannot be read any more.
	 */
	private static final class Nothing extends ServletInputStream {

		private final InputStream nothing = InputStream.nullInputStream();

		@Override
		public int read() throws IOException {
			return this.nothing.read();
		}

		@Override
		public boolean isFinished() {
			return true;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new IllegalStateException("The body was read with a reader");
		}

	}

}
