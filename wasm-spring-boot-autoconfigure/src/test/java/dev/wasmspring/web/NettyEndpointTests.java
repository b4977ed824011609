package dev.wasmspring.web;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

	@Test
	void aCallThatComesWhenAllThreadsAreBusyAndAThousandWaitIsRejected() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		try (Server server = Server.start("netty", Nothing.class, "wasm.web.threads=1")) {
			CallThreads threads = server.context().getBean(CallThreads.class);
			CompletableFuture<Boolean> last = null;
			for (int i = 0; i < 1_001; i++) {
				last = threads.run(() -> end.await(2, TimeUnit.MINUTES));
			}
			assertRejected(server.post("/functions/echo", new byte[] { 1 }));
			end.countDown();
			assertThat(last).succeedsWithin(Duration.ofMinutes(1));
			assertThat(server.post("/functions/echo", new byte[] { 1 }).body()).containsExactly(1);
		}
		finally {
			end.countDown();
		}
	}

	@Test
	void aCallBeyondTheConcurrencyOfAFunctionMayBeTriedAgain() throws Exception {
		try (Server server = Server.start("netty", Nothing.class,
				"wasm.locations=classpath:/fixtures/spin.wasm,classpath:/fixtures/echo.wasm", "wasm.limits.timeout=5s",
				"wasm.functions.spin.limits.concurrency=1")) {
			FutureTask<Integer> running = new FutureTask<>(
					() -> server.post("/functions/spin", new byte[0]).statusCode());
			new Thread(running).start();
			CallStatistics calls = server.context().getBean(WasmFunctions.class).get("spin").statistics();
			Awaitility.await().until(() -> calls.sandboxesActive() == 1);
			assertRejected(server.post("/functions/spin", new byte[0]));
			assertThat(running.get()).isEqualTo(504);
		}
	}

	private static void assertRejected(HttpResponse<byte[]> answer) {
		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(Server.json(answer).path("type").stringValue()).isEqualTo("urn:wasm:problem:rejected");
	}

	@Test
	void whatIsNotExposedIsUnknownOverHttpAndStillABean() throws Exception {
		try (Server server = Server.start("netty", Nothing.class, "wasm.web.exposure.include=add,trap",
				"wasm.functions.trap.web.enabled=false")) {
			assertThat(server.post("/functions/add", "[40,2]".getBytes()).body()).asString().isEqualTo("42");
			for (String hidden : List.of("echo", "trap")) {
				HttpResponse<byte[]> answer = server.post("/functions/" + hidden, new byte[] { 1 });
				assertThat(answer.statusCode()).isEqualTo(404);
				assertThat(Server.json(answer).path("type").stringValue())
					.isEqualTo("urn:wasm:problem:unknown-function");
			}
			assertThat(server.send("GET", "/functions", BodyPublishers.noBody()).body()).asString()
				.contains("\"add\"")
				.doesNotContain("echo", "trap");
			assertThat(server.context().getBean(WasmFunctions.class).get("echo").apply("abc")).isEqualTo("abc");
		}
	}

	@Test
	void pagesOfOtherOriginsMayCallWhatThePropertiesAllow() throws Exception {
		try (Server server = Server.start("netty", Nothing.class,
				"wasm.web.cors.allowed-origins=https://shop.example.com", "wasm.web.cors.max-age=10m")) {
			HttpResponse<byte[]> preflight = server.send("OPTIONS", "/functions/add", BodyPublishers.noBody(), "Origin",
					"https://shop.example.com", "Access-Control-Request-Method", "POST");
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
				.hasValue("https://shop.example.com");
			assertThat(preflight.headers().firstValue("Access-Control-Max-Age")).hasValue("600");
			HttpResponse<byte[]> called = server.post("/functions/add", "[40,2]".getBytes(), "Origin",
					"https://shop.example.com");
			assertThat(called.body()).asString().isEqualTo("42");
			assertThat(called.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example.com");
			assertThat(server.post("/functions/add", "[1,2]".getBytes(), "Origin", "https://evil.example.com")
				.statusCode()).isEqualTo(403);
			assertThat(server.send("GET", "/elsewhere", BodyPublishers.noBody(), "Origin", "https://shop.example.com")
				.headers()
				.firstValue("Access-Control-Allow-Origin")).isEmpty();
		}
	}

	@Test
	void functionsLearnTheRolesOfTheirCallers(@TempDir Path folder) throws Exception {
		Files.writeString(folder.resolve("roles.js"), """
				export const handle = (input, headers) => headers["caller-roles"] ?? "none";
				""");
		try (Server server = Server.start("netty", Known.class,
				"wasm.locations=classpath:/fixtures/add.wasm," + folder.toUri() + "*.js",
				"wasm.functions.roles.web.caller-roles=true")) {
			String editor = "Basic " + Base64.getEncoder().encodeToString("editor:secret".getBytes());
			assertThat(
					server.post("/functions/roles", new byte[0], "Authorization", editor, "Caller-Roles", "ROLE_ADMIN")
						.body())
				.asString()
				.isEqualTo("[\"ROLE_EDITOR\",\"ROLE_USER\"]");
			assertThat(server.post("/functions/roles", new byte[0], "Caller-Roles", "ROLE_ADMIN").body()).asString()
				.isEqualTo("[]");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

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

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class Known {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.authorizeExchange((requests) -> requests.anyExchange().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("editor").password("{noop}secret").roles("USER", "EDITOR").build());
		}

	}

}
