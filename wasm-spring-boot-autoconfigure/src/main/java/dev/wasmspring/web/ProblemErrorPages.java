package dev.wasmspring.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * The error pages of the endpoint, which are problem documents: for what goes wrong
 * outside of Spring MVC and comes back as the container's request for an error page. That
 * is what filters refuse, Spring Security's among them, and exceptions that nobody
 * handles. A singleton, shared by all threads.
 */
public final class ProblemErrorPages extends AbstractHandlerMapping {

	/** Before all controllers: one of them makes the error pages of everything else. */
	private static final int ORDER = -2;

	private final EndpointPath path;

	/**
	 * Creates the mapping.
	 * @param path where the functions are
	 */
	public ProblemErrorPages(EndpointPath path) {
		this.path = path;
		setOrder(ORDER);
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
		EndpointPath.Target target = this.path.failedTarget(request);
		if (target != null && request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status) {
			String uri = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
			return (HttpRequestHandler) (ignored, response) -> Problems.write(Problems.of(status, target.name()), uri,
					response);
		}
		return null;
	}

}
