package dev.wasmspring.howto;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.Filter;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Runs the samples of the page on who may call what, on a server with Spring Security.
 */
class SecurityGuideTests {

	private static final Guide GUIDE = Guide.of("security.md");

	private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "HmacSHA256");

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final String EDITOR = basic("editor");

	private static final String USER = basic("user");

	@Test
	void everySampleIsRun() {
		assertThat(GUIDE.samples("java")).hasSize(2);
		assertThat(GUIDE.notIn(SecurityGuideTests.class)).isEmpty();
		assertThat(GUIDE.samples("properties")).hasSize(3);
	}

	@Test
	void whatIsNotExposedIsUnknownOverHttpAndStillABean() throws Exception {
		for (String path : List.of("/functions", "/")) {
			String below = path.equals("/") ? "" : path;
			try (ServletWebServerApplicationContext server = start(Open.class,
					with(GUIDE.properties(0), "wasm.web.path=" + path))) {
				assertThat(post(server, below + "/add", "[40,2]").body()).isEqualTo("42");
				for (String method : List.of("POST", "OPTIONS", "GET", "PUT")) {
					HttpResponse<String> unknown = send(server, method, below + "/nothing");
					for (String hidden : List.of("upper", "echo")) {
						HttpResponse<String> answer = send(server, method, below + "/" + hidden);
						assertThat(answer.statusCode()).as(method).isEqualTo(unknown.statusCode());
						assertThat(withoutTime(answer.body().replace(hidden, "nothing")))
							.isEqualTo(withoutTime(unknown.body()));
						assertThat(answer.headers().map().keySet()).isEqualTo(unknown.headers().map().keySet());
						assertThat(answer.headers().firstValue("Allow"))
							.isEqualTo(unknown.headers().firstValue("Allow"));
					}
				}
				assertThat(send(server, "GET", path).body()).contains("\"add\"").doesNotContain("upper", "echo");
				assertThat(server.getBean(WasmFunctions.class).get("upper").apply("abc")).isEqualTo("ABC");
			}
		}
	}

	@Test
	void excludingIsStrongerThanIncludingAndAFunctionsOwnPropertyThanBoth() throws Exception {
		try (ServletWebServerApplicationContext server = start(Open.class, "wasm.web.exposure.include=*",
				"wasm.web.exposure.exclude=u*,echo,add", "wasm.functions.echo.web.enabled=true")) {
			assertThat(send(server, "GET", "/functions").body()).contains("\"echo\"")
				.doesNotContain("upper", "\"add\"");
		}
		try (ServletWebServerApplicationContext server = start(Open.class, "wasm.web.exposure.include=")) {
			assertThat(send(server, "GET", "/functions").body()).isEqualTo("[]");
			assertThat(post(server, "/functions/add", "[1,2]").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void aNameThatNoFunctionHasStopsTheStart() {
		for (String property : List.of("wasm.web.exposure.include", "wasm.web.exposure.exclude")) {
			assertThat(failure(property + "=ad")).hasMessageContaining("no function [ad]");
		}
	}

	@Test
	void pagesOfOtherOriginsMayCallWhatTheyAreAllowedTo() throws Exception {
		try (ServletWebServerApplicationContext server = start(Controller.class,
				with(GUIDE.properties(1), "wasm.web.exposure.exclude=echo"))) {
			for (String path : List.of("/functions/add", "/functions/echo", "/functions/nothing")) {
				HttpResponse<String> preflight = send(server, "OPTIONS", path, "Origin", "https://shop.example.com",
						"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "X-XSRF-TOKEN");
				assertThat(preflight.statusCode()).as(path).isEqualTo(200);
				assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
					.hasValue("https://shop.example.com");
				assertThat(preflight.headers().firstValue("Access-Control-Max-Age")).hasValue("600");
			}
			assertThat(send(server, "OPTIONS", "/functions/add", "Origin", "https://evil.example.com",
					"Access-Control-Request-Method", "POST")
				.statusCode()).isEqualTo(403);
			assertThat(send(server, "OPTIONS", "/functions/add", "Origin", "https://shop.example.com",
					"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "X-Other")
				.statusCode()).isEqualTo(403);
			HttpResponse<String> called = post(server, "/functions/add", "[40,2]", "Origin",
					"https://shop.example.com");
			assertThat(called.body()).isEqualTo("42");
			assertThat(called.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example.com");
			assertThat(post(server, "/functions/add", "[1,2]", "Origin", "https://evil.example.com").statusCode())
				.isEqualTo(403);
			HttpResponse<String> own = send(server, "GET", "/own", "Origin", "https://shop.example.com");
			assertThat(own.statusCode()).isEqualTo(200);
			assertThat(own.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
		}
	}

	@Test
	void everyPropertyOfCorsIsObeyed() throws Exception {
		try (ServletWebServerApplicationContext server = start(Open.class,
				"wasm.web.cors.allowed-origin-patterns=https://*.example.com",
				"wasm.web.cors.allowed-methods=POST,DELETE", "wasm.web.cors.exposed-headers=ETag",
				"wasm.web.cors.allow-credentials=true")) {
			HttpResponse<String> preflight = send(server, "OPTIONS", "/functions/add", "Origin",
					"https://shop.example.com", "Access-Control-Request-Method", "DELETE");
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials")).hasValue("true");
			assertThat(send(server, "OPTIONS", "/functions/add", "Origin", "https://shop.example.com",
					"Access-Control-Request-Method", "GET")
				.statusCode()).isEqualTo(403);
			HttpResponse<String> called = post(server, "/functions/add", "[40,2]", "Origin",
					"https://shop.example.com");
			assertThat(called.body()).isEqualTo("42");
			assertThat(called.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example.com");
			assertThat(called.headers().firstValue("Access-Control-Expose-Headers")).hasValue("ETag");
			assertThat(post(server, "/functions/add", "[1,2]", "Origin", "https://example.org").statusCode())
				.isEqualTo(403);
		}
	}

	@Test
	void credentialsAreNotForEveryOrigin() {
		Throwable failure = failure("wasm.web.cors.allowed-origins=*", "wasm.web.cors.allow-credentials=true");
		assertThat(failure).isInstanceOf(InvalidConfigurationPropertyValueException.class)
			.hasMessageContaining("wasm.web.cors.allow-credentials");
		assertThat(Analyses.of(failure)).isNull();
	}

	@Test
	void singleFunctionsHaveRulesOfTheirOwn() throws Exception {
		try (ServletWebServerApplicationContext server = start(Rules.class)) {
			assertThat(post(server, "/functions/add", "[40,2]").body()).isEqualTo("42");
			HttpResponse<String> refused = post(server, "/functions/upper", "abc");
			assertThat(refused.statusCode()).isEqualTo(401);
			assertThat(refused.body()).contains("urn:wasm:problem:unauthorized");
			assertThat(post(server, "/functions/upper", "abc", "Authorization", USER).statusCode()).isEqualTo(403);
			assertThat(post(server, "/functions/upper", "abc", "Authorization", EDITOR).body()).isEqualTo("ABC");
			assertThat(post(server, "/functions/echo", "abc", "Authorization", EDITOR).statusCode()).isEqualTo(403);
			assertThat(send(server, "GET", "/functions", "Authorization", EDITOR).statusCode()).isEqualTo(403);
		}
	}

	@Test
	void scopesOfTokensAreAuthorities() throws Exception {
		try (ServletWebServerApplicationContext server = start(Tokens.class)) {
			assertThat(post(server, "/functions/add", "[40,2]").statusCode()).isEqualTo(401);
			assertThat(
					post(server, "/functions/add", "[40,2]", "Authorization", "Bearer " + token("read")).statusCode())
				.isEqualTo(403);
			String token = token("calculate");
			assertThat(post(server, "/functions/add", "[40,2]", "Authorization", "Bearer " + token).body())
				.isEqualTo("42");
			assertThat(post(server, "/functions/add", "[40,2]", "Authorization", "Bearer " + token + "x").statusCode())
				.isEqualTo(401);
		}
	}

	@Test
	void functionsLearnTheRolesOfTheirCallers(@TempDir Path directory) throws Exception {
		TestModules.copy("env", directory.resolve("roles.wasm"));
		TestModules.copy("env", directory.resolve("untold.wasm"));
		Files.writeString(directory.resolve("script.js"), """
				export const handle = (input, headers) => ({ roles: headers["caller-roles"] ?? "none" });
				""");
		try (ServletWebServerApplicationContext server = start(Roles.class,
				with(GUIDE.properties(2), "wasm.functions.script.web.caller-roles=true",
						"wasm.locations=" + directory.toUri() + "*.wasm," + directory.toUri() + "*.js"))) {
			assertThat(post(server, "/functions/roles", "", "Authorization", EDITOR).body())
				.contains("CALLER_ROLES=ROLE_EDITOR,ROLE_USER");
			assertThat(post(server, "/functions/roles", "").body()).contains("CALLER_ROLES=").doesNotContain("ROLE_E");
			assertThat(post(server, "/functions/untold", "", "Authorization", EDITOR).body())
				.doesNotContain("CALLER_ROLES");
			assertThat(
					post(server, "/functions/script", "", "Authorization", EDITOR, "Caller-Roles", "ROLE_ADMIN").body())
				.contains("[\"ROLE_EDITOR\",\"ROLE_USER\"]");
			assertThat(post(server, "/functions/script", "", "Caller-Roles", "ROLE_ADMIN").body())
				.isEqualTo("{\"roles\":[]}");
		}
	}

	@Test
	void allFunctionsLearnTheRolesOfTheirCallersButThoseThatAreNotTold(@TempDir Path directory) throws Exception {
		TestModules.copy("env", directory.resolve("roles.wasm"));
		TestModules.copy("env", directory.resolve("untold.wasm"));
		try (ServletWebServerApplicationContext server = start(Roles.class, "wasm.web.caller-roles=true",
				"wasm.functions.untold.web.caller-roles=false", "wasm.locations=" + directory.toUri() + "*.wasm")) {
			assertThat(post(server, "/functions/roles", "", "Authorization", EDITOR).body())
				.contains("CALLER_ROLES=ROLE_EDITOR,ROLE_USER");
			assertThat(post(server, "/functions/untold", "", "Authorization", EDITOR).body())
				.doesNotContain("CALLER_ROLES");
		}
	}

	private static String withoutTime(String body) {
		return body.replaceAll("\"timestamp\":\"[^\"]*\"", "");
	}

	private static Throwable failure(String... properties) {
		ThrowableAssert.ThrowingCallable start = () -> start(Open.class, properties).close();
		return NestedExceptionUtils.getMostSpecificCause(catchThrowable(start));
	}

	private static String[] with(String[] properties, String... more) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.addAll(List.of(more));
		return all.toArray(String[]::new);
	}

	private static ServletWebServerApplicationContext start(Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(List.of("server.port=0", "spring.main.banner-mode=off",
				"server.shutdown=immediate", "spring.jmx.enabled=false"));
		if (List.of(properties).stream().noneMatch((property) -> property.startsWith("wasm.locations="))) {
			all.add(TestModules.locations("add", "upper", "echo"));
		}
		all.addAll(List.of(properties));
		return (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class, configuration)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new));
	}

	private static HttpResponse<String> post(ServletWebServerApplicationContext server, String path, String body,
			String... headers) throws IOException, InterruptedException {
		return send(server, HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)), path, headers);
	}

	private static HttpResponse<String> send(ServletWebServerApplicationContext server, String method, String path,
			String... headers) throws IOException, InterruptedException {
		return send(server, HttpRequest.newBuilder().method(method, BodyPublishers.noBody()), path, headers);
	}

	private static HttpResponse<String> send(ServletWebServerApplicationContext server, HttpRequest.Builder request,
			String path, String... headers) throws IOException, InterruptedException {
		if (headers.length > 0) {
			request.headers(headers);
		}
		return HTTP.send(request.uri(URI.create("http://localhost:" + server.getWebServer().getPort() + path)).build(),
				BodyHandlers.ofString());
	}

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes());
	}

	private static String token(String scope) {
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject("service")
			.claim("scope", scope)
			.expiresAt(Instant.now().plusSeconds(600))
			.build();
		return new NimbusJwtEncoder(new ImmutableSecret<>(KEY))
			.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
			.getTokenValue();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackages = "none")
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Open {

	}

	@RestController
	static class Controller {

		@GetMapping("/own")
		String own() {
			return "own";
		}

	}

	@EnableWebSecurity
	abstract static class Secured {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("user").password("{noop}secret").roles("USER").build(),
					User.withUsername("editor").password("{noop}secret").roles("USER", "EDITOR").build());
		}

		@Bean
		FilterRegistrationBean<Filter> springSecurity(@Qualifier("springSecurityFilterChain") Filter filter) {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
			registration.setOrder(-100);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Rules extends Secured {

		@Bean
		SecurityFilterChain functions(HttpSecurity http) throws Exception {
			return http.securityMatcher("/functions/**", "/error")
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/error")
					.permitAll()
					.requestMatchers(HttpMethod.POST, "/functions/add")
					.permitAll()
					.requestMatchers(HttpMethod.POST, "/functions/upper")
					.hasRole("EDITOR")
					.anyRequest()
					.denyAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Tokens extends Secured {

		@Bean
		SecurityFilterChain tokens(HttpSecurity http) throws Exception {
			return http
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/error")
					.permitAll()
					.requestMatchers(HttpMethod.POST, "/functions/add")
					.hasAuthority("SCOPE_calculate")
					.anyRequest()
					.authenticated())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		JwtDecoder decoder() {
			return NimbusJwtDecoder.withSecretKey(KEY).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Roles extends Secured {

		@Bean
		SecurityFilterChain everybody(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

}
