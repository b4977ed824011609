package dev.wasmspring.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.wasmspring.Fixtures;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link SandboxShutdown}, in an application with a server.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GracefulShutdownTests {

	private final HttpClient http = HttpClient.newHttpClient();

	/** Those of other tests. */
	private final Set<Thread> others = threads();

	@TempDir
	private Path folder;

	@Test
	void callThatRunsIsAwaited() throws Exception {
		Files.write(this.folder.resolve("slow.wasm"), Fixtures.sleeping(1_000, "slow."));
		ConfigurableApplicationContext context = start("30s", "server.shutdown=graceful");
		CompletableFuture<HttpResponse<String>> response = post(context, "slow");
		awaitCalls(context, 1);
		context.close();
		assertThat(response.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
		assertThat(response.get().body()).isEqualTo("slow.");
		assertNothingIsLeft();
	}

	@Test
	void callThatDidNotComeOverHttpIsAwaited() throws Exception {
		Files.write(this.folder.resolve("slow.wasm"), Fixtures.sleeping(1_000, "slow."));
		ConfigurableApplicationContext context = start("30s", "spring.main.web-application-type=none");
		CompletableFuture<Object> answer = CompletableFuture.supplyAsync(() -> function(context, "slow").apply(""));
		awaitCalls(context, 1);
		context.close();
		assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("slow.");
		assertNothingIsLeft();
	}

	@Test
	void callsThatRunForLongerThanSpringWaitsAreEnded() throws Exception {
		Files.write(this.folder.resolve("spin.wasm"), Fixtures.bytes("spin"));
		ConfigurableApplicationContext context = start("200ms");
		CompletableFuture<HttpResponse<String>> response = post(context, "spin");
		WasmFunction function = function(context, "spin");
		CompletableFuture<WasmFunctionException> failure = CompletableFuture
			.supplyAsync(() -> catchThrowableOfType(WasmFunctionException.class, () -> function.apply("")));
		awaitCalls(context, 2);
		context.close();
		assertThat(failure.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(failure.get().detail()).isEqualTo("The application is shutting down.");
		// Whether the server still has the time to send an answer is its own affair
		assertThat(
				response.handle((answer, ex) -> (answer != null) ? answer.statusCode() : 503).get(60, TimeUnit.SECONDS))
			.isEqualTo(503);
		assertNothingIsLeft();
	}

	@Test
	void callsThatComeTooLateAreRejected() throws Exception {
		Files.write(this.folder.resolve("hello.wasm"), Fixtures.bytes("hello"));
		ConfigurableApplicationContext context = start("30s");
		WasmFunction function = function(context, "hello");
		context.close();
		assertThat(catchThrowableOfType(WasmFunctionException.class, () -> function.apply("")).outcome())
			.isEqualTo(Outcome.REJECTED);
	}

	@Test
	void contextThatIsStoppedMayBeStartedAgain() throws Exception {
		Files.write(this.folder.resolve("hello.wasm"), Fixtures.bytes("hello"));
		try (ConfigurableApplicationContext context = start("30s")) {
			WasmFunction function = function(context, "hello");
			context.stop();
			assertThat(catchThrowableOfType(WasmFunctionException.class, () -> function.apply("")).outcome())
				.isEqualTo(Outcome.REJECTED);
			context.start();
			assertThat(function.apply("")).isEqualTo("Hello\n");
		}
	}

	@Test
	void moduleThatIsFirstCalledWhileTheContextIsStoppedIsLoadedOnceItIsStarted() throws Exception {
		Files.write(this.folder.resolve("hello.wasm"), Fixtures.bytes("hello"));
		try (ConfigurableApplicationContext context = start("30s", "wasm.compilation.mode=lazy")) {
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			context.stop();
			assertThat(
					catchThrowableOfType(WasmFunctionException.class, () -> functions.get("hello").apply("")).outcome())
				.isEqualTo(Outcome.REJECTED);
			assertThat(functions.rejected()).isEmpty();
			context.start();
			assertThat(functions.get("hello").apply("")).isEqualTo("Hello\n");
		}
	}

	private ConfigurableApplicationContext start(String timeout, String... properties) throws IOException {
		SpringApplication application = new SpringApplication(Application.class);
		application.setDefaultProperties(Map.of("server.port", "0", "spring.cloud.stream.function.autodetect", "false",
				"wasm.locations", "file:" + this.folder + "/*.wasm", "wasm.limits.timeout", "1h",
				"spring.lifecycle.timeout-per-shutdown-phase", timeout));
		return application.run(Arrays.stream(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	private CompletableFuture<HttpResponse<String>> post(ConfigurableApplicationContext context, String function) {
		String port = context.getEnvironment().getProperty("local.server.port");
		return this.http
			.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/functions/" + function))
				.timeout(Duration.ofSeconds(60))
				.POST(BodyPublishers.noBody())
				.build(), BodyHandlers.ofString());
	}

	private static WasmFunction function(ConfigurableApplicationContext context, String name) {
		return context.getBean(WasmFunctions.class).get(name);
	}

	private static void awaitCalls(ConfigurableApplicationContext context, int calls) throws InterruptedException {
		while (context.getBean(Engine.class).runningCalls().getAsInt() != calls) {
			Thread.sleep(1);
		}
	}

	private void assertNothingIsLeft() throws InterruptedException {
		Set<Thread> left = threads();
		left.removeAll(this.others);
		for (Thread thread : left) {
			thread.join(60_000);
			assertThat(thread.isAlive()).as("%s is alive", thread).isFalse();
		}
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("wasm-"))
			.collect(Collectors.toSet());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
