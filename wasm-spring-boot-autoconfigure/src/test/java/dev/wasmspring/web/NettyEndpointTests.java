package dev.wasmspring.web;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.WasmFunctionException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository;
import org.springframework.security.web.server.csrf.ServerCsrfTokenRequestAttributeHandler;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.config.CorsRegistry;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.config.WebFluxConfigurationSupport;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

class NettyEndpointTests extends AbstractEndpointTests {

	private static final Map<Class<?>, Class<?>> CONFIGURATIONS = Map.of(AbstractEndpointTests.Cors.class, Cors.class,
			AbstractEndpointTests.Failing.class, Failing.class, AbstractEndpointTests.Advised.class, Advised.class,
			AbstractEndpointTests.WholeMvc.class, WholeWebFlux.class, AbstractEndpointTests.OwnMvc.class,
			OwnWebFlux.class, AbstractEndpointTests.Secured.class, Secured.class);

	NettyEndpointTests() {
		super("netty");
	}

	@Override
	Class<?> configuration(Class<?> ofSpringMvc) {
		return CONFIGURATIONS.getOrDefault(ofSpringMvc, ofSpringMvc);
	}

	@Test
	void callsRunOnThreadsOfTheirOwnAndWithinTheTraceOfTheirRequest() throws Exception {
		try (Server server = Server.start("netty", Observing.class)) {
			assertThat(server.post("/functions/echo", new byte[] { 1 }).statusCode()).isEqualTo(200);
			assertThat(Observing.THREADS).isNotEmpty().allMatch((thread) -> thread.startsWith("wasm-call-"));
			assertThat(Observing.OBSERVED).isNotEmpty().allMatch((name) -> name.equals("http.server.requests"));
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Observing {

		private static final Queue<String> THREADS = new ConcurrentLinkedQueue<>();

		private static final Queue<String> OBSERVED = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		FunctionObserver threads(ObservationRegistry registry) {
			return new FunctionObserver() {

				@Override
				public Calls calls(String function, CallStatistics statistics) {
					return (definition) -> {
						THREADS.add(Thread.currentThread().getName());
						Observation current = registry.getCurrentObservation();
						OBSERVED.add((current != null) ? current.getContext().getName() : "none");
						return Call.UNOBSERVED;
					};
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Cors implements WebFluxConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/**").allowedOrigins("http://other").allowedMethods("POST");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		WebFilter failing() {
			return (exchange, chain) -> {
				if ("throw".equals(exchange.getRequest().getHeaders().getFirst("Fail"))) {
					return Mono.error(new IllegalStateException("secret"));
				}
				exchange.getResponse().setStatusCode(HttpStatus.TOO_MANY_REQUESTS);
				return Mono.empty();
			};
		}

	}

	@RestControllerAdvice
	static class Advised {

		@ExceptionHandler
		ResponseEntity<String> failed(WasmFunctionException ex) {
			return ResponseEntity.status(HttpStatus.I_AM_A_TEAPOT).body("mine: " + ex.outcome());
		}

		@ExceptionHandler
		ResponseEntity<String> failed(MethodNotAllowedException ex) {
			return ResponseEntity.status(HttpStatus.I_AM_A_TEAPOT).body("mine: method");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	static class WholeWebFlux {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWebFlux extends WebFluxConfigurationSupport {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class Secured {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.authorizeExchange((requests) -> requests.anyExchange().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.csrfTokenRepository(CookieServerCsrfTokenRepository.withHttpOnlyFalse())
					.csrfTokenRequestHandler(new ServerCsrfTokenRequestAttributeHandler())
					.accessDeniedHandler((exchange, denied) -> Mono
						.fromRunnable(() -> exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN))))
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("user").password("{noop}secret").roles("USER").build());
		}

	}

}
