package dev.wasmspring.script;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import dev.wasmspring.CompiledModules;
import dev.wasmspring.TestModules;
import dev.wasmspring.discovery.DuplicateModuleException;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Scripts as functions of an application: beans, endpoints, settings, failures.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScriptFunctionsTests {

	@TempDir
	Path folder;

	private final HttpClient http = HttpClient.newHttpClient();

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.open) {
			closeable.close();
		}
	}

	@Test
	void aScriptIsABeanOfItsName() throws IOException {
		write("pricing.js", "export const handle = (input) => ({ net: input.net * 2 });");
		ConfigurableApplicationContext context = start();
		assertThat(bean(context, "pricing").apply("{\"net\":2}")).isEqualTo("{\"net\":4}");
		Function<byte[], byte[]> found = context.getBean(FunctionCatalog.class).lookup("pricing");
		assertThat(found.apply("{\"net\":3}".getBytes())).asString().isEqualTo("{\"net\":6}");
	}

	@Test
	void aScriptIsAnEndpointOfItsName() throws Exception {
		write("pricing.js",
				"""
						export async function handle(input, metadata) {
						  if (input === null) return null;
						  if (typeof input === "string") return input.toUpperCase();
						  if (input instanceof Uint8Array) return input.reverse();
						  return { input, caller: metadata["x-caller"], type: metadata["content-type"], secret: metadata.authorization };
						}
						""");
		ConfigurableApplicationContext context = startWeb();
		HttpResponse<String> json = post(context, "pricing", "{\"a\":1}", "Content-Type", "application/json",
				"X-Caller", "Ada", "Authorization", "Basic c2VjcmV0");
		assertThat(json.statusCode()).isEqualTo(200);
		assertThat(json.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(json.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(json.body()).isEqualTo("{\"input\":{\"a\":1},\"caller\":\"Ada\",\"type\":\"application/json\"}");
		HttpResponse<String> untyped = post(context, "pricing", "[1]");
		assertThat(untyped.body()).isEqualTo("{\"input\":[1]}");
		HttpResponse<String> text = post(context, "pricing", "shout", "Content-Type", "text/plain");
		assertThat(text.body()).isEqualTo("SHOUT");
		assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
		HttpResponse<String> bytes = post(context, "pricing", "abc", "Content-Type", "image/png");
		assertThat(bytes.body()).isEqualTo("cba");
		assertThat(bytes.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
		HttpResponse<String> nothing = post(context, "pricing", "");
		assertThat(nothing.statusCode()).isEqualTo(200);
		assertThat(nothing.body()).isEmpty();
		assertThat(nothing.headers().firstValue("Content-Type")).isEmpty();
	}

	@Test
	void languagesServeSideBySide(CapturedOutput output) throws Exception {
		write("pricing.js", "export const handle = (input) => ({ net: input.net * 2 });");
		write("total.py", """
				import logging
				from total.rates import RATE

				def handle(input, metadata):
				    logging.info("for %s", metadata.get("x-caller"))
				    return {"total": input["net"] * RATE, "secret": metadata.get("authorization")}
				""");
		write("total/rates.py", "RATE = 3\n");
		ConfigurableApplicationContext context = startWeb();
		assertThat(post(context, "pricing", "{\"net\":2}").body()).isEqualTo("{\"net\":4}");
		HttpResponse<String> total = post(context, "total", "{\"net\":2}", "X-Caller", "Ada", "Authorization",
				"Basic c2VjcmV0");
		assertThat(total.body()).isEqualTo("{\"total\":6,\"secret\":null}");
		assertThat(total.headers().firstValue("Content-Type")).hasValue("application/json");
		HttpResponse<String> failed = post(context, "total", "{\"gross\":2}");
		assertThat(failed.statusCode()).isEqualTo(500);
		assertThat(failed.body()).doesNotContain("net", "KeyError", "total.py");
		assertThat(output.toString().lines().filter((line) -> line.contains("wasm.functions.total"))).satisfiesExactly(
				(line) -> assertThat(line).contains("INFO").endsWith(": INFO root: for Ada"),
				(line) -> assertThat(line).contains("INFO").endsWith(": INFO root: for None"),
				(line) -> assertThat(line).contains("WARN", "KeyError: 'net', at total.py:6:"));
		Function<byte[], byte[]> composed = context.getBean(FunctionCatalog.class).lookup("pricing|total");
		assertThat(composed.apply("{\"net\":2}".getBytes())).asString().contains("\"total\":12");
	}

	@Test
	void theCallerLearnsOnlyThatAScriptFailed(CapturedOutput output) throws Exception {
		write("pricing.js", "export function handle(input) {\n  throw new TypeError('secret ' + input.a);\n}\n");
		ConfigurableApplicationContext context = startWeb();
		HttpResponse<String> failed = post(context, "pricing", "{\"a\":1}", "Content-Type", "application/json");
		assertThat(failed.statusCode()).isEqualTo(500);
		JsonNode problem = JsonMapper.shared().readTree(failed.body());
		assertThat(problem.path("type").stringValue()).isEqualTo("urn:wasm:problem:error");
		assertThat(problem.path("title").stringValue()).isEqualTo("Function failed");
		assertThat(failed.body()).doesNotContain("secret", "TypeError", "pricing.js");
		assertThat(output).contains("ended with error: The function failed. TypeError: secret 1, at pricing.js:2:",
				"In handle (pricing.js:2)");
		HttpResponse<String> invalid = post(context, "pricing", "{\"a\":", "Content-Type", "application/json");
		assertThat(invalid.statusCode()).isEqualTo(400);
		assertThat(JsonMapper.shared().readTree(invalid.body()).path("type").stringValue())
			.isEqualTo("urn:wasm:problem:invalid-input");
	}

	@Test
	void settingsAreThoseOfAnyFunction() throws Exception {
		write("page.js", "export const handle = (input) => '<p>' + input + '</p>';");
		write("endless.js", "export function handle(input) { for (;;) {} }");
		write("off.js", "not a script at all");
		ConfigurableApplicationContext context = startWeb("wasm.functions.page.consumes=text/plain",
				"wasm.functions.page.produces=text/html;charset=UTF-8", "wasm.functions.endless.limits.timeout=100ms",
				"wasm.functions.off.enabled=false", "wasm.functions.page.limits.input=10B");
		HttpResponse<String> page = post(context, "page", "well", "Content-Type", "text/plain");
		assertThat(page.body()).isEqualTo("<p>well</p>");
		assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
		assertThat(post(context, "page", "1", "Content-Type", "application/json").statusCode()).isEqualTo(415);
		assertThat(post(context, "page", "12345678901", "Content-Type", "text/plain").statusCode()).isEqualTo(413);
		assertThat(bean(context, "page").apply("untyped")).isEqualTo("<p>untyped</p>");
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> bean(context, "endless").apply("1"))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.TIMEOUT));
		assertThat(context.containsBean("off")).isFalse();
	}

	@Test
	void operatorsSeeAScriptAsAnyFunction() throws Exception {
		write("pricing.js", "export function handle(input) { if (!input) throw new Error('empty'); return input; }");
		ConfigurableApplicationContext context = startWeb("management.endpoints.web.exposure.include=wasm,metrics");
		assertThat(post(context, "pricing", "1").statusCode()).isEqualTo(200);
		assertThat(post(context, "pricing", "0").statusCode()).isEqualTo(500);
		JsonNode function = get(context, "/actuator/wasm/pricing");
		assertThat(function.path("kind").stringValue()).isEqualTo("script");
		assertThat(function.path("calls").path("success").intValue()).isEqualTo(1);
		assertThat(function.path("calls").path("error").intValue()).isEqualTo(1);
		JsonNode module = get(context, "/actuator/wasm").path("modules").path(0);
		assertThat(module.path("name").stringValue()).isEqualTo("pricing");
		assertThat(module.path("state").stringValue()).isEqualTo("ready");
		assertThat(module.path("kind").stringValue()).isEqualTo("script");
		assertThat(module.path("origin").stringValue()).endsWith("pricing.js]");
		assertThat(module.has("hugeFunctions")).isFalse();
		JsonNode meter = get(context, "/actuator/metrics/wasm.function?tag=function:pricing&tag=outcome:error");
		assertThat(meter.path("measurements").path(0).path("value").intValue()).isEqualTo(1);
	}

	@Test
	void whatAScriptPrintsGoesToTheLogOfItsFunction(CapturedOutput output) throws IOException {
		write("talks.js",
				"console.log('loaded');\nexport function handle(input) { console.log('got', input); return 1; }");
		ConfigurableApplicationContext context = start();
		bean(context, "talks").apply("{\"a\":[1]}");
		assertThat(output.toString().lines().filter((line) -> line.contains("wasm.functions.talks"))).satisfiesExactly(
				(line) -> assertThat(line).contains("INFO").endsWith(": loaded"),
				(line) -> assertThat(line).contains("INFO").endsWith(": got { a: [ 1 ] }"));
	}

	@Test
	void theModulesOfAScriptLieInAFolderOfItsName() throws IOException {
		write("pricing.js", "import { rate } from './pricing/rates.js';\nexport const handle = (net) => net * rate;");
		write("pricing/rates.js", "export const rate = 2;");
		write("other/free.js", "export const handle = () => 'free';");
		ConfigurableApplicationContext context = start("wasm.locations=file:" + this.folder + "/**/*.js");
		assertThat(context.getBean(WasmFunctions.class).all()).extracting("name").containsExactly("free", "pricing");
		assertThat(bean(context, "pricing").apply("21")).isEqualTo("42");
	}

	@Test
	void scriptsAndTheirModulesAreFoundInJars() throws Exception {
		Path jar = this.folder.resolve("scripts.jar");
		try (OutputStream stream = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(stream)) {
			for (Map.Entry<String, String> file : Map
				.of("wasm/pricing.mjs",
						"import { rate } from './pricing/rates.mjs';\nexport const handle = (net) => net * rate;",
						"wasm/pricing/rates.mjs", "export const rate = 2;", "wasm/readme.txt", "none")
				.entrySet()) {
				entries.putNextEntry(new JarEntry(file.getKey()));
				entries.write(file.getValue().getBytes());
				entries.closeEntry();
			}
		}
		URLClassLoader classLoader = new URLClassLoader(new URL[] { jar.toUri().toURL() }, getClass().getClassLoader());
		this.open.add(classLoader);
		ConfigurableApplicationContext context = application(WebApplicationType.NONE)
			.resourceLoader(new DefaultResourceLoader(classLoader))
			.run(arguments("wasm.locations=classpath*:/wasm/*"));
		this.open.add(0, context);
		assertThat(bean(context, "pricing").apply("21")).isEqualTo("42");
	}

	@Test
	void aSyntaxErrorStopsTheStart(CapturedOutput output) throws IOException {
		write("pricing.js", "export function handle(input) {\n  return input +;\n}\n");
		assertThat(catchThrowable(this::start)).isNotNull();
		assertThat(output).contains("APPLICATION FAILED TO START", "The script 'pricing' from file [",
				"pricing.js:2:17", ": return input +;", "Correct the script.");
	}

	@Test
	void aScriptThatCannotBeUsedCanBeSkipped() throws IOException {
		write("broken.js", "export function handle(input) {\n  return input +;\n}\n");
		write("price.dll", "MZ");
		write("well.js", "export const handle = () => 'well';");
		ConfigurableApplicationContext context = start("wasm.invalid-modules=skip");
		assertThat(bean(context, "well").apply("")).isEqualTo("well");
		assertThat(context.getBean(WasmFunctions.class).rejected()).extracting(ModuleRejection::name)
			.contains("broken");
	}

	@Test
	void aScriptWithoutItsRuntimeNamesTheDependency(CapturedOutput output) throws IOException {
		write("price.dll", "MZ");
		SpringApplicationBuilder application = application(WebApplicationType.NONE)
			.resourceLoader(new DefaultResourceLoader(TestScripts.without(ScriptLanguage.DOTNET)));
		Throwable failure = catchThrowable(() -> this.open.add(application.run(arguments())));
		assertThat(failure).isInstanceOf(ModuleException.class);
		assertThat(output).contains("APPLICATION FAILED TO START", "The script 'price' from file [",
				"It is written in .NET, and there is no runtime for it on the class path.",
				"Add the dependency 'dev.wasmspring:wasm-runtime-dotnet'; or make");
	}

	@Test
	void aScriptAndAModuleOfOneNameStopTheStart(CapturedOutput output) throws IOException {
		module("app.wasm");
		write("app.js", "export const handle = () => 'script';");
		assertThat(catchThrowable(this::start)).isInstanceOf(DuplicateModuleException.class);
		assertThat(output).contains("A WebAssembly module and a script have the name 'app':", "app.js]", "app.wasm]",
				"A script that a compiler wrote to load the module is no function");
	}

	@Test
	void twoScriptsOfOneNameStopTheStart(CapturedOutput output) throws IOException {
		write("app.py", "def handle(input):\n    return 'python'\n");
		write("app.js", "export const handle = () => 'script';");
		assertThat(catchThrowable(this::start)).isInstanceOf(DuplicateModuleException.class);
		assertThat(output).contains("Two scripts have the name 'app':", "app.js]", "app.py]");
	}

	@Test
	void aModuleIsTakenBeforeTheScriptThatACompilerWroteToLoadIt() throws IOException {
		module("echo.wasm");
		write("echo.js",
				"import fs from 'fs';\nconst module = await WebAssembly.compile(fs.readFileSync('echo.wasm'));");
		ConfigurableApplicationContext context = start("wasm.invalid-modules=skip");
		assertThat(context.getBean(WasmFunctions.class).all()).extracting("name").containsExactly("echo");
		assertThat(bean(context, "echo").apply("as it was")).isEqualTo("as it was");
		assertThat(context.getBean(WasmFunctions.class).rejected()).singleElement().satisfies((rejection) -> {
			assertThat(rejection.origin()).contains("echo.js");
			assertThat(rejection.reason()).contains("module or script of the same name, from file [");
		});
	}

	private void module(String file) throws IOException {
		TestModules.copy("echo", this.folder.resolve(file));
	}

	@Test
	void whatIsNoAssemblyStopsTheStart(CapturedOutput output) throws IOException {
		write("price.dll", "MZ");
		assertThat(catchThrowable(this::start)).isNotNull();
		assertThat(output).contains("APPLICATION FAILED TO START", "The script 'price' from file [",
				"It is no assembly of .NET Framework 4.x: it cannot be read as one",
				"Compile it for .NET Framework 4.x, for example with 'mcs -target:library'.");
	}

	@Test
	void aChangedScriptIsReloaded(CapturedOutput output) throws IOException {
		write("pricing.js", "import { rate } from './pricing/rates.js';\nexport const handle = () => rate;");
		write("pricing/rates.js", "export const rate = 1;");
		ConfigurableApplicationContext context = start("wasm.reload=true", "wasm.reload-interval=50ms");
		Function<Object, Object> pricing = bean(context, "pricing");
		assertThat(pricing.apply("")).isEqualTo("1");
		write("pricing/rates.js", "export const rate = 22;");
		await(() -> assertThat(pricing.apply("")).isEqualTo("22"));
		write("pricing/rates.js", "export const rate = ;");
		await(() -> assertThat(output).contains("pricing/rates.js:1:21")
			.contains("The version before it stays in service"));
		assertThat(pricing.apply("")).isEqualTo("22");
		write("pricing/rates.js", "export const rate = 333;");
		await(() -> assertThat(pricing.apply("")).isEqualTo("333"));
		write("later.js", "export const handle = () => 'later';");
		await(() -> assertThat(context.containsBean("later")).isTrue());
		assertThat(bean(context, "later").apply("")).isEqualTo("later");
	}

	@Test
	void initialisingHasLimitsOfItsOwn() throws IOException {
		write("slow.js",
				"const end = Date.now() + 400;\nwhile (Date.now() < end) {}\nexport const handle = () => 'well';");
		ConfigurableApplicationContext context = start("wasm.limits.timeout=300ms");
		assertThat(bean(context, "slow").apply("")).isEqualTo("well");
		assertThat(catchThrowable(() -> start("wasm.functions.slow.limits.initialization.timeout=100ms")))
			.hasMessageContaining("Loading it failed (timeout)");
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
	}

	private void write(String file, String content) throws IOException {
		Path path = this.folder.resolve(file);
		Files.createDirectories(path.getParent());
		Files.writeString(path, content);
	}

	private ConfigurableApplicationContext start(String... properties) {
		ConfigurableApplicationContext context = application(WebApplicationType.NONE).run(arguments(properties));
		this.open.add(context);
		return context;
	}

	private ConfigurableApplicationContext startWeb(String... properties) {
		ConfigurableApplicationContext context = application(WebApplicationType.SERVLET).run(arguments(properties));
		this.open.add(context);
		return context;
	}

	private static SpringApplicationBuilder application(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type);
	}

	private String[] arguments(String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--wasm.locations=file:" + this.folder + "/*",
						"--spring.cloud.stream.function.autodetect=false", "--" + CompiledModules.property()));
		for (String property : properties) {
			if (property.startsWith("wasm.locations=")) {
				arguments.remove(1);
			}
			arguments.add("--" + property);
		}
		return arguments.toArray(String[]::new);
	}

	@SuppressWarnings("unchecked")
	private static Function<Object, Object> bean(ConfigurableApplicationContext context, String name) {
		return context.getBean(name, Function.class);
	}

	private JsonNode get(ConfigurableApplicationContext context, String path) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(
					URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path))
			.build();
		return JsonMapper.shared().readTree(this.http.send(request, BodyHandlers.ofString()).body());
	}

	private HttpResponse<String> post(ConfigurableApplicationContext context, String function, String body,
			String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port")
					+ "/functions/" + function))
			.POST(BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
