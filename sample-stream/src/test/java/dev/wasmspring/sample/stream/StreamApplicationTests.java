package dev.wasmspring.sample.stream;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample with the broker that it starts itself.
 */
class StreamApplicationTests {

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = StreamApplication.application()
			.run("--server.port=0", "--spring.main.banner-mode=off",
					"--wasm.compilation.cache-directory=target/compiled");
	}

	@AfterAll
	static void stop() {
		context.close();
		System.clearProperty("spring.kafka.bootstrap-servers");
	}

	@Test
	void ordersBecomeInvoices() {
		assertThat(records("invoices", 3)).allSatisfy((record) -> {
			assertThat(record.value()).startsWith("# Invoice");
			assertThat(header(record, "contentType")).contains("text/markdown");
			assertThat(header(record, "order")).isNotNull();
		});
	}

	@Test
	void theScriptCountsTheirPoints() {
		assertThat(records("points", 3))
			.allSatisfy((record) -> assertThat(record.value()).matches("\\{\"customer\":\"\\w+\",\"points\":\\d+}"));
	}

	@Test
	void anOrderThatCannotBePricedIsADeadLetter() {
		assertThat(records("error.orders.invoices", 1)).allSatisfy((record) -> {
			assertThat(header(record, "wasm-function")).isEqualTo("discount");
			assertThat(header(record, "wasm-outcome")).isEqualTo("invalid-input");
			assertThat(header(record, "wasm-problem")).contains("lines");
		});
	}

	@Test
	void probesAnswer() throws Exception {
		String port = context.getEnvironment().getProperty("local.server.port");
		for (String probe : List.of("liveness", "readiness")) {
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health/" + probe))
					.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).contains("UP");
		}
	}

	private static List<ConsumerRecord<byte[], String>> records(String topic, int count) {
		Properties properties = new Properties();
		properties.put("bootstrap.servers", System.getProperty("spring.kafka.bootstrap-servers"));
		properties.put("group.id", "test-" + topic);
		properties.put("auto.offset.reset", "earliest");
		List<ConsumerRecord<byte[], String>> records = new ArrayList<>();
		try (KafkaConsumer<byte[], String> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
			while (records.size() < count && System.nanoTime() < end) {
				consumer.poll(Duration.ofMillis(200)).forEach(records::add);
			}
		}
		assertThat(records).hasSizeGreaterThanOrEqualTo(count);
		return records;
	}

	private static String header(ConsumerRecord<?, ?> record, String name) {
		return (record.headers().lastHeader(name) != null)
				? new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8) : null;
	}

}
