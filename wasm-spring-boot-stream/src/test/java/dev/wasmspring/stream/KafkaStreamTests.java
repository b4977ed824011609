package dev.wasmspring.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.stream.TestBroker.Received;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.config.GlobalChannelInterceptor;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Functions on Kafka.
 */
@ExtendWith(OutputCaptureExtension.class)
class KafkaStreamTests extends AbstractStreamTests {

	@Override
	KafkaTestBroker broker() {
		return KafkaTestBroker.get();
	}

	@Override
	String[] batches(String binding) {
		return new String[] { consumer(binding) + "batch-mode=true" };
	}

	@Test
	void keysAndWithThemPartitionsAreKept() {
		keepOutput("upper");
		List<String> keys = IntStream.range(0, 10).mapToObj((i) -> "key-" + i).toList();
		run(List.of("upper"), "upper", (context) -> {
			keys.forEach((key) -> broker().send(input("upper"), key.getBytes(StandardCharsets.UTF_8), Map.of(), key));
			List<Received> results = broker().receive(output("upper"), keys.size());
			assertThat(results).allMatch((result) -> result.text().equals(result.key().toUpperCase()));
			Map<String, Integer> sent = broker().receive(input("upper"), keys.size())
				.stream()
				.collect(Collectors.toMap(Received::key, Received::partition));
			assertThat(Set.copyOf(sent.values())).hasSize(2);
			assertThat(results.stream().collect(Collectors.toMap(Received::key, Received::partition))).isEqualTo(sent);
		});
	}

	@Test
	void deadLettersKeepKeyPartitionAndWhereTheyCameFrom() {
		run(List.of("divide"), "divide", (context) -> {
			List.of("a", "b", "c", "d", "e")
				.forEach((key) -> broker().send(input("divide"), "[1,0]".getBytes(StandardCharsets.UTF_8),
						Map.of("mine", "kept"), key));
			List<Received> letters = broker().deadLetters(input("divide"), 5);
			Map<String, Integer> sent = broker().receive(input("divide"), 5)
				.stream()
				.collect(Collectors.toMap(Received::key, Received::partition));
			assertThat(letters.stream().collect(Collectors.toMap(Received::key, Received::partition))).isEqualTo(sent);
			assertThat(letters).allSatisfy((letter) -> {
				assertThat(letter.header("kafka_dlt-original-topic")).isEqualTo(input("divide"));
				assertThat(letter.header("mine")).isEqualTo("kept");
			});
		});
	}

	@Test
	void aDeadLetterIsInThePartitionOfItsMessageEvenWithoutAKey() {
		run(List.of("divide"), "divide", (context) -> {
			for (int i = 0; i < 10; i++) {
				broker().send(input("divide"), i % 2, ("[" + i % 2 + ",0]").getBytes(StandardCharsets.UTF_8));
			}
			assertThat(broker().deadLetters(input("divide"), 10)).hasSize(10)
				.allMatch((letter) -> letter.text().equals("[" + letter.partition() + ",0]"));
		});
	}

	@Test
	void aMessageWithoutABodyIsAnEmptyInput() {
		keepOutput("cat");
		run(List.of("cat"), "cat", (context) -> {
			broker().send(input("cat"), 0, null);
			assertThat(broker().receive(output("cat"), 1).get(0).payload()).isEmpty();
			assertThat(broker().countDeadLetters(input("cat"))).isZero();
		});
	}

	@Test
	void aMessageIsDeliveredAgainUntilItsDeadLetterIsWithTheBroker(CapturedOutput output) {
		String topic = "error." + input("divide") + "." + TestBroker.GROUP;
		NewTopic small = new NewTopic(topic, KafkaTestBroker.PARTITIONS, (short) 1);
		small.configs(Map.of("max.message.bytes", "100"));
		broker().broker().addTopics(small);
		run(List.of("divide"), "divide", (context) -> {
			broker().send(input("divide"), "[1,0]");
			await(() -> calls(context, "divide", Outcome.TRAP) > 1);
			assertThat(output).contains("could not be sent to the dead letters and will be delivered again");
			assertThat(broker().countDeadLetters(input("divide"))).isZero();
			broker().allowMessages(topic, 100_000);
			assertThat(texts(broker().deadLetters(input("divide"), 1))).containsExactly("[1,0]");
		});
	}

	@Test
	void aMessageIsNotAcknowledgedBeforeItsResultIsWithTheBroker() {
		NewTopic small = new NewTopic(output("echo"), 2, (short) 1);
		small.configs(Map.of("max.message.bytes", "1000"));
		broker().broker().addTopics(small);
		run(List.of("echo"), "echo", (context) -> {
			broker().send(input("echo"), new byte[5000], Map.of(), null);
			broker().send(input("echo"), "small");
			assertThat(broker().deadLetters(input("echo"), 1).get(0).payload()).hasSize(5000);
			assertThat(texts(broker().receive(output("echo"), 1))).containsExactly("small");
			assertThat(calls(context, "echo", Outcome.SUCCESS)).isEqualTo(4);
		});
	}

	@Test
	void withTransactionsEachResultIsThereExactlyOnce() {
		keepOutput("divide");
		List<String> poison = List.of("[7,0]", "[14,0]");
		run(FailingAfterwards.class, List.of("divide"), "divide", (context) -> {
			for (int i = 1; i <= 20; i++) {
				broker().send(input("divide"), (i % 7 == 0) ? "[" + i + ",0]" : "[" + i + ",1]");
			}
			Set<String> expected = IntStream.rangeClosed(1, 20)
				.filter((i) -> i % 7 != 0)
				.mapToObj(String::valueOf)
				.collect(Collectors.toSet());
			assertThat(texts(broker().receive(output("divide"), 18))).containsExactlyInAnyOrderElementsOf(expected);
			assertThat(texts(broker().deadLetters(input("divide"), 2))).containsExactlyInAnyOrderElementsOf(poison);
			// Five were sent, and taken back
			assertThat(broker().receive(output("divide"), 23, "read_uncommitted", Duration.ofSeconds(120))).hasSize(23);
		}, "spring.cloud.stream.kafka.binder.transaction.transaction-id-prefix=" + this.name + "-");
	}

	@Test
	void traceIsContinuedInTheFunctionAndInItsResult() {
		keepOutput("env");
		String trace = "0af7651916cd43dd8448eb211c80319c";
		run(List.of("env"), "env", (context) -> {
			broker().send(input("env"), new byte[0], Map.of("traceparent", "00-" + trace + "-b7ad6b7169203331-01"),
					null);
			Received result = broker().receive(output("env"), 1).get(0);
			assertThat(result.text()).contains("TRACEPARENT=00-" + trace + "-").doesNotContain("b7ad6b7169203331");
			assertThat(result.header("traceparent")).contains("00-" + trace + "-").doesNotContain("b7ad6b7169203331");
		}, "management.tracing.sampling.probability=1.0");
	}

	@Test
	void customizersOfTheApplicationAreCalledAsWell() {
		run(Customizing.class, List.of("divide"), "divide", (context) -> {
			broker().send(input("divide"), "[1,0]");
			assertThat(broker().deadLetters(input("divide"), 1)).hasSize(1);
			assertThat(context.getBean(Customizing.class).called).containsExactlyInAnyOrder("container", "endpoint");
		});
	}

	@Test
	void otherBindingsAreLeftAlone(CapturedOutput output) {
		run(Others.class, List.of("divide"), "divide;failing", (context) -> {
			broker().send(input("failing"), "x");
			AtomicInteger attempts = context.getBean(Others.class).attempts;
			await(() -> attempts.get() >= 3);
			broker().send(input("divide"), "[1,0]");
			assertThat(broker().deadLetters(input("divide"), 1)).hasSize(1);
			assertThat(broker().countDeadLetters(input("failing"))).isZero();
			assertThat(output).doesNotContain("The binding 'failing-in-0'", "of the binding 'failing-in-0'");
		});
	}

	@Test
	void aBindingWithoutAPlaceForDeadLettersSaysSoAndGoesOn(CapturedOutput output) {
		keepOutput("divide");
		run(List.of("divide"), "divide", (context) -> {
			assertThat(output).contains("The binding 'divide-in-0' has no place for dead letters",
					"consumer.enable-dlq=true");
			broker().send(input("divide"), "[1,0]");
			broker().send(input("divide"), "[1,1]");
			assertThat(texts(broker().receive(output("divide"), 1))).containsExactly("1");
			await(() -> output.getOut().contains("A message of the binding 'divide-in-0' is lost"));
		}, "spring.cloud.stream.kafka.bindings.divide-in-0.consumer.enable-dlq=false");
	}

	/**
	 * Fails for some messages once, right after their result was sent.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingAfterwards {

		private final Set<Object> failed = ConcurrentHashMap.newKeySet();

		@Bean
		@GlobalChannelInterceptor(patterns = "divide-out-0")
		ChannelInterceptor failure() {
			return new ChannelInterceptor() {

				@Override
				public void postSend(Message<?> message, MessageChannel channel, boolean sent) {
					String result = new String((byte[]) message.getPayload(), StandardCharsets.UTF_8);
					if (Integer.parseInt(result) % 4 == 0 && FailingAfterwards.this.failed.add(result)) {
						throw new IllegalStateException("failed after its result was sent");
					}
				}

			};
		}

	}

	/**
	 * An application with customizers of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Customizing {

		final Set<String> called = ConcurrentHashMap.newKeySet();

		@Bean
		ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> containers() {
			return (container, destination, group) -> this.called.add("container");
		}

		@Bean
		ConsumerEndpointCustomizer<KafkaMessageDrivenChannelAdapter<?, ?>> endpoints() {
			return (endpoint, destination, group) -> this.called.add("endpoint");
		}

	}

	/**
	 * An application with a function that is none of ours.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Others {

		final AtomicInteger attempts = new AtomicInteger();

		@Bean
		java.util.function.Function<byte[], byte[]> failing() {
			return (bytes) -> {
				this.attempts.incrementAndGet();
				throw new IllegalStateException("as was intended");
			};
		}

	}

}
