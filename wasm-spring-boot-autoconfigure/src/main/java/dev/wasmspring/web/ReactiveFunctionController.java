package dev.wasmspring.web;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;

/**
 * The endpoint of the functions in a WebFlux application, the same as
 * {@link FunctionController} is with Spring MVC. A singleton, shared by all threads.
 * <p>
 * Functions compute: they run on threads of their own, and never on those that serve the
 * connections.
 */
public final class ReactiveFunctionController {

	private static final Log logger = LogFactory.getLog(ReactiveFunctionController.class);

	private static final byte[] NOTHING = {};

	private final WasmFunctions functions;

	private final BeanFactory beanFactory;

	private final ReactiveEndpointPath path;

	private final CallThreads threads;

	/**
	 * Creates the endpoint.
	 * @param functions the functions that can be reached
	 * @param beanFactory where their beans are
	 * @param path where the endpoint is
	 * @param threads run the calls
	 */
	public ReactiveFunctionController(WasmFunctions functions, BeanFactory beanFactory, ReactiveEndpointPath path,
			CallThreads threads) {
		this.functions = functions;
		this.beanFactory = beanFactory;
		this.path = path;
		this.threads = threads;
	}

	@ResponseBody
	List<FunctionDescriptor> list() {
		return this.functions.definitions().stream().map(FunctionDescriptor::of).toList();
	}

	/**
	 * Calls a function, or refuses what it does not take.
	 */
	Mono<Void> call(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		EndpointPath.Target target = this.path.target(request);
		FunctionDefinition function = this.functions
			.require((target != null && target.name() != null) ? target.name() : "")
			.definition();
		ShapedCalls calls = new ShapedCalls(function, incoming(request, (target != null) ? target.rest() : ""));
		if (request.getMethod().equals(HttpMethod.OPTIONS)) {
			exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, calls.allow());
			return ReactiveBody.drain(exchange).then(Mono.defer(exchange.getResponse()::setComplete));
		}
		if (!calls.isAllowed()) {
			MethodNotAllowedException refused = new MethodNotAllowedException(request.getMethod(),
					calls.allowed().stream().map(HttpMethod::valueOf).toList());
			Problems.complete(refused.getBody(), function.name());
			throw refused;
		}
		Mono<byte[]> body = ReactiveBody.drain(exchange).thenReturn(NOTHING);
		if (calls.hasBody()) {
			requireConsumable(function, request);
			body = ReactiveBody.read(exchange, function.settings().limits().input(), function.name())
				.onErrorMap(IOException.class, (ex) -> unreadable(function, ex));
		}
		return body.flatMap((bytes) -> run(function.name(), () -> calls.call(bean(function.name()), bytes)))
			.flatMap((answer) -> write(answer, exchange.getResponse()));
	}

	private static ErrorResponseException unreadable(FunctionDefinition function, IOException cause) {
		logger.debug("The body of a request to function '" + function.name() + "' could not be read", cause);
		return Problems.unreadableBody(function.name(), cause);
	}

	private <T> Mono<T> run(String function, Callable<T> call) {
		return CallerIdentity.given(call).flatMap((identified) -> Mono.deferContextual((context) -> {
			try {
				return Mono.fromFuture(this.threads.run(CallerContext.of(context).wrap(identified)), true);
			}
			catch (RejectedExecutionException ex) {
				return Mono.error(Problems.rejected(function));
			}
		})).onErrorMap(CompletionException.class, (ex) -> (ex.getCause() != null) ? ex.getCause() : ex);
	}

	private static ShapedCalls.Incoming incoming(ServerHttpRequest request, String rest) {
		Map<String, List<String>> headers = new HashMap<>();
		request.getHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
		String path = request.getPath().contextPath().value() + ReactiveEndpointPath.path(request);
		String host = request.getURI().getHost();
		int port = request.getURI().getPort();
		boolean secure = "https".equals(request.getURI().getScheme());
		return new ShapedCalls.Incoming(request.getMethod().name(), path.substring(0, path.length() - rest.length()),
				rest, request.getURI().getRawQuery(), headers, request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE),
				(host != null) ? host : "", (port != -1) ? port : secure ? 443 : 80, "HTTP/1.1");
	}

	private static void requireConsumable(FunctionDefinition function, ServerHttpRequest request) {
		String consumes = function.settings().consumes();
		if (consumes == null) {
			return;
		}
		MediaType contentType = AnswerTypes.ofRequest(request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
		if (!MediaType.valueOf(consumes).includes(contentType)) {
			UnsupportedMediaTypeStatusException refused = new UnsupportedMediaTypeStatusException(contentType,
					List.of(MediaType.valueOf(consumes)));
			Problems.complete(refused.getBody(), function.name());
			throw refused;
		}
	}

	@SuppressWarnings("unchecked")
	private Function<Object, Object> bean(String name) {
		try {
			return this.beanFactory.getBean(name, Function.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			// The module was removed since the function was found; perhaps it is back
			return (input) -> this.functions.require(name).apply(input);
		}
	}

	private static Mono<Void> write(ShapedCalls.Answer answer, ServerHttpResponse response) {
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		HttpHeaders headers = response.getHeaders();
		answer.headers().forEach(headers::put);
		if (answer.length() >= 0 && answer.status() != 204 && answer.status() != 304) {
			headers.setContentLength(answer.length());
		}
		byte[] body = answer.body();
		return (body.length > 0) ? response.writeWith(Mono.just(response.bufferFactory().wrap(body)))
				: response.setComplete();
	}

}
