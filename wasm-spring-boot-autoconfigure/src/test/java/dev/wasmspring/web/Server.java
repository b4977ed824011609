package dev.wasmspring.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.wasmspring.CompiledModules;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with functions on a real server, and a client for it.
 */
final class Server implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/** More than any answer takes, so that one that never comes fails its test. */
	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final String JETTY = "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";

	private static final String TOMCAT = "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";

	private static final String REACTIVE_JETTY = JETTY.replace("servlet.JettyServlet", "reactive.JettyReactive");

	private static final String REACTIVE_TOMCAT = TOMCAT.replace("servlet.TomcatServlet", "reactive.TomcatReactive");

	/** Of every application, unless it has others. */
	static final List<String> PROPERTIES = List.of("server.port=0", CompiledModules.property(),
			"spring.main.banner-mode=off", "spring.jmx.enabled=false",
			"wasm.locations=classpath:/fixtures/echo.wasm,classpath:/fixtures/add.wasm,classpath:/fixtures/trap.wasm",
			"wasm.limits.timeout=20s", "wasm.limits.input=64KB", "wasm.limits.output=64KB");

	private final ConfigurableApplicationContext context;

	private Server(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an application.
	 * @param kind {@code tomcat}, {@code jetty}, or {@code netty} with WebFlux
	 */
	static Server start(String kind, Class<?> configuration, String... properties) {
		return start(kind, configuration, null, properties);
	}

	/**
	 * Starts an application whose context is below another.
	 * @param parent the context above, {@code null} for none
	 */
	static Server start(String kind, Class<?> configuration, @Nullable ConfigurableApplicationContext parent,
			String... properties) {
		List<String> all = new ArrayList<>(PROPERTIES);
		all.add("spring.autoconfigure.exclude=" + switch (kind) {
			case "jetty" -> TOMCAT;
			case "netty" -> REACTIVE_TOMCAT + "," + REACTIVE_JETTY;
			default -> JETTY;
		});
		for (String property : properties) {
			// Options that are given twice are a list
			all.removeIf((other) -> other.startsWith(property.substring(0, property.indexOf('=') + 1)));
			all.add(property);
		}
		SpringApplicationBuilder builder = new SpringApplicationBuilder(Application.class, configuration)
			.web(kind.equals("netty") ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET)
			.properties("server.shutdown=immediate");
		if (parent != null) {
			builder.parent(parent);
		}
		Server server = new Server(builder.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
		if (!server.webServer().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT).contains(kind)) {
			server.close();
			throw new IllegalStateException("Not " + kind);
		}
		return server;
	}

	int port() {
		return webServer().getPort();
	}

	private WebServer webServer() {
		return Objects.requireNonNull(((WebServerApplicationContext) this.context).getWebServer());
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	HttpResponse<byte[]> post(String path, byte[] body, String... headers) throws Exception {
		return send("POST", path, BodyPublishers.ofByteArray(body), headers);
	}

	HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
			.timeout(PATIENCE)
			.method(method, body);
		if (headers.length > 0) {
			request.headers(headers);
		}
		return HTTP.send(request.build(), BodyHandlers.ofByteArray());
	}

	static JsonNode json(HttpResponse<byte[]> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
