package dev.wasmspring.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.util.Base64;

import dev.wasmspring.Fixtures;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Versions by way of the actuator, over HTTP.
 */
class WasmVersionsEndpointTests {

	private static final String PATH = "/actuator/wasmversions";

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void versionsAreLoadedSplitAndRolledBack(WebApplicationType type) throws Exception {
		start(type, "management.endpoints.web.exposure.include=wasmversions,auditevents",
				"management.endpoint.wasmversions.access=unrestricted");
		String second = Base64.getEncoder().encodeToString(Fixtures.printing("2222.."));
		HttpResponse<String> loaded = post("/hello/load", "{\"content\":\"" + second + "\"}");
		assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
		assertThat(function("hello").body()).isEqualTo("2222..");
		JsonNode versions = json(get(PATH + "/hello"));
		assertThat(versions.size()).isEqualTo(2);
		assertThat(versions.get(0).path("inService").asBoolean()).isTrue();
		assertThat(versions.get(0).path("functions").toString()).isEqualTo("[\"hello\"]");
		String first = versions.get(1).path("digest").asString();
		assertThat(post("/hello/split", "{\"digest\":\"" + first + "\",\"percent\":100}").statusCode()).isEqualTo(200);
		assertThat(function("hello").body()).isEqualTo("Hello\n");
		assertThat(post("/hello/rollback", "{}").statusCode()).isEqualTo(200);
		assertThat(json(get(PATH)).path("modules").path("hello").get(1).path("percent").asInt()).isEqualTo(100);
		assertThat(post("/hello/disable", "{}").statusCode()).isEqualTo(200);
		assertThat(function("hello").statusCode()).isEqualTo(404);
		assertThat(json(get(PATH)).path("disabled").toString()).isEqualTo("[\"hello\"]");
		assertThat(post("/hello/enable", "{}").statusCode()).isEqualTo(200);
		assertThat(function("hello").statusCode()).isEqualTo(200);
		assertThat(post("/twice/load",
				"{\"language\":\"javascript\",\"source\":\"export const handle = (input) => 2 * input;\"}")
			.statusCode()).isEqualTo(200);
		assertThat(call("POST", "/functions/twice", "21").body()).isEqualTo("42");
		JsonNode events = json(get("/actuator/auditevents")).path("events");
		assertThat(events.valueStream().map((event) -> event.path("type").asString())).containsExactly("WASM_LOADED",
				"WASM_SPLIT", "WASM_ROLLED_BACK", "WASM_DISABLED", "WASM_ENABLED", "WASM_LOADED");
		assertThat(events.get(0).path("data").path("module").asString()).isEqualTo("hello");
		assertThat(events.valueStream().map((event) -> event.path("principal").asString())).containsOnly("ada");
	}

	@Test
	void whatCannotBeDoneIsRefusedWithAReason() throws Exception {
		start(WebApplicationType.SERVLET, "management.endpoints.web.exposure.include=wasmversions",
				"management.endpoint.wasmversions.access=unrestricted");
		HttpResponse<String> broken = post("/hello/load", "{\"content\":\"AAAA\"}");
		assertThat(broken.statusCode()).isEqualTo(400);
		assertThat(json(broken).path("reason").asString()).contains("hello");
		assertThat(json(broken).path("remedy").asString()).isNotEmpty();
		String script = "\"language\":\"javascript\",\"source\":\"export const handle = (input) => input;\"";
		for (String body : new String[] { "{}", "{" + script + ",\"content\":\"AAAA\"}" }) {
			HttpResponse<String> refused = post("/hello/load", body);
			assertThat(refused.statusCode()).as(body).isEqualTo(400);
			assertThat(json(refused).path("reason").asString()).contains("either 'content', in Base64, or 'source'");
		}
		assertThat(post("/hello/rollback", "{}").statusCode()).isEqualTo(400);
		assertThat(post("/hello/split", "{}").statusCode()).isEqualTo(400);
		assertThat(post("/nobody/disable", "{}").statusCode()).isEqualTo(400);
		assertThat(post("/hello/explode", "{}").statusCode()).isEqualTo(404);
		assertThat(get(PATH + "/nobody").statusCode()).isEqualTo(404);
		assertThat(function("hello").body()).isEqualTo("Hello\n");
	}

	@Test
	void exposedItIsReadOnlyUnlessMoreIsAllowed() throws Exception {
		start(WebApplicationType.SERVLET, "management.endpoints.web.exposure.include=*");
		assertThat(get(PATH).statusCode()).isEqualTo(200);
		assertThat(post("/hello/disable", "{}").statusCode()).isIn(404, 405);
		assertThat(function("hello").statusCode()).isEqualTo(200);
	}

	@Test
	void unlessItIsExposedItIsNotThere() throws Exception {
		start(WebApplicationType.SERVLET);
		assertThat(get(PATH).statusCode()).isEqualTo(404);
		assertThat(this.context.getBeanFactory().containsSingleton("wasmModuleVersions")).isFalse();
	}

	private void start(WebApplicationType type, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "wasm.locations=classpath:fixtures/hello.wasm,classpath:fixtures/add.wasm",
					"spring.autoconfigure.exclude=org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration,"
							+ "org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration,"
							+ "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration")
			.properties(properties)
			.run();
	}

	private HttpResponse<String> function(String name) throws Exception {
		return call("POST", "/functions/" + name, "");
	}

	private HttpResponse<String> post(String path, String body) throws Exception {
		return call("POST", PATH + path, body);
	}

	private HttpResponse<String> get(String path) throws Exception {
		return call("GET", path, "");
	}

	private HttpResponse<String> call(String method, String path, String body) throws Exception {
		URI uri = URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path);
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri)
				.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
				.header("Content-Type", "application/json")
				.build(), BodyHandlers.ofString());
	}

	private static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		AuditEventRepository auditEvents() {
			return new InMemoryAuditEventRepository();
		}

		/** Stands for whatever logs operators in. */
		@Bean
		Filter login() {
			return (request, response, chain) -> chain
				.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return () -> "ada";
					}

				}, response);
		}

		@Bean
		WebFilter reactiveLogin() {
			return (exchange, chain) -> chain.filter(exchange)
				.contextWrite(
						ReactiveSecurityContextHolder.withAuthentication(new TestingAuthenticationToken("ada", "")));
		}

	}

}
