package dev.wasmspring.web;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * The body of one request, which a function gets as it was sent, whoever read it before.
 * Lives for one request.
 * <p>
 * It is read when somebody first asks for it, as much as the function takes at most and a
 * byte more, by which the function can tell that it was too much; whoever asks after that
 * gets the same again.
 */
final class ReactiveBody {

	private static final byte[] NOTHING = {};

	private static final int MOST_DRAINED = 64 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final List<HttpMethod> WITHOUT_BODY = List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

	private static final String ATTRIBUTE = ReactiveBody.class.getName();

	private final Mono<byte[]> whole;

	private ReactiveBody(ServerHttpRequest request, long limit) {
		this.whole = read(request.getBody(), limit).cache();
	}

	/**
	 * The exchange with a request whose body is kept.
	 * @param limit the number of bytes that the function takes
	 */
	static ServerWebExchange keep(ServerWebExchange exchange, long limit) {
		ReactiveBody body = new ReactiveBody(exchange.getRequest(), limit);
		exchange.getAttributes().put(ATTRIBUTE, body);
		return new KeptExchange(exchange, body);
	}

	/**
	 * Reads the body of a request, through whatever the application put around the
	 * request.
	 * @param limit the number of bytes that the function takes
	 */
	static Mono<byte[]> read(ServerWebExchange exchange, long limit, String function) {
		ReactiveBody kept = exchange.getAttribute(ATTRIBUTE);
		if (kept != null && exchange.getRequest() instanceof KeptRequest) {
			return kept.whole;
		}
		Mono<byte[]> body = read(exchange.getRequest().getBody(), limit);
		if (kept == null) {
			return body;
		}
		// A filter may have made another body, but none of nothing
		return body.flatMap((bytes) -> (bytes.length > 0) ? Mono.just(bytes) : kept.whole.map((sent) -> {
			if (sent.length > 0) {
				throw Problems.lostBody(function, new LostBodyException());
			}
			return bytes;
		}));
	}

	/**
	 * Reads what was sent and nobody has read, or has the connection closed: it would be
	 * in the way of the next request, which the server would wait for in vain.
	 */
	static Mono<Void> drain(ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		boolean chunked = headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
		if (chunked || headers.getContentLength() > MOST_DRAINED) {
			exchange.getResponse().getHeaders().setConnection("close");
			return Mono.empty();
		}
		boolean announced = headers.getContentLength() > 0;
		return exchange.getRequest()
			.getBody()
			.doOnNext(DataBufferUtils::release)
			.then()
			.timeout(PATIENCE)
			.onErrorResume((ex) -> {
				if (announced) {
					exchange.getResponse().getHeaders().setConnection("close");
				}
				return Mono.empty();
			});
	}

	/**
	 * Reads to its end what has no body. Where nobody does, the server may stop to read
	 * from the connection when the answer is faster than the end of the request.
	 */
	static Mono<Void> drainNothing(ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		boolean nothing = headers.getContentLength() <= 0 && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
		boolean again = exchange.getRequest() instanceof KeptRequest
				|| WITHOUT_BODY.contains(exchange.getRequest().getMethod());
		return (nothing && again) ? drain(exchange) : Mono.empty();
	}

	private static Mono<byte[]> read(Flux<DataBuffer> body, long limit) {
		return DataBufferUtils.join(DataBufferUtils.takeUntilByteCount(body, limit + 1)).map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			return bytes;
		}).defaultIfEmpty(NOTHING);
	}

	/**
	 * An exchange whose forms are read from the kept body, since reading them would
	 * consume what was sent. A multipart body is the function's alone: nobody is told
	 * that it has parts.
	 */
	private static final class KeptExchange extends ServerWebExchangeDecorator {

		private final KeptRequest request;

		private final ReactiveBody body;

		KeptExchange(ServerWebExchange exchange, ReactiveBody body) {
			super(exchange);
			this.request = new KeptRequest(exchange.getRequest(), body);
			this.body = body;
		}

		@Override
		public ServerHttpRequest getRequest() {
			return this.request;
		}

		@Override
		public Mono<MultiValueMap<String, String>> getFormData() {
			MediaType contentType = contentType();
			if (contentType == null || !contentType.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED)) {
				return Mono.just(new LinkedMultiValueMap<>());
			}
			Charset charset = (contentType.getCharset() != null) ? contentType.getCharset() : StandardCharsets.UTF_8;
			return this.body.whole.map((bytes) -> {
				FormParameters form = new FormParameters(charset);
				form.add(new String(bytes, charset));
				MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
				form.asMap().forEach((name, values) -> parameters.addAll(name, Arrays.asList(values)));
				return parameters;
			});
		}

		private @Nullable MediaType contentType() {
			return AnswerTypes.ofRequest(this.request.getHeaders().getFirst("Content-Type"));
		}

		@Override
		public Mono<MultiValueMap<String, Part>> getMultipartData() {
			return Mono.just(new LinkedMultiValueMap<>());
		}

	}

	/**
	 * A request that gives its body as often as it is asked for it.
	 */
	private static final class KeptRequest extends ServerHttpRequestDecorator {

		private final ReactiveBody body;

		KeptRequest(ServerHttpRequest request, ReactiveBody body) {
			super(request);
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return this.body.whole.filter((bytes) -> bytes.length > 0)
				.<DataBuffer>map(DefaultDataBufferFactory.sharedInstance::wrap)
				.flux();
		}

	}

}
