package dev.wasmspring.web;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Paths, methods and failures of the endpoint in applications of many kinds.
 */
abstract class AbstractEndpointTests {

	private static final byte[] FORM = "[20, 22]".getBytes(StandardCharsets.UTF_8);

	private static final String FORM_TYPE = "application/x-www-form-urlencoded";

	private static final String MULTIPART_TYPE = "multipart/form-data; boundary=x";

	private final String kind;

	AbstractEndpointTests(String kind) {
		this.kind = kind;
	}

	/**
	 * What stands in another kind of application for a configuration of Spring MVC.
	 */
	Class<?> configuration(Class<?> ofSpringMvc) {
		return ofSpringMvc;
	}

	private boolean isReactive() {
		return this.kind.equals("netty");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			/fn     | -    | -    | /fn
			/fn/    | -    | -    | /fn
			fn      | /api | -    | /api/fn
			fn/a/   | /api | /ctx | /ctx/api/fn/a
			//fn//a | -    | /ctx | /ctx/fn/a
			/       | -    | -    | ''
			/       | /api | /ctx | /ctx/api
			''      | -    | -    | ''
			""")
	void thePathMayBeWrittenInManyWays(String path, String servletPath, String contextPath, String full)
			throws Exception {
		try (Server server = Server.start(this.kind, Own.class, "wasm.web.path=" + path,
				"spring.mvc.servlet.path=" + ((servletPath != null) ? servletPath : "/"),
				"server.servlet.context-path=" + ((contextPath != null) ? contextPath : ""),
				"spring.webflux.base-path=" + ((contextPath != null) ? contextPath : "")
						+ ((servletPath != null) ? servletPath : ""),
				"spring.mvc.hiddenmethod.filter.enabled=true", "spring.webflux.hiddenmethod.filter.enabled=true")) {
			for (String type : List.of(FORM_TYPE, MULTIPART_TYPE, "application/json")) {
				HttpResponse<byte[]> echoed = server.post(full + "/echo", FORM, "Content-Type", type);
				assertThat(echoed.statusCode()).as(type).isEqualTo(200);
				assertThat(echoed.body()).as(type).isEqualTo(FORM);
			}
			JsonNode list = Server
				.json(server.send("GET", full.isEmpty() ? "/" : full + ((path.length() < 2) ? "/" : ""), noBody()));
			assertThat(list.valueStream().map((function) -> function.path("name").stringValue())).containsExactly("add",
					"echo", "trap");
			assertProblem(server.send("PUT", full + "/echo", noBody()), 405, "method-not-allowed", "echo");
			assertProblem(server.post(full + "/trap", new byte[0], "Content-Type", FORM_TYPE), 500, "trap", "trap");
		}
	}

	@Test
	void atTheRootOnlyFunctionsAreTheEndpoints() throws Exception {
		try (Server server = Server.start(this.kind, Own.class, "wasm.web.path=/")) {
			assertThat(server.send("GET", "/page", noBody()).body()).asString().isEqualTo("page");
			assertThat(server.post("/page", FORM, "Content-Type", FORM_TYPE).body()).asString().isEqualTo("posted");
			HttpResponse<byte[]> missing = server.send("GET", "/favicon.ico", noBody());
			assertThat(missing.statusCode()).isEqualTo(404);
			assertThat(missing.body()).asString().doesNotContain("urn:wasm");
			assertThat(server.send("OPTIONS", "/echo", noBody()).headers().firstValue("Allow"))
				.hasValue("POST,OPTIONS");
			assertThat(server.send("GET", "/static.txt", noBody()).body()).asString().startsWith("static");
		}
	}

	@Test
	void everyFailureBelowThePathIsAProblemDocument() throws Exception {
		try (Server server = Server.start(this.kind, configuration(Cors.class),
				"wasm.functions.echo.consumes=text/plain", "server.tomcat.accesslog.enabled=false")) {
			for (String accept : List.of("*/*", "text/html", "application/json", "image/png")) {
				assertProblem(server.send("POST", "/functions/missing", noBody(), "Accept", accept), 404,
						"unknown-function", "missing");
				assertProblem(server.send("POST", "/functions/echo/", noBody(), "Accept", accept), 404,
						"unknown-function", "echo");
				assertProblem(server.send("POST", "/functions/echo/a/b", noBody(), "Accept", accept), 404,
						"unknown-function", "echo");
				assertProblem(server.send("GET", "/functions/", noBody(), "Accept", accept), 404, "unknown-function",
						null);
				assertProblem(server.post("/functions/echo", FORM, "Accept", accept, "Content-Type", FORM_TYPE), 415,
						"unsupported-media-type", "echo");
				for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
					HttpResponse<byte[]> refused = server.send(method, "/functions/add",
							BodyPublishers.ofByteArray(FORM), "Accept", accept, "Content-Type", FORM_TYPE);
					assertProblem(refused, 405, "method-not-allowed", "add");
					assertThat(refused.headers().firstValue("Allow")).hasValue("POST");
				}
				HttpResponse<byte[]> refused = server.post("/functions", FORM, "Accept", accept);
				assertProblem(refused, 405, "method-not-allowed", null);
				assertThat(refused.headers().firstValue("Allow").orElseThrow()).contains("GET");
				assertThat(refused.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
			}
			assertProblem(server.send("GET", "/functions", noBody(), "Accept", "image/png"), 406, "not-acceptable",
					null);
			assertProblem(server.send("POST", "/functions/ECHO", noBody()), 404, "unknown-function", "ECHO");
			HttpResponse<byte[]> head = server.send("HEAD", "/functions/add", noBody());
			assertThat(head.statusCode()).isEqualTo(405);
			assertThat(head.body()).isEmpty();
			assertThat(server.send("HEAD", "/functions", noBody()).statusCode()).isEqualTo(200);
			HttpResponse<byte[]> options = server.send("OPTIONS", "/functions/add", noBody());
			assertThat(options.statusCode()).isEqualTo(200);
			assertThat(options.headers().firstValue("Allow")).hasValue("POST,OPTIONS");
			assertThat(options.body()).isEmpty();
			assertThat(raw(server,
					"OPTIONS /functions/add HTTP/1.1\r\nOrigin: http://other\r\n"
							+ "Access-Control-Request-Method: POST\r\n\r\n"))
				.contains("HTTP/1.1 200", "Access-Control-Allow-Origin: http://other");
			assertThat(raw(server,
					"POST /functions/add HTTP/1.1\r\nOrigin: http://other\r\nContent-Length: 6\r\n\r\n[1, 2]"))
				.contains("HTTP/1.1 200", "Access-Control-Allow-Origin: http://other")
				.endsWith("3");
			assertThat(server.post("/functions/ad%64", FORM).body()).asString().isEqualTo("42");
			assertThat(server.post("/functions/add;v=1", FORM, "Content-Type", FORM_TYPE).body()).asString()
				.isEqualTo("42");
			assertThat(raw(server,
					"POST /functions/add HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n[1, 2]"))
				.contains("HTTP/1.1 100", "HTTP/1.1 200")
				.endsWith("3");
			assertThat(raw(server, "POST /functions/add HTTP/1.1\r\nContent-Type: " + FORM_TYPE
					+ "\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"))
				.contains("HTTP/1.1 400");
			String doubled = raw(server, "POST //functions//add HTTP/1.1\r\nContent-Length: 6\r\n\r\n[1, 2]");
			assertThat(doubled).containsPattern("HTTP/1.1 4\\d\\d|\r\n\r\n3");
		}
	}

	@Test
	void whatTheApplicationThrowsAroundAFunctionIsAProblemDocument() throws Exception {
		try (Server server = Server.start(this.kind, configuration(Failing.class))) {
			HttpResponse<byte[]> failed = server.post("/functions/echo", FORM, "Fail", "throw", "Accept", "text/html");
			assertProblem(failed, 500, "internal-server-error", "echo");
			assertThat(failed.body()).asString().doesNotContain("secret");
			assertProblem(server.post("/functions/echo", FORM, "Fail", "send"), 429, "too-many-requests", "echo");
			HttpResponse<byte[]> other = server.post("/other", FORM, "Fail", "send");
			assertThat(other.statusCode()).isEqualTo(429);
			assertThat(other.body()).asString().doesNotContain("urn:wasm");
		}
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void anAdviceOfTheApplicationWins(boolean problemDetails) throws Exception {
		try (Server server = Server.start(this.kind, configuration(Advised.class),
				"spring.mvc.problemdetails.enabled=" + problemDetails,
				"spring.webflux.problemdetails.enabled=" + problemDetails)) {
			HttpResponse<byte[]> trap = server.post("/functions/trap", new byte[0]);
			assertThat(trap.statusCode()).isEqualTo(418);
			assertThat(trap.body()).asString().isEqualTo("mine: trap");
			if (!problemDetails) {
				assertThat(server.send("GET", "/functions/trap", noBody()).body()).asString().isEqualTo("mine: method");
			}
			assertProblem(server.send("POST", "/functions/a/b", noBody()), 404, "unknown-function", "a");
		}
	}

	@Test
	void problemsOfSpringMvcKeepTheFormOfTheEndpoints() throws Exception {
		try (Server server = Server.start(this.kind, Own.class, "spring.mvc.problemdetails.enabled=true",
				"spring.webflux.problemdetails.enabled=true")) {
			HttpResponse<byte[]> refused = server.send("GET", "/functions/echo", noBody());
			assertProblem(refused, 405, "method-not-allowed", "echo");
			assertThat(refused.headers().firstValue("Allow")).hasValue("POST");
		}
	}

	@ParameterizedTest
	@CsvSource({ "dev.wasmspring.web.AbstractEndpointTests$WholeMvc",
			"dev.wasmspring.web.AbstractEndpointTests$OwnMvc" })
	void anApplicationThatSetsUpSpringMvcItselfHasTheEndpoint(Class<?> configuration) throws Exception {
		try (Server server = Server.start(this.kind, configuration(configuration), "wasm.web.path=fn/")) {
			assertThat(server.post("/fn/add", FORM, "Content-Type", FORM_TYPE).body()).asString().isEqualTo("42");
			assertProblem(server.post("/fn/trap", new byte[0]), 500, "trap", "trap");
			assertProblem(server.send("POST", "/fn/missing", noBody()), 404, "unknown-function", "missing");
			assertProblem(server.send("PUT", "/fn/echo", noBody()), 405, "method-not-allowed", "echo");
		}
	}

	@Test
	void anApplicationWithLazyBeansHasTheEndpoint() throws Exception {
		try (Server server = Server.start(this.kind, Own.class, "spring.main.lazy-initialization=true",
				"spring.mvc.hiddenmethod.filter.enabled=true", "spring.webflux.hiddenmethod.filter.enabled=true")) {
			assertThat(server.post("/functions/add", FORM, "Content-Type", FORM_TYPE).body()).asString()
				.isEqualTo("42");
		}
	}

	@Test
	void withSecurityTheBodyIsTheSameAndARefusalIsAProblemDocument() throws Exception {
		try (Server server = Server.start(this.kind, configuration(Secured.class))) {
			String[] user = { "Authorization", "Basic dXNlcjpzZWNyZXQ=", "Cookie", "XSRF-TOKEN=t" };
			byte[] form = "x=1&_csrf=t&y".getBytes(StandardCharsets.UTF_8);
			for (String type : List.of(FORM_TYPE, MULTIPART_TYPE, "application/json")) {
				HttpResponse<byte[]> refused = server.post("/functions/echo", FORM, user[0], user[1], user[2], user[3],
						"Content-Type", type);
				assertProblem(refused, 403, "forbidden", "echo");
				assertThat(server
					.post("/functions/echo", FORM, user[0], user[1], user[2], user[3], "Content-Type", type,
							"X-XSRF-TOKEN", "t")
					.body()).isEqualTo(FORM);
				if (!isReactive()) {
					assertThat(server
						.post("/functions/echo?_csrf=t", FORM, user[0], user[1], user[2], user[3], "Content-Type", type)
						.body()).isEqualTo(FORM);
				}
			}
			assertThat(
					server.post("/functions/echo", form, user[0], user[1], user[2], user[3], "Content-Type", FORM_TYPE)
						.body())
				.isEqualTo(form);
			HttpResponse<byte[]> unknown = server.post("/functions/echo", FORM, "X-XSRF-TOKEN", "t", "Cookie",
					"XSRF-TOKEN=t");
			assertProblem(unknown, 401, "unauthorized", "echo");
			assertThat(unknown.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic");
			// Its firewall
			assertProblem(server.post("/functions/echo;v=1", FORM, user), 400, "bad-request", "echo");
		}
	}

	@Test
	void aFunctionOfTheApplicationsOwnControllersIsLeftAlone() throws Exception {
		try (Server server = Server.start(this.kind, Beside.class)) {
			assertThat(server.send("GET", "/functions/echo", noBody()).body()).asString().isEqualTo("about");
			assertThat(server.post("/functions/special", FORM).body()).asString().isEqualTo("special");
			assertThat(server.post("/functions/echo", FORM).body()).isEqualTo(FORM);
		}
	}

	@Test
	void contextsBelowAnotherServeTheirOwnFunctionsOrThoseThatTheyInherit() throws Exception {
		try (ConfigurableApplicationContext parent = new SpringApplicationBuilder(Upper.class)
			.web(WebApplicationType.NONE)
			.run(Server.PROPERTIES.stream().map((property) -> "--" + property).toArray(String[]::new));
				Server child = Server.start(this.kind, Own.class, parent,
						"wasm.locations=classpath:/fixtures/cat.wasm,classpath:/fixtures/trap.wasm",
						"wasm.web.path=/below");
				Server heir = Server.start(this.kind, Own.class, parent)) {
			assertThat(child.post("/below/cat", FORM, "Content-Type", FORM_TYPE).body()).isEqualTo(FORM);
			assertProblem(child.post("/below/trap", new byte[0]), 500, "trap", "trap");
			assertProblem(child.post("/below/echo", FORM), 404, "unknown-function", "echo");
			assertProblem(child.send("GET", "/below/cat", noBody()), 405, "method-not-allowed", "cat");
			assertThat(child.post("/functions/echo", FORM).statusCode()).isEqualTo(404);
			assertThat(child.context().getBean(WasmFunctions.class)).isNotSameAs(parent.getBean(WasmFunctions.class));
			assertThat(heir.post("/functions/echo", FORM, "Content-Type", FORM_TYPE).body()).isEqualTo(FORM);
			assertProblem(heir.post("/functions/cat", FORM), 404, "unknown-function", "cat");
			assertProblem(heir.post("/functions/trap", new byte[0]), 500, "trap", "trap");
			assertThat(heir.context().getBean(WasmFunctions.class)).isSameAs(parent.getBean(WasmFunctions.class));
		}
	}

	private static java.net.http.HttpRequest.BodyPublisher noBody() {
		return BodyPublishers.noBody();
	}

	private static void assertProblem(HttpResponse<byte[]> response, int status, String type, String function) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
		JsonNode problem = Server.json(response);
		assertThat(problem.path("type").asString()).isEqualTo("urn:wasm:problem:" + type);
		assertThat(problem.path("status").asInt()).isEqualTo(status);
		assertThat(problem.path("title").asString()).isNotBlank();
		assertThat(problem.path("detail").asString()).isNotBlank();
		assertThat(problem.path("instance").asString()).isEqualTo(response.uri().getPath());
		assertThat(problem.path("function").stringValue(null)).isEqualTo(function);
	}

	static String raw(Server server, String request) throws Exception {
		try (Socket socket = new Socket("localhost", server.port())) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write(request.replaceFirst("\r\n", "\r\nHost: localhost\r\nConnection: close\r\n")
				.getBytes(StandardCharsets.ISO_8859_1));
			out.flush();
			InputStream in = socket.getInputStream();
			return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Upper {

	}

	@RestController
	static class Own {

		@GetMapping("/page")
		String page() {
			return "page";
		}

		@PostMapping("/{page}")
		String post() {
			return "posted";
		}

	}

	@RestController
	static class Beside {

		@GetMapping("/functions/{name}")
		String about() {
			return "about";
		}

		@PostMapping("/functions/special")
		String special() {
			return "special";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Cors implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/**").allowedOrigins("http://other").allowedMethods("POST");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		Filter failing() {
			return (request, response, chain) -> {
				String fail = ((jakarta.servlet.http.HttpServletRequest) request).getHeader("Fail");
				if ("throw".equals(fail)) {
					throw new IllegalStateException("secret");
				}
				((jakarta.servlet.http.HttpServletResponse) response).sendError(429, "secret");
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
		ResponseEntity<String> failed(HttpRequestMethodNotSupportedException ex) {
			return ResponseEntity.status(HttpStatus.I_AM_A_TEAPOT).body("mine: method");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class WholeMvc {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMvc extends WebMvcConfigurationSupport {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Secured {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) throws Exception {
			CookieCsrfTokenRepository tokens = CookieCsrfTokenRepository.withHttpOnlyFalse();
			return http
				.authorizeHttpRequests(
						(requests) -> requests.requestMatchers("/error").permitAll().anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.csrfTokenRepository(tokens)
					.csrfTokenRequestHandler(new CsrfTokenRequestAttributeHandler()))
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("user").password("{noop}secret").build());
		}

		@Bean
		FilterRegistrationBean<Filter> springSecurity(
				@org.springframework.beans.factory.annotation.Qualifier("springSecurityFilterChain") Filter filter) {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
			registration.setOrder(-100);
			return registration;
		}

	}

}
