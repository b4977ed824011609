package dev.wasmspring.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * The resolver that gives the refusals of Spring MVC at the endpoint, such as that of a
 * method, the form of the endpoint's problems, and leaves the answer to others. It stands
 * in front of them: an application's advice that answers with the body of the exception
 * then answers in this form. A singleton, shared by all threads.
 */
public final class ProblemCompletion implements HandlerExceptionResolver, Ordered {

	private final EndpointPath path;

	/**
	 * Creates the resolver.
	 * @param path where the functions are
	 */
	public ProblemCompletion(EndpointPath path) {
		this.path = path;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception exception) {
		if (exception instanceof ErrorResponse refused) {
			EndpointPath.Target target = this.path.target(request);
			if (target != null) {
				Problems.complete(refused.getBody(), target.name());
			}
		}
		return null;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
