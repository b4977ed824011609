package dev.wasmspring.web;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells in the answer of a function how long its call took, in the header
 * {@code Server-Timing}: there while the playground is. A singleton, shared by all
 * threads.
 */
public final class PlaygroundTimingFilter extends OncePerRequestFilter {

	private final PlaygroundCalls calls;

	/**
	 * Creates the filter.
	 * @param calls knows the times
	 */
	public PlaygroundTimingFilter(PlaygroundCalls calls) {
		this.calls = calls;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		PlaygroundCalls.Followed followed = this.calls.follow();
		try {
			chain.doFilter(request, new TimedResponse(response, followed));
		}
		finally {
			this.calls.unfollow();
		}
	}

	/**
	 * An answer whose header is complete once its body begins. Lives for a request.
	 */
	private static final class TimedResponse extends HttpServletResponseWrapper {

		private final PlaygroundCalls.Followed followed;

		TimedResponse(HttpServletResponse response, PlaygroundCalls.Followed followed) {
			super(response);
			this.followed = followed;
		}

		private void tell() {
			PlaygroundCalls.Ended call = this.followed.call;
			if (call != null && !isCommitted()) {
				String cold = (call.coldStartMillis() != null)
						? String.format(Locale.ROOT, "cold;dur=%.3f, ", call.coldStartMillis()) : "";
				setHeader("Server-Timing", cold + String.format(Locale.ROOT, "call;dur=%.3f", call.millis()));
			}
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			tell();
			return super.getOutputStream();
		}

		@Override
		public PrintWriter getWriter() throws IOException {
			tell();
			return super.getWriter();
		}

	}

}
