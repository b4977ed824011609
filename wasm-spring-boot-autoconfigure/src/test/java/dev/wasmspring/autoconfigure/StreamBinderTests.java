package dev.wasmspring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import dev.wasmspring.TestModules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.test.InputDestination;
import org.springframework.cloud.stream.binder.test.OutputDestination;
import org.springframework.cloud.stream.binder.test.TestChannelBinderConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions behind the binders of Spring Cloud Stream.
 */
class StreamBinderTests {

	@Test
	void functionsAreBound() {
		run("upper",
				(context) -> assertThat(
						send(context, "upper", "abc".getBytes(StandardCharsets.UTF_8), null).getPayload())
					.isEqualTo("ABC".getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void compositionsAreBound() {
		run("upper|reverse",
				(context) -> assertThat(
						send(context, "upperreverse", "abc".getBytes(StandardCharsets.UTF_8), null).getPayload())
					.isEqualTo("CBA".getBytes(StandardCharsets.UTF_8)));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "application/json", "text/plain", "image/png", "application/json;type=java.util.Map" })
	void bytesPassUnchangedWhateverTheContentType(String contentType) {
		run("echo|cat", (context) -> {
			for (byte[] payload : payloads()) {
				Message<byte[]> output = send(context, "echocat", payload, contentType);
				assertThat(output.getPayload()).isEqualTo(payload);
				assertThat(output.getHeaders()).containsEntry("custom", "kept");
			}
		});
	}

	@Test
	void outputHasTheContentTypeOfTheBinding() {
		run("echo", (context) -> {
			for (byte[] payload : payloads()) {
				Message<byte[]> output = send(context, "echo", payload, "text/plain");
				assertThat(output.getPayload()).isEqualTo(payload);
				assertThat(output.getHeaders().get(MessageHeaders.CONTENT_TYPE)).hasToString("image/png");
			}
		}, "spring.cloud.stream.bindings.echo-out-0.content-type=image/png");
	}

	private static void run(String definition, Consumer<ConfigurableApplicationContext> test, String... properties) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(
				TestChannelBinderConfiguration.getCompleteConfiguration(Application.class))
			.web(WebApplicationType.NONE)
			.properties(TestModules.locations("echo", "cat", "upper", "reverse"),
					"spring.cloud.function.definition=" + definition)
			.properties(properties);
		try (ConfigurableApplicationContext context = builder.run()) {
			test.accept(context);
		}
	}

	private static Message<byte[]> send(ConfigurableApplicationContext context, String binding, byte[] payload,
			String contentType) {
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(payload).setHeader("custom", "kept");
		if (contentType != null) {
			message.setHeader(MessageHeaders.CONTENT_TYPE, contentType);
		}
		context.getBean(InputDestination.class).send(message.build(), binding + "-in-0");
		return context.getBean(OutputDestination.class).receive(1000, binding + "-out-0");
	}

	private static byte[][] payloads() {
		byte[] all = new byte[256];
		for (int i = 0; i < all.length; i++) {
			all[i] = (byte) i;
		}
		return new byte[][] { all, {}, "[1,2]".getBytes(StandardCharsets.UTF_8),
				"{\"a\":1}".getBytes(StandardCharsets.UTF_8), "\"text\"".getBytes(StandardCharsets.UTF_8) };
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
