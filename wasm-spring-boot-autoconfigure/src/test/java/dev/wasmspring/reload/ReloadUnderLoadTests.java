package dev.wasmspring.reload;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.management.ObjectName;

import dev.wasmspring.Fixtures;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.Module;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reloads a module a hundred times while it is called over HTTP.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadUnderLoadTests {

	private static final int RELOADS = 100;

	private static final int CALLERS = 4;

	private final HttpClient http = HttpClient.newHttpClient();

	private final AtomicInteger written = new AtomicInteger();

	private final AtomicInteger served = new AtomicInteger();

	@TempDir
	private Path folder;

	@Test
	void noCallIsLostAndNoClassStays() throws Exception {
		write(0);
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		try (ConfigurableApplicationContext context = start()) {
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port")
						+ "/functions/version"))
				.POST(BodyPublishers.noBody())
				.build();
			AtomicBoolean reloading = new AtomicBoolean(true);
			List<Future<Integer>> calls = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				calls.add(callers.submit(() -> callWhile(reloading, request)));
			}
			long before = loadersOfCompiledModules();
			for (int version = 1; version <= RELOADS; version++) {
				reload(version, functions);
			}
			reloading.set(false);
			for (Future<Integer> count : calls) {
				assertThat(count.get(60, TimeUnit.SECONDS)).isPositive();
			}
			// The classes of a module live and die with their loader
			assertThat(before).isPositive();
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(loadersOfCompiledModules()).isLessThanOrEqualTo(before));
		}
		finally {
			callers.shutdownNow();
		}
	}

	private int callWhile(AtomicBoolean reloading, HttpRequest request) throws Exception {
		int calls = 0;
		do {
			// The version that everybody sees, when the call begins; none can be newer
			// than the last that was written, when it has ended
			int oldest = this.served.get();
			HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
			int newest = this.written.get();
			assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
			assertThat(response.body()).matches("v\\d{4}\\n");
			assertThat(Integer.parseInt(response.body().substring(1, 5))).isBetween(oldest, newest);
			calls++;
		}
		while (reloading.get());
		return calls;
	}

	private void reload(int version, WasmFunctions functions) throws Exception {
		String digest = write(version);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(1))
			.until(() -> functions.get("version").definition().module().digest().equals(digest));
		this.served.set(version);
	}

	private String write(int version) throws Exception {
		this.written.set(version);
		byte[] module = Fixtures.printing("v%04d\n".formatted(version));
		Path unfinished = Files.write(this.folder.resolve("unfinished"), module);
		Files.move(unfinished, this.folder.resolve("version.wasm"), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
		return Module.digestOf(module);
	}

	/** Counts what a full collection leaves. */
	private static long loadersOfCompiledModules() throws Exception {
		String histogram = (String) ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		return histogram.lines()
			.filter((line) -> line.contains("dev.wasmspring.sandbox.compiler.ModuleClasses$Loader"))
			.map((line) -> line.strip().split("\\s+"))
			.mapToLong((columns) -> Long.parseLong(columns[1]))
			.sum();
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "spring.cloud.stream.function.autodetect=false", "wasm.reload=true",
					"wasm.reload-interval=10ms", "wasm.limits.timeout=60s",
					"wasm.locations=file:" + this.folder + "/*.wasm")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
