package dev.wasmspring.web;

import java.io.IOException;
import java.util.List;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;

/**
 * The resolver that answers failures at the endpoint with problem documents, unless an
 * advice of the application answers them. A singleton, shared by all threads.
 * <p>
 * Its place is between the resolver of the application's advices and Spring MVC's own;
 * where the application sets up Spring MVC by itself, behind both.
 */
public final class ProblemAnswers implements HandlerExceptionResolver, WebMvcConfigurer, Ordered {

	private static final Log logger = LogFactory.getLog(ProblemAnswers.class);

	private final EndpointPath path;

	/**
	 * Creates the resolver.
	 * @param path where the functions are
	 */
	public ProblemAnswers(EndpointPath path) {
		this.path = path;
	}

	@Override
	public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
		int advices = 0;
		for (int i = 0; i < resolvers.size(); i++) {
			advices = (resolvers.get(i) instanceof ExceptionHandlerExceptionResolver) ? i + 1 : advices;
		}
		resolvers.add(advices, this);
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception exception) {
		if (response.isCommitted() || this.path.target(request) == null) {
			return null;
		}
		if (exception instanceof WasmFunctionException failed) {
			if (failed.outcome() == Outcome.REJECTED) {
				response.setHeader(HttpHeaders.RETRY_AFTER, Problems.RETRY_AFTER_SECONDS);
			}
			if (failed.outcome() == Outcome.INPUT_LIMIT && request.getProtocol().startsWith("HTTP/1.")) {
				// What was not read of the body is in the way of the next request
				response.setHeader(HttpHeaders.CONNECTION, "close");
			}
			return answer(Problems.of(failed), request, response);
		}
		if (exception instanceof ErrorResponse refused) {
			refused.getHeaders().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
			return answer(refused.getBody(), request, response);
		}
		return null;
	}

	private static ModelAndView answer(ProblemDetail problem, HttpServletRequest request,
			HttpServletResponse response) {
		try {
			Problems.write(problem, request.getRequestURI(), response);
		}
		catch (IOException ex) {
			logger.debug("The caller has gone before it could be told of a failure", ex);
		}
		return new ModelAndView();
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
