package dev.wasmspring.observation;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How a trace reaches a guest: the headers of W3C's trace context as environment
 * variables. Stateless.
 */
final class TraceEnvironment {

	private TraceEnvironment() {
	}

	/**
	 * Takes what tells where in a trace the call is, and nothing else that is propagated:
	 * baggage may be anything, and a guest is nobody whom the application knows.
	 */
	static void set(@Nullable Map<String, String> environment, String header, String value) {
		if (environment != null) {
			switch (header) {
				case "traceparent" -> environment.put("TRACEPARENT", value);
				case "tracestate" -> environment.put("TRACESTATE", value);
				default -> {
				}
			}
		}
	}

	/**
	 * An environment to be filled.
	 */
	static Map<String, String> create() {
		return new HashMap<>(2);
	}

}
