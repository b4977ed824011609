package dev.wasmspring.web;

import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.versions.ModuleVersions;
import dev.wasmspring.versions.TenantQuota;
import dev.wasmspring.versions.WasmTenant;
import dev.wasmspring.versions.WasmTenants;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Does what the guides say: their properties and files are those of an application, each
 * {@code curl} answers what stands below it, and their Java is what stands here.
 */
class HowToDocumentTests {

	private static final Path GUIDES = Path.of("../docs/how-to");

	private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "http.md, tomcat, 6", "http.md, netty, 6", "webflux.md, netty, 1", "versions.md, tomcat, 6",
			"versions.md, netty, 6" })
	void theGuideSaysWhatHappens(String guide, String kind, int calls) throws Exception {
		List<String> properties = new ArrayList<>();
		List<String> lines = new ArrayList<>();
		for (Matcher block = BLOCK.matcher(Files.readString(GUIDES.resolve(guide))); block.find();) {
			switch (block.group(1)) {
				case "properties" -> properties.addAll(properties(block.group(2)));
				case "js" -> write(block.group(2));
				case "console" -> lines.addAll(block.group(2).lines().toList());
				default -> {
				}
			}
		}
		properties.removeIf((property) -> property.startsWith("spring.main."));
		// The class path of the tests has no upper.wasm among its own modules
		properties.add("wasm.locations=classpath:/fixtures/upper.wasm,classpath:/fixtures/cgi.wasm,file:" + this.folder
				+ "/*.js");
		try (Server server = Server.start(kind, Nothing.class, properties.toArray(String[]::new))) {
			assertThat(runs(server, lines)).isEqualTo(calls);
		}
	}

	private static List<String> properties(String block) throws IOException {
		Properties properties = new Properties();
		properties.load(new StringReader(block));
		return properties.stringPropertyNames().stream().map((name) -> name + "=" + properties.get(name)).toList();
	}

	private void write(String script) throws IOException {
		assertThat(script).startsWith("// ");
		Files.writeString(this.folder.resolve(script.substring(3, script.indexOf('\n'))), script);
	}

	private static int runs(Server server, List<String> lines) throws Exception {
		int calls = 0;
		for (int i = 0; i < lines.size();) {
			String command = lines.get(i++);
			assertThat(command).startsWith("$ curl ");
			List<String> expected = new ArrayList<>();
			while (i < lines.size() && !lines.get(i).startsWith("$ ")) {
				expected.add(lines.get(i++));
			}
			check(server, command.substring("$ curl ".length()), expected);
			calls++;
		}
		return calls;
	}

	private static void check(Server server, String options, List<String> expected) throws Exception {
		List<String> words = new ArrayList<>();
		for (Matcher word = WORD.matcher(options); word.find();) {
			words.add((word.group(1) != null) ? word.group(1) : word.group(2));
		}
		boolean shown = words.remove("-i");
		String method = option(words, "-X");
		String header = option(words, "-H");
		String body = option(words, "-d");
		assertThat(words).hasSize(1).first().asString().startsWith("localhost:8080/");
		List<String> headers = new ArrayList<>();
		if (header != null) {
			headers.addAll(List.of(header.split(": ", 2)));
		}
		if (body != null && (header == null || !header.startsWith("Content-Type"))) {
			headers.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
		}
		HttpResponse<byte[]> response = server.send((method != null) ? method : (body != null) ? "POST" : "GET",
				words.get(0).substring("localhost:8080".length()),
				(body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody(),
				headers.toArray(String[]::new));
		String answer = new String(response.body(), StandardCharsets.UTF_8);
		int blank = shown ? expected.indexOf("") : -1;
		if (shown) {
			assertThat("HTTP/1.1 " + response.statusCode()).as(options + answer).isEqualTo(expected.get(0));
			for (String line : expected.subList(1, (blank != -1) ? blank : expected.size())) {
				String[] named = line.split(": ", 2);
				assertThat(response.headers().firstValue(named[0]).orElse("none")).as(options)
					.isEqualToIgnoringCase(named[1]);
			}
			assertThat(answer)
				.isEqualTo((blank != -1) ? String.join("\n", expected.subList(blank + 1, expected.size())) : "");
		}
		else if (!expected.isEmpty()) {
			assertThat(answer).as(options).isEqualTo(String.join("\n", expected));
		}
		else {
			assertThat(response.statusCode()).as(options + answer).isEqualTo(200);
		}
	}

	private static String option(List<String> words, String option) {
		int at = words.indexOf(option);
		if (at == -1) {
			return null;
		}
		words.remove(at);
		return words.remove(at);
	}

	@Test
	void theJavaOfTheGuideRuns() throws IOException {
		try (Server server = Server.start("tomcat", Nothing.class)) {
			ModuleVersions versions = server.context().getBean(ModuleVersions.class);
			versions.load("price", "javascript", "export const handle = (n) => n * 2;");
			String second = versions.by("ada")
				.load("price", "javascript", "export const handle = (n) => n * 4;")
				.digest();
			versions.rollBack("price");
			versions.split("price", second, 10);
			versions.disable("price");
			assertThat(versions.disabled()).containsExactly("price");
			WasmTenants tenants = server.context().getBean(WasmTenants.class);
			WasmTenant acme = tenants.open("acme", new TenantQuota(20, 8, 64 << 20, 100));
			acme.load("price", "javascript", "export const handle = (n) => n * 2;");
			Object answer = acme.call("price", "21");
			assertThat(answer).isEqualTo("42");
			assertThat((byte[]) tenants.find("acme").call("price", "21".getBytes())).asString().isEqualTo("42");
		}
		String here = squeezed(Files.readString(Path.of("src/test/java/dev/wasmspring/web/HowToDocumentTests.java")));
		for (Matcher block = BLOCK.matcher(Files.readString(GUIDES.resolve("versions.md"))); block.find();) {
			if (block.group(1).equals("java")) {
				boolean type = block.group(2).contains("class ");
				for (String part : type ? List.of(block.group(2)) : List.of(block.group(2).split("(?<=;)\\n"))) {
					assertThat(here).contains(squeezed(part));
				}
			}
		}
	}

	private static String squeezed(String code) {
		return code.replaceAll("\\bstatic (?=class)", "").replaceAll("\\s+", "");
	}

	@Test
	void theControllerOfTheGuideServesTenants() throws Exception {
		try (Server server = Server.start("tomcat", Tenants.class)) {
			server.context()
				.getBean(WasmTenants.class)
				.open("acme", new TenantQuota(20, 8, 64 << 20, 0.001))
				.load("price", "javascript", "export const handle = (n) => n * 2;");
			assertThat(mine(server, "acme", "price").body()).asString().isEqualTo("42");
			HttpResponse<byte[]> tooMany = mine(server, "acme", "price");
			assertThat(tooMany.statusCode()).isEqualTo(429);
			assertThat(Server.json(tooMany).path("detail").stringValue()).contains("0.001 a second");
			assertThat(mine(server, "acme", "add").statusCode()).isEqualTo(404);
			assertThat(mine(server, "nobody", "price").statusCode()).isEqualTo(404);
		}
	}

	private static HttpResponse<byte[]> mine(Server server, String user, String function) throws Exception {
		return server.post("/mine/" + function, "21".getBytes(), "Tenant", user, "Content-Type", "application/json");
	}

	@Test
	void everyGuideIsLinked() throws IOException {
		String reference = "";
		try (Stream<Path> pages = Files.list(Path.of("../docs/reference"))) {
			for (Path page : pages.toList()) {
				reference += Files.readString(page);
			}
		}
		assertThat(reference).contains("how-to/http.md", "how-to/webflux.md", "how-to/versions.md");
	}

	@Import(Login.class)
	@RestController
	static class Tenants {

		private final WasmTenants tenants;

		Tenants(WasmTenants tenants) {
			this.tenants = tenants;
		}

		@PostMapping("/mine/{function}")
		byte[] call(@PathVariable String function, @RequestBody byte[] body, Principal principal) {
			WasmTenant tenant = this.tenants.find(principal.getName());
			if (tenant == null) {
				throw new ResponseStatusException(HttpStatus.NOT_FOUND);
			}
			return (byte[]) tenant.call(function, body);
		}

		@ExceptionHandler
		ProblemDetail failed(WasmFunctionException ex) {
			HttpStatus status = switch (ex.outcome()) {
				case UNKNOWN_FUNCTION -> HttpStatus.NOT_FOUND;
				case INVALID_INPUT, INPUT_LIMIT -> HttpStatus.BAD_REQUEST;
				case REJECTED -> HttpStatus.TOO_MANY_REQUESTS;
				default -> HttpStatus.BAD_GATEWAY;
			};
			return ProblemDetail.forStatusAndDetail(status, ex.detail());
		}

	}

	/** Stands for whatever logs tenants in. */
	@Configuration(proxyBeanMethods = false)
	static class Login {

		@Bean
		Filter login() {
			return (request, response, chain) -> chain
				.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return () -> getHeader("Tenant");
					}

				}, response);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
