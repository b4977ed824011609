package dev.wasmspring.stream;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A real broker. Lives as long as the JVM of the tests, which share it; each test has
 * destinations of its own.
 */
interface TestBroker {

	/** The group of all consumers. */
	String GROUP = "tests";

	/** The properties of an application that uses it. */
	String[] properties();

	/** Sends a message to a binding's destination. */
	void send(String destination, byte[] payload, Map<String, String> headers, @Nullable String key);

	default void send(String destination, String payload) {
		send(destination, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.of(), null);
	}

	/** Makes a destination keep what is sent to it, before anybody listens. */
	void keep(String destination);

	/**
	 * Waits for messages that were kept.
	 * @return at least as many as are asked for
	 */
	List<Received> receive(String destination, int count);

	/** Waits for dead letters. */
	List<Received> deadLetters(String destination, int count);

	/** How many dead letters there are now. */
	int countDeadLetters(String destination);

	/**
	 * A message.
	 */
	record Received(byte[] payload, Map<String, String> headers, @Nullable String key, int partition) {

		String text() {
			return new String(this.payload, java.nio.charset.StandardCharsets.UTF_8);
		}

		String header(String name) {
			return this.headers.get(name);
		}

	}

}
