package dev.wasmspring.web;

import java.nio.charset.StandardCharsets;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * The handler that answers failures at the endpoint of a WebFlux application with problem
 * documents, unless an advice of the application has answered them. A singleton, shared
 * by all threads.
 */
public final class ReactiveProblems implements WebExceptionHandler, Ordered {

	private static final Log logger = LogFactory.getLog(ReactiveProblems.class);

	/** Before the one that makes the error pages of everything else. */
	private static final int ORDER = -2;

	private final ReactiveEndpointPath path;

	/**
	 * Creates the handler.
	 * @param path where the functions are
	 */
	public ReactiveProblems(ReactiveEndpointPath path) {
		this.path = path;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable exception) {
		ServerHttpResponse response = exchange.getResponse();
		EndpointPath.Target target = this.path.target(exchange.getRequest());
		if (response.isCommitted() || target == null) {
			return Mono.error(exception);
		}
		if (exception instanceof WasmFunctionException failed) {
			if (failed.outcome() == Outcome.REJECTED) {
				response.getHeaders().set(HttpHeaders.RETRY_AFTER, Problems.RETRY_AFTER_SECONDS);
			}
			if (failed.outcome() == Outcome.INPUT_LIMIT) {
				// What was not read of the body is in the way of the next request
				response.getHeaders().setConnection("close");
			}
			return write(Problems.of(failed), exchange);
		}
		if (exception instanceof ErrorResponse refused) {
			Problems.complete(refused.getBody(), target.name());
			refused.getHeaders().forEach((name, values) -> response.getHeaders().put(name, values));
			return write(refused.getBody(), exchange);
		}
		logger.error("A request to " + exchange.getRequest().getPath().value() + " failed", exception);
		return write(Problems.of(HttpStatus.INTERNAL_SERVER_ERROR.value(), target.name()), exchange);
	}

	/**
	 * Writes a problem as the answer.
	 */
	static Mono<Void> write(ProblemDetail problem, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		byte[] json = Problems.json(problem, exchange.getRequest().getPath().value()).getBytes(StandardCharsets.UTF_8);
		response.setStatusCode(HttpStatusCode.valueOf(problem.getStatus()));
		response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		response.getHeaders().set("X-Content-Type-Options", "nosniff");
		response.getHeaders().setContentLength(json.length);
		return ReactiveBody.drain(exchange)
			.then(Mono.defer(() -> response.writeWith(Mono.just(response.bufferFactory().wrap(json)))));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
