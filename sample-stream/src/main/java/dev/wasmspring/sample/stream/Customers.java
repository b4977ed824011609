package dev.wasmspring.sample.stream;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Customers who order something every second and read what they get, so that there is
 * something to see. Every fifth order is one that no function can price.
 */
@Configuration(proxyBeanMethods = false)
@Profile("demo")
class Customers {

	private static final Log logger = LogFactory.getLog(Customers.class);

	private static final String ORDER = """
			{"customer":"%s","currency":"EUR","lines":[{"sku":"KB-101","name":"Keyboard","quantity":%d,"unitPriceCents":4990}]}""";

	private static final String[] CUSTOMERS = { "gold", "silver" };

	private final AtomicLong count = new AtomicLong();

	@Bean
	Supplier<Message<String>> orders() {
		return () -> {
			long number = this.count.incrementAndGet();
			String order = (number % 5 == 0) ? "{\"customer\":\"gold\"}"
					: String.format(Locale.ROOT, ORDER, CUSTOMERS[(int) (number % 2)], number % 7 + 1);
			return MessageBuilder.withPayload(order).setHeader("order", number).build();
		};
	}

	@Bean
	Consumer<Message<byte[]>> invoices() {
		return (invoice) -> log("invoice", invoice);
	}

	@Bean
	Consumer<Message<byte[]>> points() {
		return (points) -> log("points", points);
	}

	@Bean
	Consumer<Message<byte[]>> letters() {
		return (letter) -> logger.info("order " + letter.getHeaders().get("order") + ", dead letter: "
				+ text(letter.getHeaders().get("wasm-problem")));
	}

	/** Kafka's headers are bytes. */
	private static String text(@Nullable Object header) {
		return (header instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(header);
	}

	private static void log(String what, Message<byte[]> message) {
		String text = new String(message.getPayload(), StandardCharsets.UTF_8);
		String last = text.strip().lines().reduce("", (first, second) -> second);
		logger.info("order " + message.getHeaders().get("order") + ", " + what + ": " + last);
	}

}
