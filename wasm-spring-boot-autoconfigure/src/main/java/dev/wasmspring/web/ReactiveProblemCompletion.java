package dev.wasmspring.web;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * The handler that gives the refusals of WebFlux at the endpoint the form of the
 * endpoint's problems, and leaves the answer to others. It stands in front of them: an
 * application's advice that answers with the body of the exception then answers in this
 * form. An adapter of no handler, since WebFlux asks adapters of failures. A singleton,
 * shared by all threads.
 */
public final class ReactiveProblemCompletion implements HandlerAdapter, DispatchExceptionHandler, Ordered {

	private final ReactiveEndpointPath path;

	/**
	 * Creates the handler.
	 * @param path where the functions are
	 */
	public ReactiveProblemCompletion(ReactiveEndpointPath path) {
		this.path = path;
	}

	@Override
	public boolean supports(Object handler) {
		return false;
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		return Mono.empty();
	}

	@Override
	public Mono<HandlerResult> handleError(ServerWebExchange exchange, Throwable exception) {
		if (exception instanceof ErrorResponse refused) {
			EndpointPath.Target target = this.path.target(exchange.getRequest());
			if (target != null) {
				Problems.complete(refused.getBody(), target.name());
			}
		}
		return Mono.error(exception);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
