package dev.wasmspring.web;

import java.util.function.Supplier;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * The filter that keeps the bodies of requests for functions, whatever the application
 * reads of them, and makes problem documents of refusals that have no body. It stands in
 * front of all other filters. A singleton, shared by all threads.
 */
public final class ReactiveEndpointFilter implements WebFilter, Ordered {

	private final ReactiveEndpointPath path;

	private final Supplier<WasmFunctions> functions;

	/**
	 * Creates the filter.
	 * @param path where the functions are
	 * @param functions the functions, whose limits say how much is kept
	 */
	public ReactiveEndpointFilter(ReactiveEndpointPath path, Supplier<WasmFunctions> functions) {
		this.path = path;
		this.functions = functions;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		EndpointPath.Target target = this.path.target(exchange.getRequest());
		if (target == null) {
			return chain.filter(exchange);
		}
		ServerWebExchange kept = keep(exchange, target);
		return ReactiveBody.drainNothing(kept)
			.then(Mono.defer(() -> chain.filter(kept)))
			.then(Mono.defer(() -> complete(kept, target)));
	}

	private ServerWebExchange keep(ServerWebExchange exchange, EndpointPath.Target target) {
		if (!target.function() || target.name() == null) {
			return exchange;
		}
		try {
			return ReactiveBody.keep(exchange,
					this.functions.get().require(target.name()).definition().settings().limits().input());
		}
		catch (WasmFunctionException ex) {
			// The module was removed since the function was found
			return exchange;
		}
	}

	private static Mono<Void> complete(ServerWebExchange exchange, EndpointPath.Target target) {
		ServerHttpResponse response = exchange.getResponse();
		HttpStatusCode status = response.getStatusCode();
		if (response.isCommitted() || status == null || !status.isError()) {
			return Mono.empty();
		}
		return ReactiveProblems.write(Problems.of(status.value(), target.name()), exchange);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
