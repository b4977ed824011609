package dev.wasmspring.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Controller;
import org.springframework.util.StreamUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.i18n.LocaleChangeInterceptor;
import org.springframework.web.util.ContentCachingRequestWrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Bodies in an application in which everything that may read them does. What its filter
 * does is chosen by a header.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractRequestBodyTests {

	private static final byte[] FORM = "a=1&b=%C3%A4+%2B&&=&lang=de&a=2&broken=%zz&\u00e4=\u00f6"
		.getBytes(StandardCharsets.UTF_8);

	private static final byte[] MULTIPART = """
			--x\r
			Content-Disposition: form-data; name="a"\r
			\r
			1\r
			--x\r
			Content-Disposition: form-data; name="f"; filename="f.bin"\r
			Content-Type: application/octet-stream\r
			\r
			\u0000\u0001\u0002\r
			--x--\r
			""".getBytes(StandardCharsets.UTF_8);

	@TempDir
	static Path accessLog;

	private final String kind;

	private Server server;

	AbstractRequestBodyTests(String kind) {
		this.kind = kind;
	}

	/**
	 * The application in which everything that may read bodies does.
	 */
	Class<?> readers() {
		return Readers.class;
	}

	private boolean isReactive() {
		return this.kind.equals("netty");
	}

	@BeforeAll
	void start() {
		this.server = Server.start(this.kind, readers(), "spring.mvc.hiddenmethod.filter.enabled=true",
				"spring.webflux.hiddenmethod.filter.enabled=true", "server.tomcat.accesslog.enabled=true",
				"server.tomcat.accesslog.pattern=%{x}r %{a}r %{org.apache.catalina.parameter_parse_failed}r %D",
				"server.tomcat.accesslog.directory=" + accessLog, "server.tomcat.max-part-count=1",
				"server.tomcat.max-http-form-post-size=100B", "spring.servlet.multipart.max-file-size=1B");
	}

	@AfterAll
	void stop() throws IOException {
		this.server.close();
		if (this.kind.equals("tomcat")) {
			try (Stream<Path> files = Files.list(accessLog)) {
				assertThat(files.toList()).as("what the access log reads is read").isNotEmpty();
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					application/x-www-form-urlencoded               | none,parameters,names,map,stream,reader,cached,cached-parameters,cached-reader,peek,own-cache,parts,resolver
					application/x-www-form-urlencoded;charset=UTF-8 | none,parameters,reader
					APPLICATION/X-WWW-FORM-URLENCODED               | none,parameters,reader
					multipart/form-data; boundary=x                 | none,parameters,names,map,stream,reader,cached,cached-parameters,cached-reader,peek,own-cache,parts,resolver
					multipart/mixed; boundary=x                     | none,parameters,parts,resolver
					multipart/form-data                             | none,parameters,parts,resolver
					application/json                                | none,parameters,names,map,stream,reader,cached,cached-parameters,cached-reader,peek,own-cache,parts,resolver
					application/octet-stream                        | none,parameters,stream,reader,cached,peek
					""")
	void theFunctionGetsTheBytesThatWereSentWhateverReadThem(String contentType, String behaviours) throws Exception {
		byte[] body = contentType.startsWith("multipart") ? MULTIPART : FORM;
		for (String behaviour : behaviours.split(",")) {
			for (boolean chunked : new boolean[] { false, true }) {
				HttpResponse<byte[]> response = this.server.send("POST", "/functions/echo?q=1",
						chunked ? chunked(body) : BodyPublishers.ofByteArray(body), "Content-Type", contentType,
						"Behaviour", behaviour);
				assertThat(response.statusCode()).as(behaviour).isEqualTo(200);
				assertThat(response.body()).as(behaviour + (chunked ? " chunked" : "")).isEqualTo(body);
			}
		}
	}

	@Test
	void theLineOfTheReadmeAnswers() throws Exception {
		for (String behaviour : List.of("none", "parameters", "stream", "reader")) {
			HttpResponse<byte[]> response = this.server.post("/functions/add",
					"[20, 22]".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/x-www-form-urlencoded",
					"Behaviour", behaviour);
			assertThat(response.body()).asString().isEqualTo("42");
		}
	}

	@Test
	void anEmptyBodyIsAnEmptyInputHoweverItIsSent() throws Exception {
		for (String contentType : List.of("application/x-www-form-urlencoded", "application/json")) {
			for (String behaviour : List.of("none", "parameters", "stream", "reader", "cached", "own-cache")) {
				for (BodyPublisher body : List.of(BodyPublishers.noBody(), chunked(new byte[0]))) {
					HttpResponse<byte[]> response = this.server.send("POST", "/functions/echo?q=1", body,
							"Content-Type", contentType, "Behaviour", behaviour);
					assertThat(response.statusCode()).as(contentType + " " + behaviour).isEqualTo(200);
					assertThat(response.body()).isEmpty();
				}
			}
		}
	}

	@Test
	void aMultipartBodyThatIsEmptyIsNoneAndCannotBeToldFromOneThatWasRead() throws Exception {
		String type = "multipart/form-data; boundary=x";
		assertThat(
				this.server.send("POST", "/functions/echo", BodyPublishers.noBody(), "Content-Type", type).statusCode())
			.isEqualTo(200);
		assertThat(this.server.send("POST", "/functions/echo", chunked(new byte[0]), "Content-Type", type).statusCode())
			.isEqualTo(isReactive() ? 200 : 500);
	}

	@Test
	void parametersAreThereNonetheless() throws Exception {
		HttpResponse<byte[]> form = this.server.post("/functions/echo?q=7&a=0", FORM, "Content-Type",
				"application/x-www-form-urlencoded", "Behaviour", "parameters");
		assertThat(form.headers().firstValue("Q")).hasValue("7");
		assertThat(form.headers().firstValue("A")).hasValue("0,1,2");
		assertThat(form.headers().firstValue("B")).hasValue("%C3%A4+%2B");
		HttpResponse<byte[]> json = this.server.post("/functions/echo?q=7&a=0", FORM, "Content-Type",
				"application/json", "Behaviour", "parameters");
		assertThat(json.headers().firstValue("A")).hasValue("0");
	}

	@Test
	void whatReadsTheStreamBehindSomethingThatReadTheParametersGetsIt() throws Exception {
		HttpResponse<byte[]> response = this.server.post("/functions/echo", FORM, "Content-Type",
				"application/x-www-form-urlencoded", "Behaviour", "parameters-stream");
		assertThat(response.headers().firstValue("Read")).hasValue(String.valueOf(FORM.length));
		assertThat(response.body()).isEqualTo(FORM);
	}

	@Test
	void theMethodInAFormIsObeyedAndNeverAnEmptyInput() throws Exception {
		HttpResponse<byte[]> response = this.server.post("/functions/echo",
				"_method=put".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/x-www-form-urlencoded");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("POST");
	}

	@Test
	void aFilterThatMakesAnotherBodyIsObeyed() throws Exception {
		HttpResponse<byte[]> response = this.server.post("/functions/echo", gzip(FORM), "Content-Type", "a/b",
				"Content-Encoding", "gzip", "Behaviour", "inflate");
		assertThat(response.body()).isEqualTo(FORM);
	}

	@Test
	void anEncodedBodyIsHandedOnAsItWasSent() throws Exception {
		for (String contentType : List.of("application/json", "application/x-www-form-urlencoded")) {
			HttpResponse<byte[]> response = this.server.post("/functions/echo", gzip(FORM), "Content-Type", contentType,
					"Content-Encoding", "gzip", "Behaviour", "parameters");
			assertThat(response.body()).isEqualTo(gzip(FORM));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "swallow", "swallow-reader" })
	void aBodyThatAWrapperSwallowsIsAnErrorAndNeverAnEmptyInput(String behaviour) throws Exception {
		for (boolean chunked : new boolean[] { false, true }) {
			HttpResponse<byte[]> response = this.server.send("POST", "/functions/echo",
					chunked ? chunked(FORM) : BodyPublishers.ofByteArray(FORM), "Content-Type", "application/json",
					"Behaviour", behaviour);
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(Server.json(response).path("type").stringValue()).isEqualTo("urn:wasm:problem:lost-body");
			assertThat(Server.json(response).path("function").stringValue()).isEqualTo("echo");
			assertThat(Server.json(response).path("detail").stringValue()).contains("application/octet-stream");
		}
	}

	@Test
	void aBodyThatIsTooLargeIsToldSoWhoeverReadIt() throws Exception {
		byte[] full = new byte[64 * 1024];
		Arrays.fill(full, (byte) 'a');
		byte[] large = Arrays.copyOf(full, 1024 * 1024);
		for (String contentType : List.of("application/x-www-form-urlencoded", "application/json",
				"multipart/form-data; boundary=x")) {
			for (String behaviour : List.of("none", "parameters", "stream", "reader", "cached", "peek", "own-cache",
					"resolver")) {
				HttpResponse<byte[]> response = this.server.post("/functions/echo", full, "Content-Type", contentType,
						"Behaviour", behaviour);
				assertThat(response.body()).as(contentType + " " + behaviour).isEqualTo(full);
				for (BodyPublisher body : List.of(BodyPublishers.ofByteArray(large), chunked(large))) {
					response = sendUntilAnswered(body, "Content-Type", contentType, "Behaviour", behaviour);
					assertThat(response.statusCode()).as(contentType + " " + behaviour).isEqualTo(413);
					assertThat(Server.json(response).path("type").stringValue())
						.isEqualTo("urn:wasm:problem:input-limit");
				}
			}
		}
	}

	/**
	 * A server that has answered and does not want to read the rest closes the
	 * connection. What it has not read makes that a reset, which may overtake the answer.
	 */
	private HttpResponse<byte[]> sendUntilAnswered(BodyPublisher body, String... headers) throws Exception {
		for (int attempts = 1;; attempts++) {
			try {
				return this.server.send("POST", "/functions/echo", body, headers);
			}
			catch (IOException ex) {
				if (attempts == 5) {
					throw ex;
				}
			}
		}
	}

	@Test
	void aRequestThatIsForwardedGivesItsBodyOrAnError() throws Exception {
		assumeThat(isReactive()).as("WebFlux forwards nothing").isFalse();
		assertThat(this.server.post("/legacy", FORM, "Content-Type", "a/b", "Behaviour", "none").body())
			.isEqualTo(FORM);
		HttpResponse<byte[]> lost = this.server.post("/legacy", "a=1".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/x-www-form-urlencoded", "Behaviour", "parameters");
		assertThat(lost.statusCode()).isEqualTo(500);
		assertThat(Server.json(lost).path("type").stringValue()).isEqualTo("urn:wasm:problem:lost-body");
	}

	@Test
	void theApplicationsOwnRequestsAreLeftAlone() throws Exception {
		HttpResponse<byte[]> response = this.server.post("/own", "a=1".getBytes(StandardCharsets.UTF_8), "Content-Type",
				"application/x-www-form-urlencoded", "Behaviour", "kept");
		assertThat(response.headers().firstValue("Kept")).hasValue("false");
		response = this.server.post("/functions/echo", FORM, "Content-Type", "a/b", "Behaviour", "kept");
		assertThat(response.headers().firstValue("Kept")).hasValue("true");
	}

	private static BodyPublisher chunked(byte[] body) {
		return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
	}

	private static byte[] gzip(byte[] body) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(body);
		}
		return bytes.toByteArray();
	}

	@Configuration(proxyBeanMethods = false)
	static class Readers implements WebMvcConfigurer {

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			LocaleChangeInterceptor interceptor = new LocaleChangeInterceptor();
			interceptor.setParamName("lang");
			interceptor.setIgnoreInvalidLocale(true);
			registry.addInterceptor(interceptor);
		}

		@Bean
		org.springframework.web.servlet.LocaleResolver localeResolver() {
			return new org.springframework.web.servlet.i18n.SessionLocaleResolver();
		}

		/** Before the endpoint's filter in the order of the definitions. */
		@Bean
		FilterRegistrationBean<Filter> aFirst() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(new ReadingFilter());
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return registration;
		}

		@Bean
		Forwarding forwarding() {
			return new Forwarding();
		}

	}

	@Controller
	static class Forwarding {

		@PostMapping("/legacy")
		String legacy() {
			return "forward:/functions/echo";
		}

		@PostMapping("/own")
		void own(HttpServletResponse response) {
			response.setStatus(204);
		}

	}

	/**
	 * Reads what is sent in one of the ways in which filters do.
	 */
	static class ReadingFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String behaviour = request.getHeader("Behaviour");
			HttpServletRequest next = request;
			switch ((behaviour != null) ? behaviour : "none") {
				case "parameters" -> parameters(request, response);
				case "names" -> request.getParameterNames().hasMoreElements();
				case "map" -> request.getParameterMap().forEach((name, values) -> values.clone());
				case "stream" -> request.getInputStream().readAllBytes();
				case "reader" -> StreamUtils.drain(new ByteArrayInputStream(
						request.getReader().lines().reduce("", String::concat).getBytes(StandardCharsets.UTF_8)));
				case "peek" -> {
					next = new ContentCachingRequestWrapper(request, 10);
					next.getInputStream().readNBytes(3);
				}
				case "cached" -> {
					next = new ContentCachingRequestWrapper(request, 100_000);
					next.getInputStream().readAllBytes();
				}
				case "cached-parameters" -> {
					next = new ContentCachingRequestWrapper(request, 100_000);
					next.getParameterMap();
				}
				case "cached-reader" -> {
					next = new ContentCachingRequestWrapper(request, 100_000);
					next.getReader().lines().count();
				}
				case "own-cache" -> next = replaying(request, request.getInputStream().readAllBytes());
				case "inflate" -> next = replacing(request, new GZIPInputStream(request.getInputStream()));
				case "swallow" -> {
					request.getInputStream().readAllBytes();
					next = replacing(request, new ByteArrayInputStream(new byte[0]));
				}
				case "swallow-reader" -> next = new HttpServletRequestWrapper(request) {
					@Override
					public ServletInputStream getInputStream() {
						throw new IllegalStateException("getReader() has already been called");
					}
				};
				case "parts" -> assertThat(request.getParts()).isEmpty();
				case "resolver" -> {
					StandardServletMultipartResolver resolver = new StandardServletMultipartResolver();
					if (resolver.isMultipart(request)) {
						next = resolver.resolveMultipart(request);
					}
				}
				case "parameters-stream" -> {
					request.getParameter("a");
					response.setIntHeader("Read", request.getInputStream().readAllBytes().length);
				}
				case "kept" -> response.setHeader("Kept", String.valueOf(KeptBody.of(request) != null));
				default -> {
				}
			}
			chain.doFilter(next, response);
		}

		private static void parameters(HttpServletRequest request, HttpServletResponse response) {
			for (String name : List.of("q", "a", "b")) {
				String[] values = request.getParameterValues(name);
				if (values != null) {
					response.setHeader(name,
							String.join(",",
									Arrays.stream(values)
										.map((value) -> java.net.URLEncoder.encode(value, StandardCharsets.UTF_8))
										.toList()));
				}
			}
			assertThat(request.getParameter("missing")).isNull();
		}

		private static HttpServletRequest replaying(HttpServletRequest request, byte[] body) {
			return new HttpServletRequestWrapper(request) {
				@Override
				public ServletInputStream getInputStream() {
					return stream(new ByteArrayInputStream(body));
				}
			};
		}

		private static HttpServletRequest replacing(HttpServletRequest request, java.io.InputStream body) {
			ServletInputStream stream = stream(body);
			return new HttpServletRequestWrapper(request) {
				@Override
				public ServletInputStream getInputStream() {
					return stream;
				}
			};
		}

		private static ServletInputStream stream(java.io.InputStream body) {
			return new ServletInputStream() {

				@Override
				public int read() throws IOException {
					return body.read();
				}

				@Override
				public boolean isFinished() {
					return false;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
				}

			};
		}

	}

}
