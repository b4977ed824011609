package dev.wasmspring.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

class NettyRequestBodyTests extends AbstractRequestBodyTests {

	NettyRequestBodyTests() {
		super("netty");
	}

	@Override
	Class<?> readers() {
		return Readers.class;
	}

	@Configuration(proxyBeanMethods = false)
	static class Readers {

		@Bean
		WebFilter reading() {
			return new ReadingFilter();
		}

		@Bean
		Own own() {
			return new Own();
		}

	}

	@RestController
	static class Own {

		@PostMapping("/own")
		@ResponseStatus(HttpStatus.NO_CONTENT)
		void own() {
		}

	}

	/**
	 * Reads what is sent in one of the ways in which filters do.
	 */
	static class ReadingFilter implements WebFilter {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			String behaviour = exchange.getRequest().getHeaders().getFirst("Behaviour");
			return switch ((behaviour != null) ? behaviour : "none") {
				case "parameters", "names", "map", "cached-parameters" ->
					parameters(exchange).then(Mono.defer(() -> chain.filter(exchange)));
				case "stream", "reader", "cached", "cached-reader", "peek" ->
					bytes(exchange).then(Mono.defer(() -> chain.filter(exchange)));
				case "own-cache" -> bytes(exchange).flatMap((body) -> chain.filter(replacing(exchange, body)));
				case "inflate" -> bytes(exchange).flatMap((body) -> chain.filter(replacing(exchange, inflated(body))));
				case "swallow", "swallow-reader" ->
					bytes(exchange).flatMap((body) -> chain.filter(replacing(exchange, new byte[0])));
				case "parts",
						"resolver" ->
					exchange.getMultipartData()
						.doOnNext((parts) -> assertThat(parts).isEmpty())
						.then(Mono.defer(() -> chain.filter(exchange)));
				case "parameters-stream" -> exchange.getFormData().then(bytes(exchange)).flatMap((body) -> {
					exchange.getResponse().getHeaders().set("Read", String.valueOf(body.length));
					return chain.filter(exchange);
				});
				case "kept" -> {
					exchange.getResponse()
						.getHeaders()
						.set("Kept", String.valueOf(exchange.getAttribute(ReactiveBody.class.getName()) != null));
					yield chain.filter(exchange);
				}
				default -> chain.filter(exchange);
			};
		}

		private static Mono<Void> parameters(ServerWebExchange exchange) {
			MultiValueMap<String, String> all = new LinkedMultiValueMap<>();
			exchange.getRequest().getQueryParams().forEach(all::addAll);
			return exchange.getFormData().doOnNext((form) -> {
				form.forEach(all::addAll);
				for (String name : List.of("q", "a", "b")) {
					if (all.containsKey(name)) {
						exchange.getResponse()
							.getHeaders()
							.set(name,
									String.join(",",
											all.get(name)
												.stream()
												.map((value) -> URLEncoder.encode(value, StandardCharsets.UTF_8))
												.toList()));
					}
				}
			}).then();
		}

		private static Mono<byte[]> bytes(ServerWebExchange exchange) {
			return DataBufferUtils.join(exchange.getRequest().getBody()).map((buffer) -> {
				byte[] bytes = new byte[buffer.readableByteCount()];
				buffer.read(bytes);
				DataBufferUtils.release(buffer);
				return bytes;
			}).defaultIfEmpty(new byte[0]);
		}

		private static ServerWebExchange replacing(ServerWebExchange exchange, byte[] body) {
			return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {
				@Override
				public Flux<DataBuffer> getBody() {
					return (body.length > 0) ? Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body))
							: Flux.empty();
				}
			}).build();
		}

		private static byte[] inflated(byte[] body) {
			try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
				return stream.readAllBytes();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
