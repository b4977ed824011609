package dev.wasmspring.autoconfigure.observation;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.wasmspring.TestModules;
import dev.wasmspring.function.WasmFunctionException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.stream.binder.test.InputDestination;
import org.springframework.cloud.stream.binder.test.OutputDestination;
import org.springframework.cloud.stream.binder.test.TestChannelBinderConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is seen of calls in a whole application with metrics and tracing.
 */
class ObservabilityTests {

	private static final String SECRET = "4111-1111-1111-1111";

	private static ServletWebServerApplicationContext context;

	private static MeterRegistry meters;

	@BeforeAll
	static void start() {
		context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				TestChannelBinderConfiguration.getCompleteConfiguration(Application.class))
			.properties(TestModules.locations("add", "echo", "env", "exit3", "stderr", "upper"), "server.port=0",
					"spring.cloud.function.definition=upper", "management.tracing.sampling.probability=1.0",
					"management.otlp.metrics.export.enabled=false")
			.run();
		meters = context.getBean(MeterRegistry.class);
	}

	@AfterAll
	static void close() {
		context.close();
	}

	@BeforeEach
	void clear() {
		spans().clear();
	}

	@Test
	void aCallIsCountedOnceHoweverItIsMade() throws Exception {
		long before = count("upper", "success");
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + context.getWebServer().getPort() + "/functions/upper"))
			.POST(BodyPublishers.ofString("http"))
			.build();
		assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body()).isEqualTo("HTTP");
		assertThat(count("upper", "success")).isEqualTo(before + 1);
		Function<Object, Object> found = context.getBean(FunctionCatalog.class).lookup("upper");
		assertThat(found.apply("catalog".getBytes(StandardCharsets.UTF_8))).isNotNull();
		assertThat(count("upper", "success")).isEqualTo(before + 2);
		context.getBean(InputDestination.class).send(new GenericMessage<>("stream".getBytes()), "upper-in-0");
		assertThat(context.getBean(OutputDestination.class).receive(1000, "upper-out-0")).isNotNull();
		assertThat(count("upper", "success")).isEqualTo(before + 3);
		assertThat(function("upper").apply("injected")).isEqualTo("INJECTED");
		assertThat(count("upper", "success")).isEqualTo(before + 4);
		assertThat(meters.get("wasm.sandboxes.created").tag("function", "upper").functionCounter().count())
			.isEqualTo(before + 4.0);
		assertThat(meters.get("wasm.function.cold.start").tag("function", "upper").timer().count())
			.isEqualTo(before + 4);
	}

	@Test
	void noCallIsLostWhenManyThreadsCall() throws Exception {
		long before = count("echo", "success");
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				running.add(executor.submit(() -> {
					for (int j = 0; j < 20_000; j++) {
						function("echo").apply("x");
					}
				}));
			}
			for (Future<?> future : running) {
				future.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(count("echo", "success") - before).isEqualTo(160_000);
		assertThat(meters.get("wasm.function.cold.start").tag("function", "echo").timer().count() - before)
			.isEqualTo(160_000);
		assertThat(meters.get("wasm.function.memory").tag("function", "echo").summary().count() - before)
			.isEqualTo(160_000);
		assertThat(meters.get("wasm.sandboxes.active").tag("function", "echo").gauge().value()).isZero();
	}

	@Test
	void whatACallUsedIsMeasured() {
		function("echo").apply("x");
		assertThat(meters.get("wasm.function.memory").tag("function", "echo").summary().max()).isEqualTo(65536.0);
		assertThat(meters.get("wasm.module.compilation").tags("module", "echo", "source", "compiled").timer().count())
			.isEqualTo(1);
		assertThat(meters.get("wasm.modules").tag("state", "ready").gauge().value()).isEqualTo(6.0);
		assertThat(meters.get("wasm.modules").tag("state", "rejected").gauge().value()).isZero();
	}

	@Test
	void metersHaveTheDocumentedTagsAndNothingOfTheInput() {
		function("echo").apply(SECRET);
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> function("add").apply(SECRET));
		List<Meter> ours = meters.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("wasm."))
			.toList();
		assertThat(ours).extracting((meter) -> meter.getId().getName()).doesNotContain("wasm.function.active");
		for (Meter meter : ours) {
			List<String> tags = meter.getId().getTags().stream().map(Tag::getKey).toList();
			assertThat(tags).as(meter.getId().toString()).isEqualTo(switch (meter.getId().getName()) {
				case "wasm.function" -> List.of("function", "outcome");
				case "wasm.module.compilation" -> List.of("module", "source");
				case "wasm.modules" -> List.of("state");
				case "wasm.modules.memory", "wasm.modules.unloaded", "wasm.scripts.open", "wasm.scripts.memory" ->
					List.of();
				case "wasm.scripts.compiled" -> List.of("result");
				case "wasm.function.cold.start" -> List.of("function", "load");
				default -> List.of("function");
			});
			assertThat(meter.getId().toString()).doesNotContain(SECRET);
		}
		assertThat(count("add", "invalid-input")).isEqualTo(1);
		assertThat(spans()).isNotEmpty()
			.allSatisfy((span) -> assertThat(span.getAttributes().toString() + span.getName()).doesNotContain(SECRET));
	}

	@Test
	void aSpanNestsUnderThatOfTheCallerAndTheGuestLearnsOfIt() {
		Observation caller = Observation.start("caller", context.getBean(ObservationRegistry.class));
		String environment;
		try (Observation.Scope scope = caller.openScope()) {
			environment = function("env").apply("");
		}
		finally {
			caller.stop();
		}
		SpanData call = span("wasm env");
		SpanData outer = span("caller");
		assertThat(call.getParentSpanId()).isEqualTo(outer.getSpanId());
		assertThat(call.getTraceId()).isEqualTo(outer.getTraceId());
		assertThat(environment).matches("TRACEPARENT=00-" + call.getTraceId() + "-" + call.getSpanId() + "-0[13]\n");
	}

	@Test
	void aFailureIsAnErrorOfTheSpan() {
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> function("exit3").apply(""));
		SpanData span = span("wasm exit3");
		assertThat(span.getStatus().getStatusCode().name()).isEqualTo("ERROR");
		assertThat(span.getAttributes().asMap().toString()).contains("outcome=exit", "function=exit3");
		// What the guest said of it is in the log alone
		assertThat(span.toString()).doesNotContain("secret detail");
	}

	@Test
	void whatAGuestWritesIsLoggedWithTheTraceOfItsCall() {
		Logger logger = (Logger) LoggerFactory.getLogger("wasm.functions.stderr");
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			function("stderr").apply("");
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(appender.list).hasSize(2).allSatisfy((event) -> {
			assertThat(event.getMDCPropertyMap()).containsEntry("traceId", span("wasm stderr").getTraceId());
			assertThat(event.getMDCPropertyMap()).containsEntry("spanId", span("wasm stderr").getSpanId());
		});
	}

	@SuppressWarnings("unchecked")
	private static Function<String, String> function(String name) {
		return context.getBean(name, Function.class);
	}

	private static long count(String function, String outcome) {
		var timer = meters.find("wasm.function").tags("function", function, "outcome", outcome).timer();
		return (timer != null) ? timer.count() : 0;
	}

	private static Queue<SpanData> spans() {
		return context.getBean(Spans.class).ended;
	}

	private static SpanData span(String name) {
		return spans().stream().filter((span) -> span.getName().equals(name)).findFirst().orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Spans spans() {
			return new Spans();
		}

		@Bean
		SimpleSpanProcessor exportAtOnce(Spans spans) {
			return (SimpleSpanProcessor) SimpleSpanProcessor.create(spans);
		}

	}

	static final class Spans implements SpanExporter {

		private final Queue<SpanData> ended = new ConcurrentLinkedQueue<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.ended.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
